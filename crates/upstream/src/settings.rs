//! What an installation in front of a remote may choose.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use crate::address::Address;

/// How the remote is called.
#[derive(Clone, Debug)]
pub struct Settings {
    pub address: Address,
    /// This server's own sign-in: one company's, by which tokens of the remote are validated.
    pub credentials: Option<Credentials>,
    /// A file of certificates (PEM) that are trusted beside the system's.
    pub authority: Option<PathBuf>,
    /// How long a connection may take to be made.
    pub connect_within: Duration,
    /// How long one call may take, with everything.
    pub answer_within: Duration,
}

/// A company's login and password at the remote.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub login: String,
    pub password: SecretString,
}

/// Why the remote can't be called with these settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("the certificates {path} can't be read: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path} holds no certificates in PEM form")]
    Certificates { path: PathBuf },
    #[error("calls to the remote can't be made: {}", innermost(.0))]
    Client(#[source] reqwest::Error),
}

/// The reason beneath: the library says on top only that building failed.
fn innermost(error: &reqwest::Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(beneath) = reason.source() {
        reason = beneath;
    }
    reason.to_string()
}
