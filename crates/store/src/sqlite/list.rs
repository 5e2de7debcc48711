//! The list of chats, as an operator sees it.

use chathub_domain::wire::ChatsBefore;
use chathub_domain::{Chat, OperatorId, OrganizationId};
use chathub_hub::ports::PortError;
use sqlx::SqliteConnection;

use super::rows::{ChatRow, rows_at_most};
use super::trouble::failed;

pub(super) const PAGE: &str = "
    SELECT c.id, u.name AS customer, c.source, c.status, c.operator_id, o.name AS operator_name,
           o.status AS operator_status, c.created_at, c.updated_at, c.read_by_customer, COALESCE(p.seq, 0) AS read_by_me,
           (SELECT COUNT(*) FROM messages n
            WHERE n.organization_id = c.organization_id AND n.chat_id = c.id
              AND n.seq > COALESCE(p.seq, 0) AND n.operator_id IS NULL) AS unread,
           m.seq AS last_seq, m.operator_id AS last_by, substr(m.text, 1, 320) AS last_text, m.at AS last_at
    FROM chats c
    JOIN customers u ON u.id = c.customer_id
    LEFT JOIN operators o ON o.id = c.operator_id
    LEFT JOIN read_positions p ON p.chat_id = c.id AND p.operator_id = $2
    LEFT JOIN messages m ON m.chat_id = c.id AND m.seq = c.last_seq
    WHERE c.organization_id = $1 AND (c.updated_at, c.id) < ($3, $4)
    ORDER BY c.updated_at DESC, c.id DESC LIMIT $5";

/// A page of the list as an operator sees it.
pub(super) async fn page(
    reader: &mut SqliteConnection,
    organization: OrganizationId,
    operator: OperatorId,
    before: Option<ChatsBefore>,
    limit: usize,
) -> Result<Vec<Chat>, PortError> {
    let rows: Vec<ChatRow> = sqlx::query_as(PAGE)
        .bind(organization.0)
        .bind(operator.0)
        .bind(before.map_or(i64::MAX, |before| before.updated_at.0))
        .bind(before.map_or(i64::MAX, |before| before.id.0))
        .bind(rows_at_most(limit))
        .fetch_all(reader)
        .await
        .map_err(failed("reading chats"))?;
    rows.into_iter().map(ChatRow::chat).collect()
}
