//! What an error of the database means: for whoever called, and for the storage as a whole.

use chathub_hub::ports::{PortError, Trouble};

/// A database error as the port's.
pub(super) fn failed(operation: &'static str) -> impl Fn(sqlx::Error) -> PortError {
    move |source| match trouble(&source) {
        Some(trouble) => PortError::Unavailable { operation, trouble, source: source.into() },
        None => PortError::Failed { operation, source: source.into() },
    }
}

/// A value in the database that no version of this program wrote.
pub(super) fn strange(operation: &'static str, what: &str) -> PortError {
    PortError::Failed { operation, source: format!("the database holds {what}").into() }
}

/// What is wrong with the storage; nothing when the error is of what was asked of it.
pub(super) fn trouble(error: &sqlx::Error) -> Option<Trouble> {
    match error {
        sqlx::Error::PoolTimedOut => Some(Trouble::Busy),
        sqlx::Error::Io(_) => Some(Trouble::Failing),
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Some(Trouble::Unreachable),
        sqlx::Error::Database(error) => match primary(error.code()?.parse().ok()?) {
            5 | 6 | 15 => Some(Trouble::Locked),
            3 | 8 => Some(Trouble::ReadOnly),
            10 => Some(Trouble::Failing),
            13 => Some(Trouble::Full),
            7 | 14 => Some(Trouble::Unreachable),
            _ => None,
        },
        _ => None,
    }
}

/// SQLite's result code (<https://www.sqlite.org/rescode.html>) beneath an extended one.
pub(super) fn primary(code: u32) -> u32 {
    code & 0xff
}
