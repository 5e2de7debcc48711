//! How an adapter fails.

use std::error::Error as StdError;
use std::time::Duration;

use chathub_domain::error::ErrorCode;

/// What is wrong with a storage, and what an administrator does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("the disk is full: make room on it")]
    Full,
    #[error("the data directory is read-only: make it writable again for the server's user")]
    ReadOnly,
    #[error("the disk fails to write or to read: see what the system's own log says of it")]
    Failing,
    #[error("another process keeps the database locked: end it, a backup or a database tool most likely")]
    Locked,
    #[error("more waits for the database than it can do")]
    Busy,
    #[error("the database can't be opened: see that its files are there and are the server's user's")]
    Unreachable,
    #[error("the database takes nothing that is written: see what this server's log says of it")]
    Unknown,
}

/// How an adapter fails.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// A name that must be unique is in use.
    #[error("this {what} is taken")]
    Taken { what: &'static str },
    /// A search that was given up after seconds.
    #[error("searching took too long")]
    TooBroad,
    /// The storage does not do what is asked of it, whoever asks; it may later.
    #[error("{operation}: {trouble}")]
    Unavailable {
        operation: &'static str,
        trouble: Trouble,
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Somebody else's server does not answer, or not usably; it may after this time. `unsure` whether it has done
    /// what it was asked for.
    #[error("{operation}: no usable answer")]
    Away { operation: &'static str, retry_after: Duration, unsure: bool },
    /// Understood and refused, in words for whoever asked.
    #[error("refused: {detail}")]
    Refused { code: ErrorCode, detail: String },
    #[error("{operation}: {source}")]
    Failed {
        operation: &'static str,
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
}
