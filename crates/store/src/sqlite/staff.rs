//! Changes among those who answer, told in the log: in the transaction that makes them, whoever makes them.

use std::collections::{HashMap, HashSet};

use chathub_domain::{CompanyId, OperatorId};
use chathub_hub::ports::PortError;
use serde_json::json;
use sqlx::SqliteConnection;

use super::rows::text;
use super::trouble::failed;

const OPERATION: &str = "telling of a change among operators";

/// An operator's organization, name and status.
type Row = (i64, String, i64);

/// Which of a company's operators a transaction may change. No more are looked at, since everybody's messages wait for it.
#[derive(Clone, Copy)]
pub(super) enum Scope {
    All,
    One(OperatorId),
    /// New ones, behind the last id that was given out.
    New(i64),
}

/// Some of a company's operators as they were when a transaction began.
pub(super) struct Staff {
    company: CompanyId,
    scope: Scope,
    before: HashMap<i64, Row>,
}

impl Staff {
    pub(super) async fn of(
        write: &mut SqliteConnection,
        company: CompanyId,
        scope: Scope,
    ) -> Result<Self, PortError> {
        Ok(Self { company, scope, before: read(write, company, scope).await? })
    }

    /// Before new ones are added.
    pub(super) async fn to_grow(write: &mut SqliteConnection, company: CompanyId) -> Result<Self, PortError> {
        let (last,): (i64,) = sqlx::query_as("SELECT COALESCE(MAX(id), 0) FROM operators")
            .fetch_one(write)
            .await
            .map_err(failed(OPERATION))?;
        Ok(Self { company, scope: Scope::New(last), before: HashMap::new() })
    }

    /// Records what has become different: an event in each organization for each operator that it sees otherwise now. Where
    /// there was nobody before, there is nobody to be told.
    pub(super) async fn tell(self, write: &mut SqliteConnection) -> Result<(), PortError> {
        let mut changes = Vec::new();
        for (id, now) in read(write, self.company, self.scope).await? {
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
        let new = changes.iter().filter(|(_, id, _)| !self.before.contains_key(id)).map(|(_, id, _)| *id);
        let new = text(new.map(|id| json!(id)));
        let staffed = staffed(write, changes.iter().map(|(organization, ..)| *organization), &new).await?;
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

async fn read(
    write: &mut SqliteConnection,
    company: CompanyId,
    scope: Scope,
) -> Result<HashMap<i64, Row>, PortError> {
    let (sql, id) = match scope {
        Scope::All => {
            ("SELECT id, organization_id, name, status FROM operators WHERE company_id = $1 AND id > $2", 0)
        }
        Scope::One(id) => (
            "SELECT id, organization_id, name, status FROM operators WHERE company_id = $1 AND id = $2",
            id.0,
        ),
        Scope::New(last) => (
            "SELECT id, organization_id, name, status FROM operators WHERE company_id = $1 AND id > $2",
            last,
        ),
    };
    let rows: Vec<(i64, i64, String, i64)> =
        sqlx::query_as(sql).bind(company.0).bind(id).fetch_all(write).await.map_err(failed(OPERATION))?;
    Ok(rows.into_iter().map(|(id, organization, name, status)| (id, (organization, name, status))).collect())
}

/// Those of the organizations that somebody is in beside the new ones.
async fn staffed(
    write: &mut SqliteConnection,
    organizations: impl Iterator<Item = i64>,
    new: &str,
) -> Result<HashSet<i64>, PortError> {
    let organizations: HashSet<i64> = organizations.collect();
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT w.value FROM json_each($1) w WHERE EXISTS (
             SELECT 1 FROM operators WHERE organization_id = w.value AND id NOT IN (SELECT value FROM json_each($2)))",
    )
    .bind(text(organizations.into_iter().map(|id| json!(id))))
    .bind(new)
    .fetch_all(write)
    .await
    .map_err(failed(OPERATION))?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
