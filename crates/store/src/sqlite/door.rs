//! Sessions, known addresses and blocked visitors.

use async_trait::async_trait;
use chathub_domain::{CompanyId, OrganizationId, Timestamp, VisitorId};
use chathub_hub::ports::{Block, Door, KnownAddress, PortError, SessionId, SessionRecord};
use sqlx::FromRow;
use uuid::Uuid;

use super::database::Sqlite;
use super::trouble::{failed, strange};

#[derive(FromRow)]
struct AddressRow {
    login: String,
    address: String,
    seen_at: i64,
}

#[derive(FromRow)]
struct BlockRow {
    organization_id: i64,
    visitor_id: String,
    address: Option<String>,
    until: i64,
}

#[async_trait]
impl Door for Sqlite {
    async fn add_session(&self, session: &SessionRecord, most: usize) -> Result<(), PortError> {
        let operation = "opening a session";
        let SessionRecord { id, company, created_at, expires_at } = session;
        let mut write = self.write(operation).await?;
        sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(created_at.0)
            .execute(&mut *write)
            .await
            .map_err(failed(operation))?;
        sqlx::query(
            "DELETE FROM sessions WHERE company_id = $1 AND id IN (
                 SELECT id FROM sessions WHERE company_id = $1 ORDER BY used_at DESC LIMIT -1 OFFSET $2)",
        )
        .bind(company.0)
        .bind(count(most.saturating_sub(1)))
        .execute(&mut *write)
        .await
        .map_err(failed(operation))?;
        sqlx::query(
            "INSERT INTO sessions (company_id, id, created_at, expires_at, used_at) VALUES ($1, $2, $3, $4, $3)",
        )
        .bind(company.0)
        .bind(id.0.to_string())
        .bind(created_at.0)
        .bind(expires_at.0)
        .execute(&mut *write)
        .await
        .map_err(failed(operation))?;
        write.commit().await
    }

    async fn session(
        &self,
        company: CompanyId,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, PortError> {
        let row: Option<(i64,)> = sqlx::query_as(
            "SELECT used_at FROM sessions WHERE company_id = $1 AND id = $2 AND expires_at > $3",
        )
        .bind(company.0)
        .bind(id.0.to_string())
        .bind(now.0)
        .fetch_optional(&self.readers)
        .await
        .map_err(failed("reading a session"))?;
        Ok(row.map(|(used_at,)| Timestamp(used_at)))
    }

    async fn use_session(&self, company: CompanyId, id: SessionId, now: Timestamp) -> Result<(), PortError> {
        let operation = "noting that a session is used";
        let mut write = self.write(operation).await?;
        sqlx::query("UPDATE sessions SET used_at = $3 WHERE company_id = $1 AND id = $2 AND used_at < $3")
            .bind(company.0)
            .bind(id.0.to_string())
            .bind(now.0)
            .execute(&mut *write)
            .await
            .map_err(failed(operation))?;
        write.commit().await
    }

    async fn end_session(&self, company: CompanyId, id: SessionId) -> Result<(), PortError> {
        let operation = "ending a session";
        let mut write = self.write(operation).await?;
        sqlx::query("DELETE FROM sessions WHERE company_id = $1 AND id = $2")
            .bind(company.0)
            .bind(id.0.to_string())
            .execute(&mut *write)
            .await
            .map_err(failed(operation))?;
        write.commit().await
    }

    async fn end_sessions(&self, company: CompanyId) -> Result<(), PortError> {
        let operation = "ending a company's sessions";
        let mut write = self.write(operation).await?;
        sqlx::query("DELETE FROM sessions WHERE company_id = $1")
            .bind(company.0)
            .execute(&mut *write)
            .await
            .map_err(failed(operation))?;
        write.commit().await
    }

    async fn known_addresses(&self, since: Timestamp) -> Result<Vec<KnownAddress>, PortError> {
        let rows: Vec<AddressRow> = sqlx::query_as(
            "SELECT login, address, seen_at FROM known_addresses WHERE seen_at > $1 ORDER BY login, seen_at",
        )
        .bind(since.0)
        .fetch_all(&self.readers)
        .await
        .map_err(failed("reading known addresses"))?;
        let known = |AddressRow { login, address, seen_at }| KnownAddress {
            login,
            address,
            seen_at: Timestamp(seen_at),
        };
        Ok(rows.into_iter().map(known).collect())
    }

    async fn keep_address(
        &self,
        known: &KnownAddress,
        most: usize,
        since: Timestamp,
    ) -> Result<(), PortError> {
        let operation = "keeping a known address";
        let mut write = self.write(operation).await?;
        sqlx::query(
            "INSERT INTO known_addresses (login, address, seen_at) VALUES ($1, $2, $3)
             ON CONFLICT (login, address) DO UPDATE SET seen_at = excluded.seen_at",
        )
        .bind(&known.login)
        .bind(&known.address)
        .bind(known.seen_at.0)
        .execute(&mut *write)
        .await
        .map_err(failed(operation))?;
        sqlx::query(
            "DELETE FROM known_addresses WHERE seen_at <= $3 OR login = $1 AND address IN (
                 SELECT address FROM known_addresses WHERE login = $1 ORDER BY seen_at DESC LIMIT -1 OFFSET $2)",
        )
        .bind(&known.login)
        .bind(count(most))
        .bind(since.0)
        .execute(&mut *write)
        .await
        .map_err(failed(operation))?;
        write.commit().await
    }

    async fn block(&self, block: &Block, most: usize, now: Timestamp) -> Result<(), PortError> {
        let operation = "blocking a visitor";
        let Block { organization, visitor, address, until } = block;
        let mut write = self.write(operation).await?;
        sqlx::query(
            "INSERT INTO blocked_visitors (organization_id, visitor_id, address, until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (organization_id, visitor_id)
             DO UPDATE SET address = excluded.address, until = excluded.until",
        )
        .bind(organization.0)
        .bind(visitor.0.to_string())
        .bind(address)
        .bind(until.0)
        .execute(&mut *write)
        .await
        .map_err(failed(operation))?;
        sqlx::query(
            "DELETE FROM blocked_visitors WHERE organization_id = $1 AND (until <= $3 OR visitor_id IN (
                 SELECT visitor_id FROM blocked_visitors WHERE organization_id = $1
                 ORDER BY until DESC LIMIT -1 OFFSET $2))",
        )
        .bind(organization.0)
        .bind(count(most))
        .bind(now.0)
        .execute(&mut *write)
        .await
        .map_err(failed(operation))?;
        write.commit().await
    }

    async fn unblock(&self, organization: OrganizationId, visitor: VisitorId) -> Result<(), PortError> {
        let operation = "letting a visitor write again";
        let mut write = self.write(operation).await?;
        sqlx::query("DELETE FROM blocked_visitors WHERE organization_id = $1 AND visitor_id = $2")
            .bind(organization.0)
            .bind(visitor.0.to_string())
            .execute(&mut *write)
            .await
            .map_err(failed(operation))?;
        write.commit().await
    }

    async fn blocks(
        &self,
        organization: Option<OrganizationId>,
        now: Timestamp,
    ) -> Result<Vec<Block>, PortError> {
        let operation = "reading blocked visitors";
        let rows: Vec<BlockRow> = sqlx::query_as(
            "SELECT organization_id, visitor_id, address, until FROM blocked_visitors
             WHERE ($1 IS NULL OR organization_id = $1) AND until > $2",
        )
        .bind(organization.map(|id| id.0))
        .bind(now.0)
        .fetch_all(&self.readers)
        .await
        .map_err(failed(operation))?;
        rows.into_iter()
            .map(|row| row.block().ok_or_else(|| strange(operation, "a visitor that is none")))
            .collect()
    }
}

impl BlockRow {
    fn block(self) -> Option<Block> {
        let Self { organization_id, visitor_id, address, until } = self;
        let visitor = VisitorId(Uuid::parse_str(&visitor_id).ok()?);
        Some(Block {
            organization: OrganizationId(organization_id),
            visitor,
            address,
            until: Timestamp(until),
        })
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
