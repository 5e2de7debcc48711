//! A database as it is: opened to be read, and which version's it is.

use std::future::ready;
use std::path::Path;
use std::sync::Arc;

use chathub_domain::Epoch;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions};
use uuid::Uuid;

use super::checkpoint::Checkpoints;
use super::database::{BUSY, COUNTERS, FILE, LISTERS, SEARCHERS, Sqlite};
use super::open_error::OpenError;
use super::version::{found_version, is_behind, known_version, refuse_newer};

impl Sqlite {
    /// Opens the database in `directory` as it is, for who reads what it holds: makes nothing, brings no schema forward
    /// and refuses to write. Another process may have it open.
    ///
    /// # Errors
    /// See [`OpenError`]; [`OpenError::Older`] where a schema is not this version's yet.
    pub async fn open_to_read(directory: &Path) -> Result<Self, OpenError> {
        let path = directory.join(FILE);
        let database = |source| OpenError::Database { path: path.clone(), source };
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(false)
            .pragma("temp_store", "MEMORY")
            .pragma("query_only", "ON")
            .busy_timeout(BUSY);
        let readers = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .map_err(database)?;
        let mut reader = readers.acquire().await.map_err(database)?;
        refuse_newer(&mut reader, &path).await?;
        refuse_older(&mut reader, &path).await?;
        drop(reader);
        let epoch = read_epoch(&readers).await.map_err(database)?;
        let [writer, searchers, listers, counters] = [1, SEARCHERS, LISTERS, COUNTERS]
            .map(|most| SqlitePoolOptions::new().max_connections(most).connect_lazy_with(options.clone()));
        let pools = [&searchers, &listers, &counters, &readers, &writer].map(Clone::clone);
        let log = directory.join(format!("{FILE}-wal"));
        let checkpoints = Arc::new(Checkpoints::new(pools, log, &options, Arc::default()));
        // Nothing is committed here that would have to be checkpointed.
        let checkpointing = tokio::spawn(ready(()));
        Ok(Self { writer, readers, searchers, listers, counters, checkpoints, checkpointing, epoch })
    }
}

pub(super) async fn read_epoch(database: &SqlitePool) -> Result<Epoch, sqlx::Error> {
    let (epoch,): (String,) = sqlx::query_as("SELECT epoch FROM installation").fetch_one(database).await?;
    Uuid::parse_str(&epoch).map(Epoch).map_err(|error| sqlx::Error::Decode(error.into()))
}

async fn refuse_older(database: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    if is_behind(database, path).await? {
        let version = found_version(database, path).await?;
        return Err(OpenError::Older { path: path.to_owned(), version, known: known_version() });
    }
    Ok(())
}
