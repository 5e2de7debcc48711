//! The people of a remote directory, in the same tables as our own: chats refer to them.
//!
//! What the remote tells again and again is compared first: a mirror that is right costs no write.

use async_trait::async_trait;
use chathub_domain::{CompanyId, Operator, OrganizationId, OrganizationRef, Timestamp};
use chathub_hub::ports::{Account, Login, Mirror, PortError};
use serde_json::json;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Sqlite as Driver, SqliteConnection};

use super::database::Sqlite;
use super::logins;
use super::staff::{Scope, Staff};
use super::trouble::{failed, strange};

#[async_trait]
impl Mirror for Sqlite {
    async fn keep_company(
        &self,
        login: &str,
        organizations: &[OrganizationRef],
        at: Timestamp,
    ) -> Result<CompanyId, PortError> {
        let operation = "keeping a company";
        let mut write = self.write(operation).await?;
        let company = match owner(&mut write, organizations).await? {
            Some(company) => company,
            None => match unused(&mut write, login).await? {
                Some(company) => company,
                None => new_company(&mut write, login).await?,
            },
        };
        // A login that has passed to another company at the remote.
        sqlx::query("UPDATE upstream_accounts SET login = NULL WHERE login = $1 AND company_id <> $2")
            .bind(login)
            .bind(company.0)
            .execute(&mut *write)
            .await
            .map_err(failed(operation))?;
        sqlx::query(
            "INSERT INTO upstream_accounts (company_id, login, answered_at) VALUES ($1, $2, $3)
             ON CONFLICT (company_id) DO UPDATE SET login = excluded.login, answered_at = excluded.answered_at",
        )
        .bind(company.0)
        .bind(login)
        .bind(at.0)
        .execute(&mut *write)
        .await
        .map_err(failed(operation))?;
        write_organizations(&mut write, company, organizations).await?;
        write.commit().await?;
        Ok(company)
    }

    async fn company_of_login(&self, login: &str) -> Result<Option<CompanyId>, PortError> {
        let row: Option<(i64,)> = sqlx::query_as("SELECT company_id FROM upstream_accounts WHERE login = $1")
            .bind(login)
            .fetch_optional(&self.readers)
            .await
            .map_err(failed("reading an account"))?;
        Ok(row.map(|(id,)| CompanyId(id)))
    }

    async fn account(&self, company: CompanyId) -> Result<Option<Account>, PortError> {
        let row: Option<(Option<Vec<u8>>, Option<i64>, i64)> = sqlx::query_as(
            "SELECT token, remote_id, answered_at FROM upstream_accounts WHERE company_id = $1",
        )
        .bind(company.0)
        .fetch_optional(&self.readers)
        .await
        .map_err(failed("reading an account"))?;
        Ok(row.map(|(token, remote_id, answered_at)| Account {
            token,
            remote_id: remote_id.map(CompanyId),
            answered_at: Timestamp(answered_at),
        }))
    }

    async fn keep_token(&self, company: CompanyId, sealed: &[u8]) -> Result<(), PortError> {
        self.keep(
            sqlx::query("UPDATE upstream_accounts SET token = $2 WHERE company_id = $1")
                .bind(company.0)
                .bind(sealed),
        )
        .await
    }

    async fn keep_remote_id(&self, company: CompanyId, id: CompanyId) -> Result<(), PortError> {
        self.keep(
            sqlx::query("UPDATE upstream_accounts SET remote_id = $2 WHERE company_id = $1")
                .bind(company.0)
                .bind(id.0),
        )
        .await
    }

    async fn keep_answered(&self, company: CompanyId, at: Timestamp) -> Result<(), PortError> {
        self.keep(
            sqlx::query("UPDATE upstream_accounts SET answered_at = $2 WHERE company_id = $1")
                .bind(company.0)
                .bind(at.0),
        )
        .await
    }

    async fn revoke(&self, company: CompanyId) -> Result<(), PortError> {
        let operation = "revoking a company's tokens";
        let mut write = self.write(operation).await?;
        for statement in [
            "UPDATE companies SET generation = generation + 1 WHERE id = $1",
            "UPDATE upstream_accounts SET token = NULL WHERE company_id = $1",
        ] {
            sqlx::query(statement).bind(company.0).execute(&mut *write).await.map_err(failed(operation))?;
        }
        write.commit().await
    }

    async fn keep_organizations(
        &self,
        company: CompanyId,
        organizations: &[OrganizationRef],
    ) -> Result<(), PortError> {
        let operation = "keeping organizations";
        let known: Vec<(i64, String)> = sqlx::query_as(
            "SELECT id, name FROM organizations WHERE company_id = $1 AND NOT gone ORDER BY id",
        )
        .bind(company.0)
        .fetch_all(&self.readers)
        .await
        .map_err(failed(operation))?;
        let mut told: Vec<_> = organizations.iter().map(|own| (own.id.0, own.name.clone())).collect();
        told.sort();
        if told == known {
            return Ok(());
        }
        let mut write = self.write(operation).await?;
        write_organizations(&mut write, company, organizations).await?;
        write.commit().await
    }

    async fn keep_operators(
        &self,
        company: CompanyId,
        organization: OrganizationId,
        operators: &[Operator],
    ) -> Result<(), PortError> {
        let operation = "keeping operators";
        let known: Vec<(i64, String, i64)> = sqlx::query_as(
            "SELECT id, name, status FROM operators
             WHERE company_id = $1 AND organization_id = $2 AND status <> 2 ORDER BY id",
        )
        .bind(company.0)
        .bind(organization.0)
        .fetch_all(&self.readers)
        .await
        .map_err(failed(operation))?;
        let mut told: Vec<_> =
            operators.iter().map(|own| (own.id.0, own.name.clone(), own.status as i64)).collect();
        told.sort();
        if told == known {
            return Ok(());
        }
        let mut write = self.write(operation).await?;
        let staff = Staff::of(&mut write, company, Scope::All).await?;
        write_operators(&mut write, company, operators).await?;
        sqlx::query(
            "UPDATE operators SET status = 2, generation = generation + 1
             WHERE company_id = $1 AND organization_id = $2 AND status <> 2
             AND id NOT IN (SELECT value FROM json_each($3))",
        )
        .bind(company.0)
        .bind(organization.0)
        .bind(ids(operators.iter().map(|operator| operator.id.0)))
        .execute(&mut *write)
        .await
        .map_err(failed(operation))?;
        staff.tell(&mut write).await?;
        write.commit().await
    }

    async fn keep_added(&self, company: CompanyId, operators: &[Operator]) -> Result<(), PortError> {
        let operation = "keeping operators";
        let mut write = self.write(operation).await?;
        let staff = Staff::of(&mut write, company, Scope::All).await?;
        write_operators(&mut write, company, operators).await?;
        staff.tell(&mut write).await?;
        write.commit().await
    }
}

type Statement<'q> = Query<'q, Driver, SqliteArguments>;

impl Sqlite {
    /// One change of an account.
    async fn keep(&self, statement: Statement<'_>) -> Result<(), PortError> {
        let operation = "keeping an account";
        let mut write = self.write(operation).await?;
        statement.execute(&mut *write).await.map_err(failed(operation))?;
        write.commit().await
    }
}

/// The company to which organizations that are known here belong.
async fn owner(
    connection: &mut SqliteConnection,
    organizations: &[OrganizationRef],
) -> Result<Option<CompanyId>, PortError> {
    let operation = "finding a company";
    let owners: Vec<(i64,)> = sqlx::query_as(
        "SELECT DISTINCT company_id FROM organizations WHERE id IN (SELECT value FROM json_each($1))",
    )
    .bind(ids(organizations.iter().map(|own| own.id.0)))
    .fetch_all(connection)
    .await
    .map_err(failed(operation))?;
    match owners.as_slice() {
        [] => Ok(None),
        [(id,)] => Ok(Some(CompanyId(*id))),
        _ => Err(strange(operation, "several companies for one sign-in's organizations")),
    }
}

/// The company of this login, if no organization says more about who it is.
async fn unused(connection: &mut SqliteConnection, login: &str) -> Result<Option<CompanyId>, PortError> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT company_id FROM upstream_accounts a WHERE login = $1
         AND NOT EXISTS (SELECT 1 FROM organizations o WHERE o.company_id = a.company_id)",
    )
    .bind(login)
    .fetch_optional(connection)
    .await
    .map_err(failed("finding a company"))?;
    Ok(row.map(|(id,)| CompanyId(id)))
}

/// A company without a password here. Its login may be another's in another way to write it: then commands find it by its
/// key alone, which in the same lower case has its number as well.
async fn new_company(connection: &mut SqliteConnection, login: &str) -> Result<CompanyId, PortError> {
    let operation = "keeping a company";
    let Login { lower, prepared } = Login::parse(login);
    let (id,): (i64,) = sqlx::query_as(
        "INSERT INTO companies (login, login_key, login_prepared, name, password_hash)
         SELECT $1, CASE WHEN EXISTS (SELECT 1 FROM companies WHERE login_key = $2)
                         THEN $2 || '#' || (SELECT MAX(id) + 1 FROM companies) ELSE $2 END, $3, $1, ''
         RETURNING id",
    )
    .bind(login)
    .bind(lower)
    .bind(prepared)
    .fetch_one(&mut *connection)
    .await
    .map_err(failed(operation))?;
    logins::settle(connection).await.map_err(failed(operation))?;
    Ok(CompanyId(id))
}

async fn write_organizations(
    connection: &mut SqliteConnection,
    company: CompanyId,
    organizations: &[OrganizationRef],
) -> Result<(), PortError> {
    let operation = "keeping organizations";
    let staff = Staff::of(connection, company, Scope::All).await?;
    let all = ids(organizations.iter().map(|own| own.id.0));
    for OrganizationRef { id, name } in organizations {
        // The remote decides which names may be equal: the key is the id.
        let done = sqlx::query(
            "INSERT INTO organizations (id, company_id, name, name_key) VALUES ($1, $2, $3, '#' || $1)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, gone = FALSE
             WHERE company_id = excluded.company_id",
        )
        .bind(id.0)
        .bind(company.0)
        .bind(name)
        .execute(&mut *connection)
        .await
        .map_err(failed(operation))?;
        if done.rows_affected() == 0 {
            return Err(strange(operation, "another company's organization under this id"));
        }
    }
    sqlx::query(
        "UPDATE operators SET status = 2, generation = generation + 1
         WHERE company_id = $1 AND status <> 2 AND organization_id NOT IN (SELECT value FROM json_each($2))",
    )
    .bind(company.0)
    .bind(&all)
    .execute(&mut *connection)
    .await
    .map_err(failed(operation))?;
    sqlx::query(
        "UPDATE organizations SET gone = TRUE
         WHERE company_id = $1 AND NOT gone AND id NOT IN (SELECT value FROM json_each($2))",
    )
    .bind(company.0)
    .bind(&all)
    .execute(&mut *connection)
    .await
    .map_err(failed(operation))?;
    staff.tell(connection).await
}

async fn write_operators(
    connection: &mut SqliteConnection,
    company: CompanyId,
    operators: &[Operator],
) -> Result<(), PortError> {
    let operation = "keeping operators";
    for Operator { id, name, status, organization } in operators {
        let done = sqlx::query(
            "INSERT INTO operators (id, company_id, organization_id, name, status)
             SELECT $1, company_id, id, $4, $5 FROM organizations WHERE company_id = $2 AND id = $3
             ON CONFLICT (id) DO UPDATE SET
                 name = excluded.name, status = excluded.status, organization_id = excluded.organization_id,
                 generation = generation
                     + (organization_id <> excluded.organization_id
                        OR (status <> excluded.status AND excluded.status <> 0))
             WHERE company_id = excluded.company_id",
        )
        .bind(id.0)
        .bind(company.0)
        .bind(organization.id.0)
        .bind(name)
        .bind(*status as i64)
        .execute(&mut *connection)
        .await
        .map_err(failed(operation))?;
        if done.rows_affected() == 0 {
            return Err(strange(operation, "another company's operator or organization under this id"));
        }
    }
    Ok(())
}

fn ids(ids: impl Iterator<Item = i64>) -> String {
    json!(ids.collect::<Vec<_>>()).to_string()
}
