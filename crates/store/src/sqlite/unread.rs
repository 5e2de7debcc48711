//! How much waits to be read. Of the messages only an index is looked at, which has the customers' alone.

use chathub_domain::{ChatId, OperatorId, OrganizationId, Seq};
use chathub_hub::ports::{CountedChat, Overview, PortError, Unread, UnreadChat};
use serde_json::json;
use sqlx::{FromRow, SqliteConnection};

use super::database::Sqlite;
use super::list::page;
use super::log::head;
use super::rows::{bounded, rows_at_most, seq, text};
use super::trouble::failed;

const OPERATION: &str = "counting what is unread";

/// By way of the chats: one that is being erased has no row any more, and its messages don't count. Chats that were read
/// to the end are passed by.
pub(super) const ALL: &str = "
    WITH waiting AS MATERIALIZED (
        SELECT c.id, c.updated_at,
               (SELECT COUNT(*) FROM messages n
                WHERE n.organization_id = c.organization_id AND n.chat_id = c.id
                  AND n.seq > COALESCE(p.seq, 0) AND n.operator_id IS NULL) AS unread
        FROM chats c
        LEFT JOIN read_positions p ON p.chat_id = c.id AND p.operator_id = $2
        WHERE c.organization_id = $1 AND c.last_seq > COALESCE(p.seq, 0))
    SELECT w.id, w.unread,
           (SELECT MAX(n.seq) FROM messages n
            WHERE n.organization_id = $1 AND n.chat_id = w.id AND n.operator_id IS NULL) AS last,
           (SELECT SUM(unread) FROM waiting) AS messages,
           (SELECT COUNT(*) FROM waiting WHERE unread > 0) AS chats
    FROM waiting w WHERE w.unread > 0
    ORDER BY w.updated_at DESC, w.id DESC LIMIT $3";

pub(super) const SOME: &str = "
    SELECT c.id, u.name AS customer,
           (SELECT COUNT(*) FROM messages n
            WHERE n.organization_id = c.organization_id AND n.chat_id = c.id
              AND n.seq > COALESCE(p.seq, 0) AND n.operator_id IS NULL) AS unread,
           (SELECT COUNT(*) FROM messages n
            WHERE n.organization_id = c.organization_id AND n.chat_id = c.id
              AND n.seq > COALESCE(p.seq, 0) AND n.seq <= $4 AND n.operator_id IS NULL) AS earlier,
           (SELECT MAX(n.seq) FROM messages n
            WHERE n.organization_id = c.organization_id AND n.chat_id = c.id AND n.operator_id IS NULL) AS last
    FROM json_each($3) wanted
    CROSS JOIN chats c ON c.id = wanted.value
    CROSS JOIN customers u ON u.id = c.customer_id
    LEFT JOIN read_positions p ON p.chat_id = c.id AND p.operator_id = $2
    WHERE c.organization_id = $1";

#[derive(FromRow)]
struct WaitingRow {
    id: i64,
    unread: i64,
    last: Option<i64>,
    messages: i64,
    chats: i64,
}

#[derive(FromRow)]
struct CountedRow {
    id: i64,
    customer: String,
    unread: i64,
    earlier: i64,
    last: Option<i64>,
}

pub(super) async fn overview(
    store: &Sqlite,
    organization: OrganizationId,
    operator: OperatorId,
    chats: usize,
    unread: usize,
) -> Result<Overview, PortError> {
    let mut snapshot = store.counters.begin().await.map_err(failed(OPERATION))?;
    Ok(Overview {
        seq: head(&mut snapshot, organization).await?,
        chats: page(&mut snapshot, organization, operator, None, chats).await?,
        unread: all(&mut snapshot, organization, operator, unread).await?,
    })
}

pub(super) async fn all(
    reader: &mut SqliteConnection,
    organization: OrganizationId,
    operator: OperatorId,
    limit: usize,
) -> Result<Unread, PortError> {
    let rows: Vec<WaitingRow> = sqlx::query_as(ALL)
        .bind(organization.0)
        .bind(operator.0)
        // Each row has the sums, so that there must be one.
        .bind(rows_at_most(limit.max(1)))
        .fetch_all(reader)
        .await
        .map_err(failed(OPERATION))?;
    let (messages, chats) = rows.first().map_or((0, 0), |row| (count(row.messages), count(row.chats)));
    let newest = rows.into_iter().take(limit).map(|row| chat(row.id, row.unread, row.last)).collect();
    Ok(Unread { messages, chats, newest })
}

pub(super) async fn of(
    store: &Sqlite,
    organization: OrganizationId,
    operator: OperatorId,
    chats: &[ChatId],
    earlier: Seq,
) -> Result<(Vec<CountedChat>, Seq), PortError> {
    let mut snapshot = store.readers.begin().await.map_err(failed(OPERATION))?;
    let head = head(&mut snapshot, organization).await?;
    let rows: Vec<CountedRow> = sqlx::query_as(SOME)
        .bind(organization.0)
        .bind(operator.0)
        .bind(text(chats.iter().map(|id| json!(id))))
        .bind(bounded(earlier))
        .fetch_all(&mut *snapshot)
        .await
        .map_err(failed(OPERATION))?;
    let counted = |row: CountedRow| CountedChat {
        chat: chat(row.id, row.unread, row.last),
        earlier: count(row.earlier),
        customer: row.customer,
    };
    Ok((rows.into_iter().map(counted).collect(), head))
}

fn chat(id: i64, unread: i64, last: Option<i64>) -> UnreadChat {
    UnreadChat { id: ChatId(id), unread: count(unread), last: last.map_or(0, seq) }
}

/// More than fit can't be counted by anybody.
fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
