//! Lists and names, for whoever administers the machine.

use async_trait::async_trait;
use chathub_domain::{CompanyId, Operator, OperatorId, OrganizationId};
use chathub_hub::ports::{CompanyEntry, PortError, Register};
use sqlx::AssertSqlSafe;

use super::database::Sqlite;
use super::directory::{OPERATORS, OperatorRow, taken};
use super::staff::{Scope, Staff};
use super::trouble::failed;

#[async_trait]
impl Register for Sqlite {
    async fn companies(&self, after: CompanyId, most: u32) -> Result<Vec<CompanyEntry>, PortError> {
        let rows: Vec<(i64, String, String)> =
            sqlx::query_as("SELECT id, login, name FROM companies WHERE id > $1 ORDER BY id LIMIT $2")
                .bind(after.0)
                .bind(most)
                .fetch_all(&self.readers)
                .await
                .map_err(failed("listing companies"))?;
        let entry = |(id, login, name)| CompanyEntry { id: CompanyId(id), login, name };
        Ok(rows.into_iter().map(entry).collect())
    }

    async fn operators_after(
        &self,
        company: CompanyId,
        after: OperatorId,
        most: u32,
    ) -> Result<Vec<Operator>, PortError> {
        let rows: Vec<OperatorRow> = sqlx::query_as(AssertSqlSafe(format!(
            "{OPERATORS} WHERE o.company_id = $1 AND o.id > $2 AND o.status <> 2 ORDER BY o.id LIMIT $3",
        )))
        .bind(company.0)
        .bind(after.0)
        .bind(most)
        .fetch_all(&self.readers)
        .await
        .map_err(failed("listing operators"))?;
        rows.into_iter().map(|row| row.record().map(|record| record.operator)).collect()
    }

    async fn rename_organization(
        &self,
        company: CompanyId,
        organization: OrganizationId,
        name: &str,
    ) -> Result<bool, PortError> {
        let operation = "renaming an organization";
        let mut write = self.write(operation).await?;
        let done = sqlx::query(
            "UPDATE organizations SET name = $3, name_key = $4 WHERE company_id = $1 AND id = $2 AND NOT gone",
        )
        .bind(company.0)
        .bind(organization.0)
        .bind(name)
        .bind(name.to_lowercase())
        .execute(&mut *write)
        .await
        .map_err(taken("name", operation))?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    async fn rename_operator(
        &self,
        company: CompanyId,
        operator: OperatorId,
        name: &str,
    ) -> Result<bool, PortError> {
        let operation = "renaming an operator";
        let mut write = self.write(operation).await?;
        let staff = Staff::of(&mut write, company, Scope::One(operator)).await?;
        let done =
            sqlx::query("UPDATE operators SET name = $3 WHERE company_id = $1 AND id = $2 AND status <> 2")
                .bind(company.0)
                .bind(operator.0)
                .bind(name)
                .execute(&mut *write)
                .await
                .map_err(failed(operation))?;
        staff.tell(&mut write).await?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }
}
