//! A copy of a database that others may have open, and the new life of one that was put back.

use std::path::Path;

use chathub_hub::ports::PortError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use uuid::Uuid;

use super::database::{BUSY, FILE, LOCAL, Sqlite};
use super::files;
use super::open_error::OpenError;
use super::trouble::failed;
use super::version::refuse_newer;

/// The tables that give out ids.
pub(super) const COUNTING: [&str; 6] =
    ["companies", "organizations", "operators", "customers", "chats", "messages"];

/// What a database began its new life with.
pub struct NewLife {
    /// Whether the companies are its own.
    pub is_local: bool,
    /// Their logins, in order.
    pub logins: Vec<String>,
}

impl Sqlite {
    /// Copies the database in `directory`, whoever has it open, to the new file `to`, and closes that one to others. It
    /// is as it was at one moment, without what was deleted before. Its schema stays the one that it has.
    ///
    /// In one transaction that reads (`VACUUM INTO`): the server's writer goes on meanwhile, but the write-ahead log
    /// keeps what is written for as long as the copying takes. SQLite's page-wise backup holds up nobody either, but
    /// begins anew with every commit of another process, and would never end beside a busy server.
    ///
    /// # Errors
    /// See [`OpenError`]; what there is of the copy then is for the caller to remove.
    pub async fn copy(directory: &Path, to: &Path) -> Result<(), OpenError> {
        let mut from = Self::connect_to_read(directory).await?;
        let failed = |source| OpenError::Copy { from: directory.join(FILE), to: to.to_owned(), source };
        files::make_private(to).map_err(|error| failed(sqlx::Error::Io(error)))?;
        sqlx::query("VACUUM INTO $1")
            .bind(to.to_string_lossy().into_owned())
            .execute(&mut from)
            .await
            .map_err(failed)?;
        // SQLite leaves this to us.
        let synced = std::fs::File::open(to).and_then(|file| file.sync_all());
        synced.map_err(|error| failed(sqlx::Error::Io(error)))?;
        from.close().await.map_err(failed)
    }

    /// A connection to the database as it is, which brings no schema forward and changes nothing in it.
    pub(super) async fn connect_to_read(directory: &Path) -> Result<SqliteConnection, OpenError> {
        let path = directory.join(FILE);
        let mut connection = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(false)
            .pragma("temp_store", "MEMORY")
            .busy_timeout(BUSY)
            .connect()
            .await
            .map_err(|source| OpenError::Database { path: path.clone(), source })?;
        refuse_newer(&mut connection, &path).await?;
        Ok(connection)
    }

    /// Begins a new life after a restore. What was given out since the backup is unknown, so every counting goes on
    /// `leap` further: ids, and every organization's and customer's numbers. The new epoch tells every client, the
    /// sessions of the console end, and so do all tokens of operators.
    ///
    /// The database must be opened anew after it.
    ///
    /// # Errors
    /// When the database does not take it; nothing was changed then.
    pub async fn begin_new_life(&self, leap: i64) -> Result<NewLife, PortError> {
        let operation = "beginning a new life of a database";
        let failed = failed(operation);
        let mut write = self.write(operation).await?;
        sqlx::query("UPDATE installation SET epoch = $1")
            .bind(Uuid::new_v4().to_string())
            .execute(&mut *write)
            .await
            .map_err(&failed)?;
        for table in COUNTING {
            // A table that never had a row has no counter yet.
            sqlx::query(
                "INSERT INTO sqlite_sequence (name, seq)
                 SELECT $1, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)",
            )
            .bind(table)
            .execute(&mut *write)
            .await
            .map_err(&failed)?;
        }
        for statement in LEAPS {
            sqlx::query(statement).bind(leap).execute(&mut *write).await.map_err(&failed)?;
        }
        sqlx::query("DELETE FROM sessions").execute(&mut *write).await.map_err(&failed)?;
        let (is_local,): (bool,) = sqlx::query_as("SELECT COALESCE(directory, $1) = $1 FROM installation")
            .bind(LOCAL)
            .fetch_one(&mut *write)
            .await
            .map_err(&failed)?;
        let logins: Vec<(String,)> = sqlx::query_as("SELECT login FROM companies ORDER BY login_key")
            .fetch_all(&mut *write)
            .await
            .map_err(&failed)?;
        write.commit().await?;
        Ok(NewLife { is_local, logins: logins.into_iter().map(|(login,)| login).collect() })
    }
}

/// Each goes on `$1` further. Where numbers are written down, so is the leap: a hole that is none.
const LEAPS: [&str; 6] = [
    "UPDATE sqlite_sequence SET seq = seq + $1",
    "INSERT INTO leaps (organization_id, customer_id, after, seq)
     SELECT id, 0, (SELECT COALESCE(MAX(e.seq), 0) FROM events e WHERE e.organization_id = organizations.id), seq + $1
     FROM organizations WHERE true
     ON CONFLICT (organization_id, customer_id, after) DO UPDATE SET seq = excluded.seq",
    "UPDATE organizations SET seq = seq + $1",
    "INSERT INTO leaps (organization_id, customer_id, after, seq)
     SELECT organization_id, id,
            (SELECT COALESCE(MAX(e.customer_seq), 0) FROM events e
             WHERE e.customer_id = countings.id AND e.customer_seq IS NOT NULL), seq + $1
     FROM countings WHERE true
     ON CONFLICT (organization_id, customer_id, after) DO UPDATE SET seq = excluded.seq",
    "UPDATE countings SET seq = seq + $1",
    "UPDATE operators SET generation = generation + $1",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_table_that_gives_out_ids_is_known() {
        let directory = tempfile::tempdir().unwrap();
        let store = Sqlite::open(directory.path()).await.unwrap();
        let tables: Vec<(String,)> = sqlx::query_as(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%' ORDER BY name",
        )
        .fetch_all(&store.writer)
        .await
        .unwrap();
        let mut known = COUNTING.to_vec();
        known.sort_unstable();
        assert_eq!(tables.iter().map(|(name,)| name.as_str()).collect::<Vec<_>>(), known);
    }
}
