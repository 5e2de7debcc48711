//! The directory on our own tables.

use async_trait::async_trait;
use chathub_domain::{
    CompanyId, Operator, OperatorId, OperatorStatus, Organization, OrganizationId, OrganizationRef,
};
use chathub_hub::ports::{
    CompanyRecord, Directory, Login, NewOperator, OperatorRecord, OriginsChange, PortError,
};
use sqlx::{AssertSqlSafe, FromRow};

use super::database::Sqlite;
use super::logins;
use super::staff::{Scope, Staff};
use super::trouble::{failed, strange};

#[derive(FromRow)]
struct CompanyRow {
    id: i64,
    name: String,
    login: String,
    password_hash: String,
    generation: i64,
}

#[derive(FromRow)]
struct OrganizationRow {
    id: i64,
    name: String,
    allowed_origins: String,
}

/// What [`OperatorRow`] is read from.
pub(super) const OPERATORS: &str = "
    SELECT o.id, o.company_id, o.name, o.status, o.generation + c.generation AS generation,
           o.organization_id, g.name AS organization_name
    FROM operators o JOIN organizations g ON g.id = o.organization_id
    JOIN companies c ON c.id = o.company_id";

#[derive(FromRow)]
pub(super) struct OperatorRow {
    id: i64,
    company_id: i64,
    name: String,
    status: i64,
    generation: i64,
    organization_id: i64,
    organization_name: String,
}

#[async_trait]
impl Directory for Sqlite {
    async fn company(&self, id: CompanyId) -> Result<Option<CompanyRecord>, PortError> {
        let row: Option<CompanyRow> =
            sqlx::query_as("SELECT id, name, login, password_hash, generation FROM companies WHERE id = $1")
                .bind(id.0)
                .fetch_optional(&self.readers)
                .await
                .map_err(failed("reading a company"))?;
        Ok(row.map(CompanyRow::record))
    }

    async fn company_by_login(&self, login: &str) -> Result<Option<CompanyRecord>, PortError> {
        let Login { lower, prepared } = Login::parse(login);
        // One statement, whoever is found and whether or not.
        let row: Option<CompanyRow> = sqlx::query_as(
            "SELECT id, name, login, password_hash, generation FROM companies
             WHERE login_exact AND login_key = $1 OR NOT login_exact AND login_prepared = $2
             ORDER BY login_exact DESC LIMIT 1",
        )
        .bind(lower)
        .bind(prepared)
        .fetch_optional(&self.readers)
        .await
        .map_err(failed("reading a company"))?;
        Ok(row.map(CompanyRow::record))
    }

    async fn company_by_organization(&self, id: OrganizationId) -> Result<Option<CompanyRecord>, PortError> {
        let row: Option<CompanyRow> = sqlx::query_as(
            "SELECT c.id, c.name, c.login, c.password_hash, c.generation
             FROM organizations o JOIN companies c ON c.id = o.company_id WHERE o.id = $1 AND NOT o.gone",
        )
        .bind(id.0)
        .fetch_optional(&self.readers)
        .await
        .map_err(failed("reading whose an organization is"))?;
        Ok(row.map(CompanyRow::record))
    }

    async fn add_company(
        &self,
        login: &str,
        name: &str,
        password_hash: &str,
    ) -> Result<CompanyId, PortError> {
        let operation = "adding a company";
        let mut write = self.write(operation).await?;
        let forms = Login::parse(login);
        if logins::is_taken(&mut write, &forms, None).await.map_err(failed(operation))? {
            return Err(PortError::Taken { what: "login" });
        }
        let (id,): (i64,) = sqlx::query_as(
            "INSERT INTO companies (login, login_key, login_prepared, login_exact, name, password_hash)
             VALUES ($1, $2, $3, $3 IS NULL, $4, $5) RETURNING id",
        )
        .bind(login)
        .bind(forms.lower)
        .bind(forms.prepared)
        .bind(name)
        .bind(password_hash)
        .fetch_one(&mut *write)
        .await
        .map_err(failed(operation))?;
        write.commit().await?;
        Ok(CompanyId(id))
    }

    async fn set_login(&self, company: CompanyId, login: &str) -> Result<bool, PortError> {
        self.replace_login(company, login).await
    }

    async fn exact_logins(&self) -> Result<Vec<String>, PortError> {
        logins::exact(&self.readers).await.map_err(failed("reading logins"))
    }

    async fn set_password(&self, company: CompanyId, password_hash: &str) -> Result<bool, PortError> {
        let operation = "setting a password";
        let mut write = self.write(operation).await?;
        let done =
            sqlx::query("UPDATE companies SET password_hash = $2, generation = generation + 1 WHERE id = $1")
                .bind(company.0)
                .bind(password_hash)
                .execute(&mut *write)
                .await
                .map_err(failed(operation))?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    async fn organizations(&self, company: CompanyId) -> Result<Vec<Organization>, PortError> {
        let rows: Vec<OrganizationRow> = sqlx::query_as(
            "SELECT id, name, allowed_origins FROM organizations WHERE company_id = $1 AND NOT gone ORDER BY id",
        )
        .bind(company.0)
        .fetch_all(&self.readers)
        .await
        .map_err(failed("reading organizations"))?;
        rows.into_iter().map(OrganizationRow::organization).collect()
    }

    async fn organization(&self, id: OrganizationId) -> Result<Option<Organization>, PortError> {
        let row: Option<OrganizationRow> =
            sqlx::query_as("SELECT id, name, allowed_origins FROM organizations WHERE id = $1 AND NOT gone")
                .bind(id.0)
                .fetch_optional(&self.readers)
                .await
                .map_err(failed("reading an organization"))?;
        row.map(OrganizationRow::organization).transpose()
    }

    async fn add_organization(
        &self,
        company: CompanyId,
        name: &str,
        allowed_origins: &[String],
    ) -> Result<OrganizationId, PortError> {
        let operation = "adding an organization";
        let mut write = self.write(operation).await?;
        let (id,): (i64,) = sqlx::query_as(
            "INSERT INTO organizations (company_id, name, name_key, allowed_origins)
             VALUES ($1, $2, $3, $4) RETURNING id",
        )
        .bind(company.0)
        .bind(name)
        .bind(name.to_lowercase())
        .bind(json(allowed_origins))
        .fetch_one(&mut *write)
        .await
        .map_err(taken("name", operation))?;
        write.commit().await?;
        Ok(OrganizationId(id))
    }

    async fn set_allowed_origins(
        &self,
        company: CompanyId,
        organization: OrganizationId,
        change: OriginsChange<'_>,
    ) -> Result<Option<Vec<String>>, PortError> {
        let operation = "setting allowed origins";
        let mut write = self.write(operation).await?;
        let row: Option<OrganizationRow> = sqlx::query_as(
            "SELECT id, name, allowed_origins FROM organizations WHERE company_id = $1 AND id = $2 AND NOT gone",
        )
        .bind(company.0)
        .bind(organization.0)
        .fetch_optional(&mut *write)
        .await
        .map_err(failed(operation))?;
        let Some(row) = row else { return Ok(None) };
        let origins = change.applied_to(row.organization()?.allowed_origins);
        sqlx::query("UPDATE organizations SET allowed_origins = $3 WHERE company_id = $1 AND id = $2")
            .bind(company.0)
            .bind(organization.0)
            .bind(json(&origins))
            .execute(&mut *write)
            .await
            .map_err(failed(operation))?;
        write.commit().await?;
        Ok(Some(origins))
    }

    async fn operators(
        &self,
        company: CompanyId,
        organization: Option<OrganizationId>,
    ) -> Result<Vec<Operator>, PortError> {
        let rows: Vec<OperatorRow> = sqlx::query_as(AssertSqlSafe(format!(
            "{OPERATORS} WHERE o.company_id = $1 AND ($2 IS NULL OR o.organization_id = $2) AND o.status <> 2 ORDER BY o.id",
        )))
        .bind(company.0)
        .bind(organization.map(|id| id.0))
        .fetch_all(&self.readers)
        .await
        .map_err(failed("reading operators"))?;
        rows.into_iter().map(|row| row.record().map(|record| record.operator)).collect()
    }

    async fn operator(
        &self,
        company: CompanyId,
        id: OperatorId,
    ) -> Result<Option<OperatorRecord>, PortError> {
        let row: Option<OperatorRow> =
            sqlx::query_as(AssertSqlSafe(format!("{OPERATORS} WHERE o.company_id = $1 AND o.id = $2",)))
                .bind(company.0)
                .bind(id.0)
                .fetch_optional(&self.readers)
                .await
                .map_err(failed("reading an operator"))?;
        row.map(OperatorRow::record).transpose()
    }

    async fn add_operators(
        &self,
        company: CompanyId,
        operators: &[NewOperator],
    ) -> Result<Option<Vec<Operator>>, PortError> {
        let operation = "adding operators";
        let mut write = self.write(operation).await?;
        let staff = Staff::to_grow(&mut write, company).await?;
        let mut added = Vec::with_capacity(operators.len());
        for NewOperator { organization_id, name } in operators {
            let row: Option<(i64, String)> = sqlx::query_as(
                "INSERT INTO operators (company_id, organization_id, name)
                 SELECT company_id, id, $3 FROM organizations WHERE company_id = $1 AND id = $2
                 RETURNING id, (SELECT name FROM organizations WHERE id = $2)",
            )
            .bind(company.0)
            .bind(organization_id.0)
            .bind(name)
            .fetch_optional(&mut *write)
            .await
            .map_err(failed(operation))?;
            let Some((id, organization)) = row else { return Ok(None) };
            added.push(Operator {
                id: OperatorId(id),
                name: name.clone(),
                status: OperatorStatus::Active,
                organization: OrganizationRef { id: *organization_id, name: organization },
            });
        }
        staff.tell(&mut write).await?;
        write.commit().await?;
        Ok(Some(added))
    }

    async fn changes(&self) -> Result<i64, PortError> {
        let (count,): (i64,) = sqlx::query_as("SELECT changes FROM installation")
            .fetch_one(&self.readers)
            .await
            .map_err(failed("asking for changes"))?;
        Ok(count)
    }

    async fn set_operator_status(
        &self,
        company: CompanyId,
        id: OperatorId,
        status: OperatorStatus,
    ) -> Result<bool, PortError> {
        let operation = "setting an operator's status";
        let mut write = self.write(operation).await?;
        let staff = Staff::of(&mut write, company, Scope::One(id)).await?;
        let done = sqlx::query(
            "UPDATE operators SET status = $3, generation = generation + CASE WHEN $3 = 0 THEN 0 ELSE 1 END
             WHERE company_id = $1 AND id = $2",
        )
        .bind(company.0)
        .bind(id.0)
        .bind(status as i64)
        .execute(&mut *write)
        .await
        .map_err(failed(operation))?;
        staff.tell(&mut write).await?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }
}

impl CompanyRow {
    fn record(self) -> CompanyRecord {
        let Self { id, name, login, password_hash, generation } = self;
        CompanyRecord { id: CompanyId(id), name, login, password_hash, generation }
    }
}

impl OrganizationRow {
    fn organization(self) -> Result<Organization, PortError> {
        let allowed_origins = serde_json::from_str(&self.allowed_origins)
            .map_err(|_| strange("reading an organization", "origins that are no list"))?;
        Ok(Organization { id: OrganizationId(self.id), name: self.name, allowed_origins })
    }
}

impl OperatorRow {
    pub(super) fn record(self) -> Result<OperatorRecord, PortError> {
        let status = OperatorStatus::from_number(self.status)
            .ok_or_else(|| strange("reading an operator", "an unknown operator status"))?;
        let organization =
            OrganizationRef { id: OrganizationId(self.organization_id), name: self.organization_name };
        Ok(OperatorRecord {
            operator: Operator { id: OperatorId(self.id), name: self.name, status, organization },
            company_id: CompanyId(self.company_id),
            generation: self.generation,
        })
    }
}

fn json(origins: &[String]) -> String {
    serde_json::Value::from(origins.to_vec()).to_string()
}

/// A violated `UNIQUE` as the port's own answer.
pub(super) fn taken(what: &'static str, operation: &'static str) -> impl Fn(sqlx::Error) -> PortError {
    move |error| match &error {
        sqlx::Error::Database(database) if database.is_unique_violation() => PortError::Taken { what },
        _ => failed(operation)(error),
    }
}
