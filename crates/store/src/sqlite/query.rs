//! The queries that find chats.

use chathub_domain::{MessageId, OperatorId, OrganizationId, OrganizationRef};
use chathub_hub::phone::PhoneSearch;
use chathub_hub::ports::{
    ChatCursor, ChatFilter, ChatOrder, ChatPage, ChatStart, FoundChat, PortError, SearchText,
};
use serde_json::json;
use sqlx::{FromRow, QueryBuilder, Sqlite as Driver};

use super::index::{self, TRIGRAM};
use super::rows::{ChatRow, text};

/// Arms of a query at most; SQLite takes 500. A company of more organizations has several in an arm.
const ARMS: usize = 100;

#[derive(FromRow)]
pub(super) struct FoundRow {
    #[sqlx(flatten)]
    pub(super) chat: ChatRow,
    organization_id: i64,
    organization_name: String,
    phone: String,
}

pub(super) fn count(filter: &ChatFilter) -> QueryBuilder<Driver> {
    let mut sql = QueryBuilder::new("SELECT ");
    for (index, tenant) in arms(filter).enumerate() {
        sql.push(if index == 0 { "(SELECT COUNT(*) " } else { " + (SELECT COUNT(*) " });
        push_arm(&mut sql, filter, tenant, None);
        sql.push(")");
    }
    sql
}

pub(super) fn select(filter: &ChatFilter, page: ChatPage) -> QueryBuilder<Driver> {
    let ChatPage { start, limit } = page;
    let mut sql = QueryBuilder::new(
        "SELECT c.id, u.name AS customer, c.source, c.status, c.operator_id, o.name AS operator_name, o.status AS operator_status,
                c.created_at, c.updated_at, c.read_by_customer, ",
    );
    push_read_position(&mut sql, filter.reader);
    sql.push(
        " AS read_by_me,
                (SELECT COUNT(*) FROM messages n
                 WHERE n.organization_id = c.organization_id AND n.chat_id = c.id AND n.operator_id IS NULL
                   AND n.seq > ",
    );
    push_read_position(&mut sql, filter.reader);
    sql.push(
        ") AS unread,
                m.seq AS last_seq, m.operator_id AS last_by, substr(m.text, 1, 320) AS last_text, m.at AS last_at,
                g.id AS organization_id, g.name AS organization_name, u.phone
         FROM (",
    );
    let (at, order, again) = match start {
        ChatStart::Offset(ChatOrder::Updated, _) | ChatStart::After(ChatCursor::Updated { .. }) => {
            ("updated_at", "2 DESC, 1 DESC", "f.at DESC, f.id DESC")
        }
        ChatStart::Offset(ChatOrder::Created, _) | ChatStart::After(ChatCursor::Created { .. }) => {
            ("created_at", "2, 1", "f.at, f.id")
        }
        ChatStart::After(ChatCursor::Moved { .. }) => ("updated_at", "1", "f.id"),
    };
    let (offset, after) = match start {
        ChatStart::Offset(_, offset) => (offset, None),
        ChatStart::After(cursor) => (0, Some(cursor)),
    };
    for (index, tenant) in arms(filter).enumerate() {
        sql.push(if index == 0 { "SELECT c.id, c." } else { " UNION ALL SELECT c.id, c." });
        sql.push(at).push(" AS at ");
        push_arm(&mut sql, filter, tenant, after);
    }
    sql.push(" ORDER BY ").push(order);
    sql.push(" LIMIT ").push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    sql.push(" OFFSET ").push_bind(i64::try_from(offset).unwrap_or(i64::MAX));
    // Only the page's rows are joined with what a list shows, in this order.
    sql.push(
        ") f CROSS JOIN chats c ON c.id = f.id
         CROSS JOIN customers u ON u.id = c.customer_id
         CROSS JOIN organizations g ON g.id = c.organization_id
         LEFT JOIN operators o ON o.id = c.operator_id
         LEFT JOIN messages m ON m.chat_id = c.id AND m.seq = c.last_seq",
    );
    sql.push(" ORDER BY ").push(again);
    sql
}

/// How far has been read: by an operator, or by any of them.
fn push_read_position(sql: &mut QueryBuilder<Driver>, reader: Option<OperatorId>) {
    match reader {
        Some(operator) => sql
            .push("COALESCE((SELECT p.seq FROM read_positions p WHERE p.chat_id = c.id AND p.operator_id = ")
            .push_bind(operator.0)
            .push("), 0)"),
        None => sql.push("c.read_by_operators"),
    };
}

fn arms(filter: &ChatFilter) -> impl Iterator<Item = &[OrganizationId]> {
    filter.organizations.chunks(filter.organizations.len().div_ceil(ARMS).max(1))
}

/// The chats of one arm, behind the cursor. Customers are looked at only where they tell something.
fn push_arm(
    sql: &mut QueryBuilder<Driver>,
    filter: &ChatFilter,
    tenant: &[OrganizationId],
    after: Option<ChatCursor>,
) {
    sql.push("FROM ");
    if let Some(ChatCursor::Moved { began, ended, .. }) = after {
        push_moved(sql, tenant, began, ended);
        sql.push(" v CROSS JOIN chats c ON c.id = v.chat_id ");
    } else {
        sql.push("chats c ");
    }
    if filter.search.is_some() || filter.asks_customers() {
        sql.push("CROSS JOIN customers u ON u.id = c.customer_id ");
    }
    match tenant {
        [organization] => sql.push("WHERE c.organization_id = ").push_bind(organization.0),
        several => sql
            .push("WHERE c.organization_id IN (SELECT value FROM json_each(")
            .push_bind(text(several.iter().map(|id| json!(id))))
            .push("))"),
    };
    match after {
        Some(ChatCursor::Created { at, id }) => push_behind(sql, "(c.created_at, c.id) > (", at.0, id.0),
        Some(ChatCursor::Updated { at, id, .. }) => push_behind(sql, "(c.updated_at, c.id) < (", at.0, id.0),
        Some(ChatCursor::Moved { id, .. }) => {
            sql.push(" AND c.id > ").push_bind(id.0);
        }
        None => {}
    }
    let mut equal = |column: &str, value: Option<i64>| {
        if let Some(value) = value {
            sql.push(" AND ").push(column).push_bind(value);
        }
    };
    equal("c.source = ", filter.source.map(|source| source as i64));
    equal("c.status = ", filter.status.map(|status| status as i64));
    equal("c.operator_id = ", filter.operator.map(|id| id.0));
    equal("c.created_at >= ", filter.from.map(|at| at.0));
    equal("c.created_at < ", filter.until.map(|at| at.0));
    equal("u.tg_user_id = ", filter.telegram_user);
    if let Some(phone) = &filter.phone {
        sql.push(" AND ");
        push_phone(sql, phone);
    }
    if let Some(search) = &filter.search {
        push_search(sql, search, tenant);
    }
}

fn push_behind(sql: &mut QueryBuilder<Driver>, compare: &str, at: i64, id: i64) {
    sql.push(" AND ").push(compare).push_bind(at).push(", ").push_bind(id).push(")");
}

/// The chats in which something was said after the one message and up to the other. An organization's messages have their
/// ids in the order of its events, which are read from there on.
fn push_moved(sql: &mut QueryBuilder<Driver>, tenant: &[OrganizationId], began: MessageId, ended: MessageId) {
    sql.push("(SELECT DISTINCT e.chat_id FROM json_each(")
        .push_bind(text(tenant.iter().map(|id| json!(id))))
        .push(
            ") w CROSS JOIN events e ON e.organization_id = w.value
               AND e.seq > COALESCE((SELECT b.seq FROM events b
                                     WHERE b.organization_id = w.value AND b.kind = 'message' AND b.subject_id <= ",
        )
        .push_bind(began.0)
        .push(" ORDER BY b.seq DESC LIMIT 1), 0) AND e.kind = 'message' AND e.subject_id <= ")
        .push_bind(ended.0)
        .push(")");
}

fn push_search(
    sql: &mut QueryBuilder<Driver>,
    SearchText { words, phone }: &SearchText,
    tenant: &[OrganizationId],
) {
    sql.push(" AND ((");
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            sql.push(" AND ");
        }
        sql.push("(instr(u.name_key, ").push_bind(word.clone()).push(") > 0 OR c.id IN (");
        sql.push("SELECT n.chat_id FROM json_each(");
        if word.chars().count() < TRIGRAM {
            sql.push_bind(text(tenant.iter().map(|id| json!(index::range(*id, word)))));
            sql.push(
                ") w CROSS JOIN message_terms t ON t.term >= w.value ->> 0 AND t.term < w.value ->> 1
                 CROSS JOIN messages n ON n.id = t.doc",
            );
        } else {
            sql.push_bind(text(tenant.iter().map(|id| json!(index::phrase(*id, word)))));
            sql.push(
                ") w CROSS JOIN message_search t ON t.message_search MATCH w.value
                 CROSS JOIN messages n ON n.id = t.rowid",
            );
        }
        sql.push("))");
    }
    sql.push(")");
    if let Some(phone) = phone {
        sql.push(" OR ");
        push_phone(sql, phone);
        push_phone_in_messages(sql, phone, tenant);
    }
    sql.push(")");
}

fn push_phone(sql: &mut QueryBuilder<Driver>, PhoneSearch { parts }: &PhoneSearch) {
    for (index, part) in parts.iter().enumerate() {
        sql.push(if index == 0 { "(" } else { " OR " });
        sql.push("instr(u.phone_digits, ").push_bind(part.clone()).push(") > 0");
    }
    sql.push(")");
}

fn push_phone_in_messages(sql: &mut QueryBuilder<Driver>, phone: &PhoneSearch, tenant: &[OrganizationId]) {
    let phrases =
        phone.in_messages().flat_map(|part| tenant.iter().map(move |id| json!(index::number(*id, part))));
    sql.push(" OR c.id IN (SELECT n.chat_id FROM json_each(").push_bind(text(phrases)).push(
        ") w CROSS JOIN message_search t ON t.message_search MATCH w.value
             CROSS JOIN messages n ON n.id = t.rowid)",
    );
}

impl FoundRow {
    pub(super) fn found(self) -> Result<FoundChat, PortError> {
        Ok(FoundChat {
            chat: self.chat.chat()?,
            organization: OrganizationRef {
                id: OrganizationId(self.organization_id),
                name: self.organization_name,
            },
            phone: self.phone,
        })
    }
}
