//! The one connection that writes.
//!
//! After a failure nobody can tell what state a connection is in: SQLite itself rolls back after some errors and not
//! after others, and whoever stopped waiting left a statement half done. So unless a transaction was committed, its
//! connection is closed, which undoes whatever was begun, and the next write opens another one.

use std::ops::{Deref, DerefMut};

use chathub_hub::ports::{PortError, Trouble};
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite as Driver, SqliteConnection};

use super::{Sqlite, failed};

/// A transaction. Dropping it undoes it.
pub(super) struct Write {
    connection: PoolConnection<Driver>,
    operation: &'static str,
    committed: bool,
}

impl Sqlite {
    /// Begins a transaction, waiting for the one before it. Immediate: what it reads, no other process can change
    /// before the commit.
    pub(super) async fn write(&self, operation: &'static str) -> Result<Write, PortError> {
        let connection = self.writer.acquire().await.map_err(failed(operation))?;
        let mut write = Write { connection, operation, committed: false };
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *write).await.map_err(failed(operation))?;
        Ok(write)
    }

    /// Writes what stands there already, which takes a commit and its sync as everything else does. The number is the
    /// user's own in SQLite's header, which nothing here uses.
    pub(super) async fn prove_write(&self) -> Result<(), PortError> {
        let operation = "trying to write";
        let mut write = self.write(operation).await?;
        sqlx::query("PRAGMA user_version = 0").execute(&mut *write).await.map_err(failed(operation))?;
        write.commit().await
    }
}

impl Write {
    /// When this returns, what was written survives a power cut.
    pub(super) async fn commit(mut self) -> Result<(), PortError> {
        sqlx::query("COMMIT").execute(&mut *self.connection).await.map_err(failed(self.operation))?;
        self.committed = true;
        Ok(())
    }
}

impl Deref for Write {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

impl Drop for Write {
    fn drop(&mut self) {
        if !self.committed {
            self.connection.close_on_drop();
        }
    }
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

#[cfg(test)]
mod tests;
