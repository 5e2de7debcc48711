//! The log: what changes it, and its events in their order.

mod batch;
mod events;
mod load;

use async_trait::async_trait;
use chathub_domain::{Epoch, OrganizationId, Seq, Timestamp, VisitorId};
use chathub_hub::ports::{Batch, CustomerRecord, Log, PortError, Portion, Recorded, Wanted};
use serde_json::json;
use sqlx::{AssertSqlSafe, SqliteConnection};

use self::events::{EventRow, SELECT};
use super::database::Sqlite;
use super::rows::{bounded, rows_at_most, seq, take, text};
use super::trouble::{failed, strange};

#[async_trait]
impl Log for Sqlite {
    async fn epoch(&self) -> Result<Epoch, PortError> {
        // Asks the file, so that a probe learns when it does not answer.
        sqlx::query("SELECT 1").execute(&self.readers).await.map_err(failed("asking the database"))?;
        Ok(self.epoch)
    }

    async fn probe(&self) -> Result<(), PortError> {
        self.prove_write().await
    }

    async fn begin(&self, wanted: &Wanted) -> Result<Box<dyn Batch>, PortError> {
        batch::begin(self, wanted).await
    }

    async fn head(&self, organization: OrganizationId) -> Result<Seq, PortError> {
        let mut reader = self.readers.acquire().await.map_err(failed("reading a log's head"))?;
        head(&mut reader, organization).await
    }

    async fn events(
        &self,
        organization: OrganizationId,
        after: Seq,
        portion: Portion,
    ) -> Result<Vec<Recorded>, PortError> {
        let sql = format!("{SELECT} WHERE e.organization_id = $1 AND e.seq > $2 ORDER BY e.seq LIMIT $3");
        let rows = sqlx::query_as(AssertSqlSafe(sql))
            .bind(organization.0)
            .bind(bounded(after))
            .bind(rows_at_most(portion.rows))
            .fetch(&self.readers);
        let (rows, _) = take(rows, portion, EventRow::text).await.map_err(failed("reading events"))?;
        rows.into_iter().map(|row| row.recorded(organization)).collect()
    }

    async fn visitor_events(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
        after: Seq,
        portion: Portion,
    ) -> Result<(Vec<(Timestamp, CustomerRecord)>, Seq), PortError> {
        let operation = "reading a customer's events";
        let mut snapshot = self.readers.begin().await.map_err(failed(operation))?;
        let Some((customer, head)) = counting(&mut snapshot, organization, visitor).await? else {
            return Ok((Vec::new(), 0));
        };
        let sql = format!(
            "{SELECT} WHERE e.customer_id = $1 AND e.customer_seq > $2 ORDER BY e.customer_seq LIMIT $3"
        );
        let rows = sqlx::query_as(AssertSqlSafe(sql))
            .bind(customer)
            .bind(bounded(after))
            .bind(rows_at_most(portion.rows))
            .fetch(&mut *snapshot);
        let (rows, _) = take(rows, portion, EventRow::text).await.map_err(failed(operation))?;
        let mut events = Vec::with_capacity(rows.len());
        for row in rows {
            let record =
                row.customer_record()?.ok_or_else(|| strange(operation, "an event of no customer"))?;
            events.push((row.at(), record));
        }
        Ok((events, head))
    }

    async fn heads(&self, organizations: &[OrganizationId]) -> Result<Vec<(OrganizationId, Seq)>, PortError> {
        let ids = text(organizations.iter().map(|id| json!(id.0)));
        let sql = "SELECT id, seq FROM organizations WHERE id IN (SELECT value FROM jsonb_each($1))";
        let rows: Vec<(i64, i64)> = sqlx::query_as(sql)
            .bind(ids)
            .fetch_all(&self.readers)
            .await
            .map_err(failed("reading the heads of logs"))?;
        Ok(rows.into_iter().map(|(id, head)| (OrganizationId(id), seq(head))).collect())
    }
}

/// The head of an organization's log; 0 for an unknown one.
pub(super) async fn head(
    reader: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<Seq, PortError> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT seq FROM organizations WHERE id = $1")
        .bind(organization.0)
        .fetch_optional(reader)
        .await
        .map_err(failed("reading a log's head"))?;
    Ok(row.map_or(0, |(head,)| seq(head)))
}

/// How a visitor counts who has become a customer: the counting, and its head.
pub(super) async fn counting(
    reader: &mut SqliteConnection,
    organization: OrganizationId,
    visitor: VisitorId,
) -> Result<Option<(i64, Seq)>, PortError> {
    let row: Option<(i64, i64)> = sqlx::query_as(
        "SELECT n.id, n.seq FROM visitors v JOIN countings n ON n.id = v.counting_id
         WHERE v.organization_id = $1 AND v.visitor_id = $2",
    )
    .bind(organization.0)
    .bind(visitor.to_string())
    .fetch_optional(reader)
    .await
    .map_err(failed("reading a customer"))?;
    Ok(row.map(|(id, head)| (id, seq(head))))
}
