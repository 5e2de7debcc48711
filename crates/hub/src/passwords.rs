//! Passwords: argon2id, on a bounded number of threads, with the same work for a login that does not exist.

use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Hashes at once: each takes 19 MiB (argon2's own default, the OWASP minimum) and a core for some 20 ms.
const AT_ONCE: usize = 2;

/// The bounded pool.
pub struct Passwords {
    places: Semaphore,
    /// Verified in place of a hash that is not there, so that unknown logins take as long as known ones.
    decoy: String,
}

impl Passwords {
    /// # Errors
    /// Only on a failure of the library.
    pub fn new() -> Result<Self> {
        Ok(Self { places: Semaphore::new(AT_ONCE), decoy: hash("decoy")? })
    }

    /// The password's hash in PHC form.
    ///
    /// # Errors
    /// Only on a failure of the library.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash(&password)).await?
    }

    /// Whether the password is the hash's; never, when there is no hash.
    ///
    /// # Errors
    /// Only on a failure of the library.
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

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _place = self
            .places
            .acquire()
            .await
            .map_err(|error| Error::internal("waiting to hash a password", error))?;
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
