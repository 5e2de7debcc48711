//! Passwords: argon2id, on a bounded number of threads and for a bounded number of people who wait, with the same work
//! for a login that does not exist.
//!
//! There are two lines. Strangers stand in one; whoever is known where they come from has places in the other, which
//! no number of strangers can take.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use chathub_domain::error::ErrorCode;
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Hashes at once in each line: one takes 19 MiB (argon2's own default, the OWASP minimum) and a core for some 20 ms.
const AT_ONCE: usize = 1;

/// People who wait for a place in each line: well under a second's work. Whoever comes then is told so at once, since a
/// line that grows faster than it moves is of no use to anybody in it.
const WAITING: usize = 32;

/// Places in the known ones' line that one login can have; further ones stand with the strangers. So no company keeps
/// another from signing in.
const EACH: usize = 4;

/// The bounded pool.
pub struct Passwords {
    strangers: Line,
    known: Line,
    /// Who stands in the known ones' line, by login. The std mutex is held for counting only.
    counted: Arc<Mutex<HashMap<String, usize>>>,
    /// Verified in place of a hash that is not there, so that unknown logins take as long as known ones.
    decoy: String,
}

struct Line {
    /// For those who hash and those who wait.
    line: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// A login's place among the known, given up by dropping it.
struct Counted {
    login: String,
    counted: Arc<Mutex<HashMap<String, usize>>>,
}

impl Passwords {
    /// # Errors
    /// Only on a failure of the library.
    pub fn new() -> Result<Self> {
        let (strangers, known, counted) = (Line::new(), Line::new(), Arc::default());
        Ok(Self { strangers, known, counted, decoy: hash("decoy")? })
    }

    /// The password's hash in PHC form. Only who administers asks for one.
    ///
    /// # Errors
    /// `unavailable` when too many wait already.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.known.run(None, move || hash(&password)).await?
    }

    /// Whether the password is the hash's; never, when there is no hash. `known_as` is the login of somebody who is
    /// known where they come from.
    ///
    /// # Errors
    /// `unavailable` when too many wait already.
    pub async fn verify(
        &self,
        password: String,
        phc: Option<String>,
        known_as: Option<&str>,
    ) -> Result<bool> {
        let is_known = phc.is_some();
        let phc = phc.unwrap_or_else(|| self.decoy.clone());
        let work = move || {
            let hash = PasswordHash::new(&phc)
                .map_err(|error| Error::internal("reading a password hash", error.to_string()))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && is_known)
        };
        match known_as.and_then(|login| self.count(login)) {
            Some(counted) => self.known.run(Some(counted), work).await?,
            None => self.strangers.run(None, work).await?,
        }
    }

    /// A place among the known, if the login has not all of its own.
    fn count(&self, login: &str) -> Option<Counted> {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let number = counted.entry(login.to_owned()).or_default();
        if *number == EACH {
            return None;
        }
        *number += 1;
        Some(Counted { login: login.to_owned(), counted: Arc::clone(&self.counted) })
    }
}

impl Line {
    fn new() -> Self {
        let of = |number| Arc::new(Semaphore::new(number));
        Self { line: of(AT_ONCE + WAITING), places: of(AT_ONCE) }
    }

    /// Whoever goes away while they wait give their place in the line up, and nothing is hashed for them. Once begun, a
    /// hash can't be stopped: it keeps its place to its end, whoever still wants to know.
    async fn run<T: Send + 'static>(
        &self,
        counted: Option<Counted>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let in_line = Arc::clone(&self.line).try_acquire_owned().map_err(|_| {
            Error::new(ErrorCode::Unavailable, "Too many people are signing in. Try again in a few seconds.")
        })?;
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|error| Error::internal("waiting to hash a password", error))?;
        let work = move || {
            let _held = (counted, in_line, place);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| Error::internal("hashing a password", error))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = counted.get_mut(&self.login) {
            *number -= 1;
            if *number == 0 {
                counted.remove(&self.login);
            }
        }
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

    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn those_who_wait_are_so_many_and_those_who_left_are_not_served() {
        let line = Line::new();
        let (done, hashed) = mpsc::channel();
        let (free, busy) = mpsc::channel::<()>();
        let busy = Arc::new(std::sync::Mutex::new(busy));
        // All places are taken until `free` is gone.
        let mut working = Vec::new();
        for _ in 0..AT_ONCE {
            let (busy, done) = (Arc::clone(&busy), done.clone());
            working.push(Box::pin(line.run(None, move || {
                let _ = busy.lock().map(|busy| busy.recv());
                done.send("at work")
            })));
        }
        let mut waiting: Vec<_> = (0..WAITING)
            .map(|_| {
                let done = done.clone();
                Box::pin(line.run(None, move || done.send("waited")))
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
        assert_eq!(line.run(None, || ()).await.unwrap_err().code, ErrorCode::Unavailable);
        // One goes, and another may wait in their place.
        waiting.truncate(1);
        let mut late = pin!(line.run(None, move || done.send("late")));
        assert!(poll_fn(|context| Poll::Ready(late.as_mut().poll(context).is_pending())).await);
        // Those who work have gone as well, but what they began keeps its place.
        working.clear();
        assert_eq!(line.places.available_permits(), 0);
        drop(free);
        waiting.remove(0).await.unwrap().unwrap();
        late.await.unwrap().unwrap();
        let mut all: Vec<_> = hashed.iter().collect();
        all.sort_unstable();
        assert_eq!(all, ["at work", "late", "waited"]);
    }

    #[tokio::test]
    async fn strangers_and_others_leave_room_for_who_is_known() {
        let passwords = Passwords::new().unwrap();
        let verify = |login| passwords.verify("wrong".into(), None, login);
        let mut strangers: Vec<_> = (0..AT_ONCE + WAITING).map(|_| Box::pin(verify(None))).collect();
        let mut company: Vec<_> = (0..EACH).map(|_| Box::pin(verify(Some("acme")))).collect();
        poll_fn(|context| {
            for future in strangers.iter_mut().chain(&mut company) {
                assert!(future.as_mut().poll(context).is_pending());
            }
            Poll::Ready(())
        })
        .await;
        assert_eq!(verify(None).await.unwrap_err().code, ErrorCode::Unavailable);
        // One login has so many places, and stands with the strangers for more.
        assert_eq!(verify(Some("acme")).await.unwrap_err().code, ErrorCode::Unavailable);
        let (company, globex) = tokio::join!(join_all(company), verify(Some("globex")));
        assert!(!globex.unwrap() && company.into_iter().all(|outcome| !outcome.unwrap()));
        assert!(passwords.counted.lock().unwrap().is_empty());
    }
}
