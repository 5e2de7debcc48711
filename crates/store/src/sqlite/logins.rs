//! Logins of companies: which ones are equal, and those of earlier versions that are looked for as they were then.

use std::path::Path;

use chathub_domain::CompanyId;
use chathub_hub::ports::{Login, OddLogins, PortError, odd_logins};
use serde_json::json;
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{Connection, SqliteExecutor};

use super::database::{FILE, LOCAL, Sqlite};
use super::open_error::OpenError;
use super::rows::text;
use super::trouble::failed;

impl Sqlite {
    /// What an administrator should know of the logins in `directory`, a line each; nothing of a remote's, who are what they
    /// are there. Changes nothing, also not the schema.
    ///
    /// # Errors
    /// When it can't be opened or read at all.
    pub async fn odd_logins(directory: &Path) -> Result<Vec<OddLogins>, OpenError> {
        let mut connection = Self::connect_to_read(directory).await?;
        let failed = |source| OpenError::Database { path: directory.join(FILE), source };
        let logins = own_logins(&mut connection).await.map_err(failed)?;
        connection.close().await.map_err(failed)?;
        Ok(odd_logins(&logins))
    }

    pub(super) async fn replace_login(&self, company: CompanyId, login: &str) -> Result<bool, PortError> {
        let operation = "setting a login";
        let mut write = self.write(operation).await?;
        let forms = Login::parse(login);
        if is_taken(&mut write, &forms, Some(company)).await.map_err(failed(operation))? {
            return Err(PortError::Taken { what: "login" });
        }
        let done = sqlx::query(
            "UPDATE companies SET login = $2, login_key = $3, login_prepared = $4, login_exact = $4 IS NULL WHERE id = $1",
        )
        .bind(company.0)
        .bind(login)
        .bind(forms.lower)
        .bind(forms.prepared)
        .execute(&mut *write)
        .await
        .map_err(failed(operation))?;
        // One that was equal to the former login may be the only one now.
        settle(&mut write).await.map_err(failed(operation))?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }
}

/// Whether somebody, but for this company, is found by the login or has one that is equal to it.
pub(super) async fn is_taken(
    connection: &mut SqliteConnection,
    login: &Login,
    but: Option<CompanyId>,
) -> Result<bool, sqlx::Error> {
    let (is_taken,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM companies
                        WHERE (login_key IN ($1, $2) OR login_prepared = $2) AND id IS NOT $3)",
    )
    .bind(&login.lower)
    .bind(&login.prepared)
    .bind(but.map(|company| company.0))
    .fetch_one(connection)
    .await?;
    Ok(is_taken)
}

/// Prepares the logins of earlier versions, and lets those be found however they are written that nothing stands against:
/// all that there are after an upgrade, and later the one that is left when those that were equal to it have gone. Cut
/// short, it has changed nothing, and the next start does it.
pub(super) async fn prepare(writer: &SqlitePool) -> Result<(), sqlx::Error> {
    let mut connection = writer.acquire().await?;
    let (any,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT 1 FROM companies WHERE login_exact)")
        .fetch_one(&mut *connection)
        .await?;
    if !any {
        return Ok(());
    }
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT id, login FROM companies WHERE login_exact AND login_prepared IS NULL")
            .fetch_all(&mut *transaction)
            .await?;
    let prepared =
        rows.into_iter().filter_map(|(id, login)| Some(json!([id, Login::parse(&login).prepared?])));
    sqlx::query(
        "UPDATE companies SET login_prepared = w.value ->> 1 FROM jsonb_each($1) w WHERE companies.id = w.value ->> 0",
    )
    .bind(text(prepared))
    .execute(&mut *transaction)
    .await?;
    settle(&mut transaction).await?;
    transaction.commit().await
}

/// Lets logins be found however they are written that were exact and need not be: nothing is equal to them. With a final
/// sigma they stay so, since the lower case of both kinds is the same at a word's end, and PRECIS tells them apart.
pub(super) async fn settle(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE companies SET login_exact = FALSE
         WHERE login_exact AND login_prepared IS NOT NULL AND instr(login_key, 'ς') = 0 AND NOT EXISTS (
             SELECT 1 FROM companies other
             WHERE other.login_prepared = companies.login_prepared AND other.id <> companies.id)",
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// All, in whichever schema, unless they are mirrored.
async fn own_logins(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    let (may_be_mirrored,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM pragma_table_info('installation') WHERE name = 'directory')",
    )
    .fetch_one(&mut *connection)
    .await?;
    if may_be_mirrored {
        let directory: Option<(Option<String>,)> =
            sqlx::query_as("SELECT directory FROM installation").fetch_optional(&mut *connection).await?;
        if directory.and_then(|(directory,)| directory).is_some_and(|directory| directory != LOCAL) {
            return Ok(Vec::new());
        }
    }
    logins(connection, "SELECT login FROM companies ORDER BY id").await
}

/// The logins that are found by their lower case alone.
pub(super) async fn exact(connection: impl SqliteExecutor<'_>) -> Result<Vec<String>, sqlx::Error> {
    logins(connection, "SELECT login FROM companies WHERE login_exact ORDER BY id").await
}

async fn logins(connection: impl SqliteExecutor<'_>, sql: &'static str) -> Result<Vec<String>, sqlx::Error> {
    let rows: Vec<(String,)> = sqlx::query_as(sql).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(login,)| login).collect())
}
