//! SQLite: one file in the data directory, one connection that writes, several that read.

mod advice;
mod chats;
mod check;
mod checkpoint;
mod copy;
mod directory;
mod door;
mod erase;
mod files;
mod forward;
mod index;
mod log;
mod logins;
mod mirror;
mod paging;
mod reading;
mod register;
mod rows;
mod search;
mod staff;
mod unread;
mod write;

use std::future::ready;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chathub_domain::Epoch;
use chathub_hub::ports::PortError;
use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::Connection;
use sqlx::migrate::MigrateError;
use sqlx::pool::PoolConnectionMetadata;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use uuid::Uuid;

pub use advice::on_files;
use checkpoint::Checkpoints;
pub use copy::NewLife;
pub use index::terms;
use reading::read_epoch;

/// The file's name in the data directory.
pub const FILE: &str = "chathub.db";

/// Connections that read. SQLite reads in parallel; more than this only takes memory on a small server.
const READERS: u32 = 4;

/// Plain lists for REST at once: they may go through many chats, and the panels have readers of their own.
const LISTERS: u32 = 2;

/// Counts of all that waits to be read at once, which go through every chat of an organization; more wait, so that after
/// a restart those who come back don't keep the others from their messages.
const COUNTERS: u32 = 2;

/// Searches at once; more wait, so that they can't take every core from those who chat.
const SEARCHERS: u32 = 2;

/// How long a writer waits for another process (the command line beside a running server).
const BUSY: Duration = Duration::from_secs(5);

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/sqlite");

/// Whose directory a database keeps when it is its own.
pub const LOCAL: &str = "local";

/// All ports on one database file.
pub struct Sqlite {
    /// One connection: SQLite has one writer, and a queue of our own is fairer than its lock.
    writer: SqlitePool,
    readers: SqlitePool,
    /// Readers that may take long, and are stopped when they take too long.
    searchers: SqlitePool,
    /// The same for plain lists.
    listers: SqlitePool,
    /// Readers that count what waits to be read.
    counters: SqlitePool,
    checkpoints: Arc<Checkpoints>,
    checkpointing: JoinHandle<()>,
    epoch: Epoch,
}

/// Why a database can't be used, in words for the administrator.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the data directory {path} can't be used: {source}. {}", advice::on_files(.path, .source))]
    Directory { path: PathBuf, source: std::io::Error },
    #[error(
        "the database {path} was made by a newer ChatHub (its schema has version {version}, this build knows {known}). \
         Start that version, or restore a backup made before the upgrade"
    )]
    Newer { path: PathBuf, version: i64, known: i64 },
    #[error(
        "the database {path} was made by an earlier ChatHub (its schema has version {version}, this build has {known}): \
         start this version's server once, which brings it forward"
    )]
    Older { path: PathBuf, version: i64, known: i64 },
    #[error("the database {path} can't be opened: {}. {}", one_line(.source), advice::on_database(.path, .source))]
    Database { path: PathBuf, source: sqlx::Error },
    #[error(
        "the database {path} is another program's: name the right directory with --data-dir, or an empty one to begin in"
    )]
    Foreign { path: PathBuf },
    #[error("the database {from} can't be copied to {to}: {source}")]
    Copy { from: PathBuf, to: PathBuf, source: sqlx::Error },
    #[error("the database {path} can't be brought to this version: {}", migrating(.path, .source))]
    Migration { path: PathBuf, source: MigrateError },
    #[error(
        "the database {path} can't be brought to this version: that takes {} MiB on its disk for a while, and {} MiB are \
         left. Make room and start again; nothing was changed", mib(*.needed), mib(*.free)
    )]
    NoRoom { path: PathBuf, needed: u64, free: u64 },
    #[error(
        "the database {path} is damaged: rows of {table} refer to {parent} that are not there. Put back a backup"
    )]
    Torn { path: PathBuf, table: String, parent: String },
    #[error("the database {path} does not keep what it is told: {setting} is {value}, it must be {needed}")]
    Unsafe { path: PathBuf, setting: &'static str, value: String, needed: &'static str },
}

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
        if forward::is_behind(&mut *writer.acquire().await.map_err(database)?, &path).await? {
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

    /// Whose directory the database keeps: [`LOCAL`], or the address of the ChatHub whose people it mirrors. Said once,
    /// as `directory` if nothing contradicts it yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim(&self, directory: &str) -> Result<String, PortError> {
        let operation = "claiming a database";
        let mut write = self.write(operation).await?;
        sqlx::query(
            "UPDATE installation SET directory = $1
             WHERE directory IS NULL AND ($1 = 'local' OR NOT EXISTS (SELECT 1 FROM companies))",
        )
        .bind(directory)
        .execute(&mut *write)
        .await
        .map_err(failed(operation))?;
        write.commit().await?;
        self.directory().await
    }

    /// As [`claim`](Self::claim), and nothing is said: an undecided database is its own.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn directory(&self) -> Result<String, PortError> {
        let (directory,): (String,) = sqlx::query_as("SELECT COALESCE(directory, 'local') FROM installation")
            .fetch_one(&self.readers)
            .await
            .map_err(failed("asking whose a database is"))?;
        Ok(directory)
    }

    /// The ChatHub whose people these are is at another address now. `false` when they are the database's own.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn move_directory(&self, address: &str) -> Result<bool, PortError> {
        let operation = "moving a directory";
        let mut write = self.write(operation).await?;
        let done = sqlx::query("UPDATE installation SET directory = $1 WHERE directory <> $2")
            .bind(address)
            .bind(LOCAL)
            .execute(&mut *write)
            .await
            .map_err(failed(operation))?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }

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

/// Whether a connection may be used again. After some errors of the disk SQLite has ended a transaction by itself, which
/// sqlx still counts: the next one would be a part of it that never ends, and show the same past for ever.
fn is_clean(
    connection: &mut SqliteConnection,
    _: PoolConnectionMetadata,
) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
    ready(Ok(!connection.is_in_transaction())).boxed()
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.checkpointing.abort();
    }
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

/// Rounded up.
fn mib(bytes: u64) -> u64 {
    bytes.div_ceil(1024 * 1024)
}

/// An error of a library's, whatever it holds.
fn one_line(error: &impl std::fmt::Display) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn migrating(path: &Path, error: &MigrateError) -> String {
    match error {
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
            format!("{}. {}", one_line(source), advice::on_database(path, source))
        }
        _ => format!("{}. Start the version that made it, or put back a backup", one_line(error)),
    }
}

/// A database error as the port's.
fn failed(operation: &'static str) -> impl Fn(sqlx::Error) -> PortError {
    move |source| match write::trouble(&source) {
        Some(trouble) => PortError::Unavailable { operation, trouble, source: source.into() },
        None => PortError::Failed { operation, source: source.into() },
    }
}

/// A value in the database that no version of this program wrote.
fn strange(operation: &'static str, what: &str) -> PortError {
    PortError::Failed { operation, source: format!("the database holds {what}").into() }
}

#[cfg(test)]
mod tests;
