//! The one connection that writes.
//!
//! After a failure nobody can tell what state a connection is in: SQLite itself rolls back after some errors and not
//! after others, and whoever stopped waiting left a statement half done. So unless a transaction was committed, its
//! connection is closed, which undoes whatever was begun, and the next write opens another one.

use std::ops::{Deref, DerefMut};

use chathub_hub::ports::PortError;
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite as Driver, SqliteConnection};

use super::database::Sqlite;
use super::trouble::failed;

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

#[cfg(test)]
mod tests;
