//! Opening a database: brought to this version, and keeping what it is told.

use std::future::ready;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::Connection as _;
use sqlx::pool::PoolConnectionMetadata;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use tokio::sync::Notify;
use uuid::Uuid;

use super::checkpoint::{self, Checkpoints};
use super::database::{BUSY, COUNTERS, FILE, LISTERS, READERS, SEARCHERS, Sqlite};
use super::open_error::OpenError;
use super::reading::read_epoch;
use super::version::is_behind;
use super::{files, forward, index, logins};

impl Sqlite {
    /// Opens (or makes) the database in `directory`, brings its schema to this version, and asserts that a commit
    /// survives a power cut.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(directory: &Path) -> Result<Self, OpenError> {
        let path = directory.join(FILE);
        Self::make_directory(directory)?;
        files::make_private(&path)
            .map_err(|source| OpenError::Directory { path: directory.to_owned(), source })?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is deleted is overwritten: an erased chat is gone from the file.
            .pragma("secure_delete", "ON")
            // Checkpoints have a task of their own, so that no commit waits for one.
            .pragma("wal_autocheckpoint", "0")
            .pragma("journal_size_limit", checkpoint::BOUND.to_string())
            .busy_timeout(BUSY);
        let database = |source| OpenError::Database { path: path.clone(), source };
        let committed = Arc::<Notify>::default();
        let writer = checkpoint::telling(SqlitePoolOptions::new(), &committed)
            .max_connections(1)
            // Never handed to anybody else and never idle at the other end of a network: a ping tells nothing.
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            // Multi-row statements keep a journal of their own, which would go to a file in /tmp.
            .connect_with(options.clone().pragma("temp_store", "MEMORY"))
            .await
            .map_err(database)?;
        assert_durable(&writer, &path).await?;
        if is_behind(&mut *writer.acquire().await.map_err(database)?, &path).await? {
            forward::bring(&options, &path).await?;
        }
        let epoch = Uuid::new_v4().to_string();
        sqlx::query("INSERT INTO installation (id, epoch) VALUES (1, $1) ON CONFLICT (id) DO NOTHING")
            .bind(epoch)
            .execute(&writer)
            .await
            .map_err(database)?;
        logins::prepare(&writer).await.map_err(database)?;
        index::fill(&writer).await.map_err(database)?;
        let epoch = read_epoch(&writer).await.map_err(database)?;
        let reading = options.clone().pragma("query_only", "ON");
        let readers = SqlitePoolOptions::new()
            .before_acquire(is_clean)
            .max_connections(READERS)
            .connect_with(reading.clone())
            .await
            .map_err(database)?;
        let [searchers, listers, counters] = [SEARCHERS, LISTERS, COUNTERS].map(|connections| {
            SqlitePoolOptions::new()
                .before_acquire(is_clean)
                .min_connections(0)
                .max_connections(connections)
                .connect_lazy_with(reading.clone())
        });
        // A crash may have come between an erasure and its scrubbing.
        checkpoint::truncate(&mut *writer.acquire().await.map_err(database)?).await.map_err(database)?;
        let pools = [&searchers, &listers, &counters, &readers, &writer].map(Clone::clone);
        let log = directory.join(format!("{FILE}-wal"));
        let checkpoints = Arc::new(Checkpoints::new(pools, log, &options, committed));
        let checkpointing = tokio::spawn(Arc::clone(&checkpoints).run());
        Ok(Self { writer, readers, searchers, listers, counters, checkpoints, checkpointing, epoch })
    }

    /// Whether there is a database in `directory`.
    #[must_use]
    pub fn exists(directory: &Path) -> bool {
        directory.join(FILE).exists()
    }

    /// Removes the database in `directory`, if there is one.
    ///
    /// # Errors
    /// [`OpenError::Directory`].
    pub fn remove(directory: &Path) -> Result<(), OpenError> {
        files::remove(&directory.join(FILE))
            .map_err(|source| OpenError::Directory { path: directory.to_owned(), source })
    }

    /// Makes the directory, if need be, for its owner alone: customers' words will be in it.
    ///
    /// # Errors
    /// [`OpenError::Directory`].
    pub fn make_directory(directory: &Path) -> Result<(), OpenError> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .map_err(|source| OpenError::Directory { path: directory.to_owned(), source })
    }
}

/// Whether a connection may be used again. After some errors of the disk SQLite has ended a transaction by itself, which
/// sqlx still counts: the next one would be a part of it that never ends, and show the same past for ever.
fn is_clean(
    connection: &mut SqliteConnection,
    _: PoolConnectionMetadata,
) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
    ready(Ok(!connection.is_in_transaction())).boxed()
}

async fn assert_durable(writer: &SqlitePool, path: &Path) -> Result<(), OpenError> {
    let database = |source| OpenError::Database { path: path.to_owned(), source };
    let (journal,): (String,) =
        sqlx::query_as("PRAGMA journal_mode").fetch_one(writer).await.map_err(database)?;
    let (synchronous,): (i64,) =
        sqlx::query_as("PRAGMA synchronous").fetch_one(writer).await.map_err(database)?;
    if journal != "wal" {
        let (setting, needed) = ("journal_mode", "wal");
        return Err(OpenError::Unsafe { path: path.to_owned(), setting, value: journal, needed });
    }
    if synchronous != 2 {
        let (setting, needed) = ("synchronous", "2 (FULL)");
        let value = synchronous.to_string();
        return Err(OpenError::Unsafe { path: path.to_owned(), setting, value, needed });
    }
    Ok(())
}
