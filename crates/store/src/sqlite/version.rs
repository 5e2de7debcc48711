//! Which version's a database is.

use std::path::Path;

use sqlx::sqlite::SqliteConnection;

use super::database::MIGRATIONS;
use super::open_error::OpenError;

/// SQLite's code for a statement that names what is not there.
const NO_SUCH_TABLE: &str = "1";

/// The newest schema that this build knows.
pub(super) fn known_version() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// # Errors
/// [`OpenError::Newer`], [`OpenError::Foreign`], or when it can't be asked.
pub(super) async fn refuse_newer(database: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let known = known_version();
    match found_version(database, path).await? {
        version if version > known => Err(OpenError::Newer { path: path.to_owned(), version, known }),
        _ => Ok(()),
    }
}

/// Whether the database that `connection` has open is behind this version.
///
/// # Errors
/// [`OpenError::Newer`], [`OpenError::Foreign`], or when it can't be asked.
pub(super) async fn is_behind(connection: &mut SqliteConnection, path: &Path) -> Result<bool, OpenError> {
    refuse_newer(connection, path).await?;
    let is_half_way = has_former_events(connection)
        .await
        .map_err(|source| OpenError::Database { path: path.to_owned(), source })?;
    Ok(is_half_way || found_version(connection, path).await? < known_version())
}

/// Whether the events of before are still being moved.
pub(super) async fn has_former_events(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let (there,): (bool,) =
        sqlx::query_as("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'events_before')")
            .fetch_one(connection)
            .await?;
    Ok(there)
}

/// The schema's version; 0 in a new database, which is empty: one that is not, and that we did not make, is left as it is.
pub(super) async fn found_version(database: &mut SqliteConnection, path: &Path) -> Result<i64, OpenError> {
    let found: Result<Option<(Option<i64>,)>, _> =
        sqlx::query_as("SELECT MAX(version) FROM _sqlx_migrations").fetch_optional(&mut *database).await;
    let asked = |source| OpenError::Database { path: path.to_owned(), source };
    match found {
        Ok(found) => Ok(found.and_then(|(version,)| version).unwrap_or(0)),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(NO_SUCH_TABLE) => {
            let (made,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM sqlite_master")
                .fetch_one(database)
                .await
                .map_err(asked)?;
            if made == 0 { Ok(0) } else { Err(OpenError::Foreign { path: path.to_owned() }) }
        }
        Err(source) => Err(asked(source)),
    }
}
