//! Changes among those who answer, told in the log: in the transaction that makes them, whoever makes them.

use std::collections::{HashMap, HashSet};

use chathub_domain::CompanyId;
use chathub_hub::ports::PortError;
use serde_json::json;
use sqlx::SqliteConnection;

use super::rows::text;
use super::trouble::failed;

const OPERATION: &str = "telling of a change among operators";

/// An operator's organization, name and status.
type Row = (i64, String, i64);

/// A company's operators as they were when a transaction began.
pub(super) struct Staff {
    company: CompanyId,
    before: HashMap<i64, Row>,
}

impl Staff {
    pub(super) async fn of(write: &mut SqliteConnection, company: CompanyId) -> Result<Self, PortError> {
        Ok(Self { company, before: read(write, company).await? })
    }

    /// Records what has become different: an event in each organization for each operator that it sees otherwise now. Where
    /// there was nobody before, there is nobody to be told.
    pub(super) async fn tell(self, write: &mut SqliteConnection) -> Result<(), PortError> {
        let staffed: HashSet<i64> = self.before.values().map(|(organization, ..)| *organization).collect();
        let mut changes = Vec::new();
        for (id, now) in read(write, self.company).await? {
            let (organization, _, status) = &now;
            let before = self.before.get(&id);
            if before == Some(&now) {
                continue;
            }
            changes.push((*organization, id, *status));
            if let Some((former, ..)) = before.filter(|(former, ..)| former != organization) {
                changes.push((*former, id, DELETED));
            }
        }
        changes.retain(|(organization, ..)| staffed.contains(organization));
        changes.sort_unstable();
        if changes.is_empty() {
            return Ok(());
        }
        sqlx::query(TELL)
            .bind(text(changes.into_iter().map(|change| json!(change))))
            .execute(write)
            .await
            .map_err(failed(OPERATION))?;
        Ok(())
    }
}

/// To an organization, somebody who works for another one now is as good as deleted.
const DELETED: i64 = 2;

/// The numbers follow on the organization's last one, which nobody else can move before this transaction ends.
const TELL: &str = "
    INSERT INTO events (organization_id, seq, at, kind, actor_kind, subject_id, data)
    SELECT g.id, g.seq + ROW_NUMBER() OVER (PARTITION BY g.id ORDER BY w.key),
           CAST(unixepoch('subsec') * 1000 AS INTEGER), 'staff_changed', 'company', w.value ->> 1,
           json_object('status', w.value ->> 2)
    FROM jsonb_each($1) w JOIN organizations g ON g.id = w.value ->> 0;

    UPDATE organizations SET seq = seq + told.count
    FROM (SELECT value ->> 0 AS id, COUNT(*) AS count FROM jsonb_each($1) GROUP BY 1) AS told
    WHERE organizations.id = told.id";

async fn read(write: &mut SqliteConnection, company: CompanyId) -> Result<HashMap<i64, Row>, PortError> {
    let rows: Vec<(i64, i64, String, i64)> =
        sqlx::query_as("SELECT id, organization_id, name, status FROM operators WHERE company_id = $1")
            .bind(company.0)
            .fetch_all(write)
            .await
            .map_err(failed(OPERATION))?;
    Ok(rows.into_iter().map(|(id, organization, name, status)| (id, (organization, name, status))).collect())
}
