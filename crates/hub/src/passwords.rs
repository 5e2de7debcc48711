//! Passwords: argon2id, on a bounded number of threads and for a bounded number of people who wait, with the same work
//! for a login that does not exist.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use chathub_domain::error::ErrorCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// Hashes at once: each takes 19 MiB (argon2's own default, the OWASP minimum) and a core for some 20 ms.
const AT_ONCE: usize = 2;

/// People who wait for a place: well under a second's work. Whoever comes then is told so at once, since a line that
/// grows faster than it moves is of no use to anybody in it.
const WAITING: usize = 64;

/// The bounded pool.
pub struct Passwords {
    /// For those who hash and those who wait.
    line: Arc<Semaphore>,
    places: Arc<Semaphore>,
    /// Verified in place of a hash that is not there, so that unknown logins take as long as known ones.
    decoy: String,
}

impl Passwords {
    /// # Errors
    /// Only on a failure of the library.
    pub fn new() -> Result<Self> {
        Ok(Self {
            line: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            decoy: hash("decoy")?,
        })
    }

    /// The password's hash in PHC form.
    ///
    /// # Errors
    /// `unavailable` when too many wait already.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash(&password)).await?
    }

    /// Whether the password is the hash's; never, when there is no hash.
    ///
    /// # Errors
    /// `unavailable` when too many wait already.
    pub async fn verify(&self, password: String, phc: Option<String>) -> Result<bool> {
        let known = phc.is_some();
        let phc = phc.unwrap_or_else(|| self.decoy.clone());
        self.run(move || {
            let hash = PasswordHash::new(&phc)
                .map_err(|error| Error::internal("reading a password hash", error.to_string()))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && known)
        })
        .await?
    }

    /// Whoever goes away while they wait give their place in the line up, and nothing is hashed for them. Once begun, a
    /// hash can't be stopped: it keeps its place to its end, whoever still wants to know.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let in_line = Arc::clone(&self.line).try_acquire_owned().map_err(|_| {
            Error::new(ErrorCode::Unavailable, "Too many people are signing in. Try again in a few seconds.")
        })?;
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|error| Error::internal("waiting to hash a password", error))?;
        let work = move || {
            let _held: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (in_line, place);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| Error::internal("hashing a password", error))
    }
}

fn hash(password: &str) -> Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|error| Error::internal("hashing a password", error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::sync::mpsc;
    use std::task::Poll;

    use super::*;

    #[tokio::test]
    async fn those_who_wait_are_so_many_and_those_who_left_are_not_served() {
        let passwords = Passwords::new().unwrap();
        let (done, hashed) = mpsc::channel();
        let (free, busy) = mpsc::channel::<()>();
        let busy = Arc::new(std::sync::Mutex::new(busy));
        // All places are taken until `free` is gone.
        let mut working = Vec::new();
        for _ in 0..AT_ONCE {
            let (busy, done) = (Arc::clone(&busy), done.clone());
            working.push(Box::pin(passwords.run(move || {
                let _ = busy.lock().map(|busy| busy.recv());
                done.send("at work")
            })));
        }
        let mut waiting: Vec<_> = (0..WAITING)
            .map(|_| {
                let done = done.clone();
                Box::pin(passwords.run(move || done.send("waited")))
            })
            .collect();
        poll_fn(|context| {
            for future in &mut working {
                assert!(future.as_mut().poll(context).is_pending());
            }
            for future in &mut waiting {
                assert!(future.as_mut().poll(context).is_pending());
            }
            Poll::Ready(())
        })
        .await;
        assert_eq!(passwords.run(|| ()).await.unwrap_err().code, ErrorCode::Unavailable);
        // One goes, and another may wait in their place.
        waiting.truncate(1);
        let mut late = pin!(passwords.run(move || done.send("late")));
        assert!(poll_fn(|context| Poll::Ready(late.as_mut().poll(context).is_pending())).await);
        // Those who work have gone as well, but what they began keeps its place.
        working.clear();
        assert_eq!(passwords.places.available_permits(), 0);
        drop(free);
        waiting.remove(0).await.unwrap().unwrap();
        late.await.unwrap().unwrap();
        let mut all: Vec<_> = hashed.iter().collect();
        all.sort_unstable();
        assert_eq!(all, ["at work", "at work", "late", "waited"]);
    }
}
