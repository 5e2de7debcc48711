//! A database that is open: one connection that writes, several that read.

use std::sync::Arc;
use std::time::Duration;

use chathub_domain::Epoch;
use sqlx::sqlite::SqlitePool;
use tokio::task::JoinHandle;

use super::checkpoint::Checkpoints;

/// The file's name in the data directory.
pub const FILE: &str = "chathub.db";

/// Connections that read. SQLite reads in parallel; more than this only takes memory on a small server.
pub(super) const READERS: u32 = 4;

/// Plain lists for REST at once: they may go through many chats, and the panels have readers of their own.
pub(super) const LISTERS: u32 = 2;

/// Counts of all that waits to be read at once, which go through every chat of an organization; more wait, so that after
/// a restart those who come back don't keep the others from their messages.
pub(super) const COUNTERS: u32 = 2;

/// Searches at once; more wait, so that they can't take every core from those who chat.
pub(super) const SEARCHERS: u32 = 2;

/// How long a writer waits for another process (the command line beside a running server).
pub(super) const BUSY: Duration = Duration::from_secs(5);

pub(super) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/sqlite");

/// Whose directory a database keeps when it is its own.
pub const LOCAL: &str = "local";

/// All ports on one database file.
pub struct Sqlite {
    /// One connection: SQLite has one writer, and a queue of our own is fairer than its lock.
    pub(super) writer: SqlitePool,
    pub(super) readers: SqlitePool,
    /// Readers that may take long, and are stopped when they take too long.
    pub(super) searchers: SqlitePool,
    /// The same for plain lists.
    pub(super) listers: SqlitePool,
    /// Readers that count what waits to be read.
    pub(super) counters: SqlitePool,
    pub(super) checkpoints: Arc<Checkpoints>,
    pub(super) checkpointing: JoinHandle<()>,
    pub(super) epoch: Epoch,
}

impl Sqlite {
    /// Closes every connection, so that the file is whole without its write-ahead log.
    pub async fn close(&self) {
        self.checkpointing.abort();
        self.checkpoints.close().await;
        self.searchers.close().await;
        self.listers.close().await;
        self.counters.close().await;
        self.readers.close().await;
        self.writer.close().await;
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.checkpointing.abort();
    }
}
