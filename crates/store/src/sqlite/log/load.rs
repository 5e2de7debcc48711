//! Loading what a batch may touch: one statement, whatever the size of the batch.

use std::collections::HashMap;

use chathub_domain::{
    ChatId, ChatStatus, ClientId, CustomerId, MessageId, OperatorId, OrganizationId, Timestamp, VisitorId,
};
use chathub_hub::ports::{
    CustomerHead, Ids, LogState, Mark, MarkAt, NewRows, PortError, Posted, Sender, Wanted,
};
use serde_json::{Value, from_str, json};
use sqlx::{FromRow, SqliteConnection};

use crate::sqlite::rows::{bounded, chat, seq, text, uuid};
use crate::sqlite::trouble::failed;

const OPERATION: &str = "loading what a batch may touch";

/// All of it in one row, a column a table, each a JSON array of rows: every call crosses to the connection's thread
/// and back, and so does every row that it answers.
const LOAD: &str = "
    WITH
    wanted_chats AS (
        SELECT c.id, c.customer_id FROM jsonb_each($2) w
        JOIN chats c ON c.id = w.value ->> 1 AND c.organization_id = w.value ->> 0),
    -- The wanted visitors' and those of the wanted chats.
    wanted_customers AS (
        SELECT u.id FROM jsonb_each($3) w
        JOIN visitors v ON v.organization_id = w.value ->> 0 AND v.visitor_id = w.value ->> 1
        JOIN customers u ON u.id = v.customer_id
        UNION
        SELECT customer_id FROM wanted_chats),
    -- The last message at or before each wanted place.
    marks AS (
        SELECT w.key, m.chat_id, m.seq, m.customer_seq FROM jsonb_each($6) w
        JOIN messages m ON m.id = CASE w.value ->> 0
            WHEN 'chat' THEN
                (SELECT id FROM messages
                 WHERE chat_id = w.value ->> 2 AND seq <= w.value ->> 3 AND organization_id = w.value ->> 1
                 ORDER BY seq DESC LIMIT 1)
            ELSE
                (SELECT m.id FROM visitors v JOIN messages m ON m.customer_id = v.counting_id
                 WHERE v.organization_id = w.value ->> 1 AND v.visitor_id = w.value ->> 2
                   AND m.customer_seq <= w.value ->> 3
                   -- A chat that is being erased has no row any more.
                   AND EXISTS (SELECT 1 FROM chats WHERE id = m.chat_id)
                 ORDER BY m.customer_seq DESC LIMIT 1)
            END)
    SELECT
        (SELECT json_group_array(json_array(
                    id, seq, (SELECT MAX(updated_at) FROM chats WHERE organization_id = organizations.id)))
         FROM organizations WHERE id IN (SELECT value FROM jsonb_each($1))) AS heads,
        -- Also the chats that read positions turned out to be in, and the customers' open ones.
        (SELECT json_group_array(json_array(id, organization_id, customer_id, source, status, operator_id, last_seq,
                                            read_by_customer, read_by_operators, created_at, updated_at))
         FROM chats WHERE id IN (
             SELECT id FROM wanted_chats
             UNION SELECT chat_id FROM marks
             UNION SELECT c.id FROM wanted_customers u JOIN chats c ON c.customer_id = u.id AND c.status <> 4)
        ) AS chats,
        (SELECT json_group_array(json_array(u.id, u.organization_id, v.visitor_id, u.name, n.seq, u.phone,
                                            (SELECT COUNT(*) FROM chats WHERE customer_id = u.id)))
         FROM customers u JOIN visitors v ON v.customer_id = u.id JOIN countings n ON n.id = v.counting_id
         WHERE u.id IN (SELECT id FROM wanted_customers)) AS customers,
        (SELECT json_group_array(json_array(w.key, m.organization_id, m.chat_id, m.id, m.seq, m.customer_seq))
         FROM jsonb_each($4) w
         JOIN messages m ON m.sender = w.value ->> 0 AND m.client_id = w.value ->> 1) AS posted,
        (SELECT json_group_array(json_array(p.chat_id, p.operator_id, p.seq)) FROM jsonb_each($5) w
         JOIN read_positions p ON p.chat_id = w.value ->> 0 AND p.operator_id = w.value ->> 1) AS positions,
        (SELECT json_group_array(json_array(key, chat_id, seq, customer_seq)) FROM marks) AS marks,
        -- The tables count for themselves, also past rows that are gone.
        (SELECT json_group_object(name, seq) FROM sqlite_sequence
         WHERE name IN ('chats', 'messages', 'customers')) AS last_ids";

#[derive(FromRow)]
struct Loaded {
    heads: String,
    chats: String,
    customers: String,
    posted: String,
    positions: String,
    marks: String,
    last_ids: String,
}

/// The state that `wanted` asks for, as the transaction sees it.
pub(super) async fn state(connection: &mut SqliteConnection, wanted: &Wanted) -> Result<LogState, PortError> {
    // Answers name these by their place.
    let posts: Vec<(Sender, ClientId)> = wanted.posts.iter().copied().collect();
    let places: Vec<MarkAt> = wanted.marks.iter().copied().collect();
    let loaded: Loaded = sqlx::query_as(LOAD)
        .bind(text(wanted.organizations.iter().map(|id| json!(id))))
        .bind(text(wanted.chats.iter().map(|(organization, chat)| json!([organization, chat]))))
        .bind(text(wanted.visitors.iter().map(|(organization, visitor)| json!([organization, visitor]))))
        .bind(text(posts.iter().map(|(sender, client_id)| json!([sender.to_string(), client_id]))))
        .bind(text(wanted.positions.iter().map(|(chat, operator)| json!([chat, operator]))))
        .bind(text(places.iter().map(place)))
        .fetch_one(connection)
        .await
        .map_err(failed(OPERATION))?;
    let heads: Vec<(i64, i64, Option<i64>)> = rows(from_str(&loaded.heads))?;
    let mut state = LogState {
        heads: heads.iter().map(|(id, head, _)| (OrganizationId(*id), seq(*head))).collect(),
        newest: heads
            .iter()
            .filter_map(|(id, _, at)| Some((OrganizationId(*id), Timestamp((*at)?))))
            .collect(),
        chats: rows(from_str::<Vec<_>>(&loaded.chats))?.into_iter().map(chat).collect::<Result<_, _>>()?,
        customers: rows(from_str::<Vec<_>>(&loaded.customers))?
            .into_iter()
            .map(customer)
            .collect::<Result<_, _>>()?,
        visitors: HashMap::new(),
        posted: rows(from_str::<Vec<_>>(&loaded.posted))?
            .into_iter()
            .filter_map(|row| posted(&posts, row))
            .collect(),
        positions: rows(from_str::<Vec<_>>(&loaded.positions))?
            .into_iter()
            .map(|(chat, operator, at)| ((ChatId(chat), OperatorId(operator)), seq(at)))
            .collect(),
        marks: rows(from_str::<Vec<_>>(&loaded.marks))?
            .into_iter()
            .filter_map(|row| mark(&places, row))
            .collect(),
        ids: ids(&loaded.last_ids, wanted.ids)?,
    };
    let LogState { chats, customers, visitors, .. } = &mut state;
    visitors.extend(customers.values().map(|head| ((head.organization_id, head.visitor_id), head.id)));
    for chat in chats.values().filter(|chat| chat.status != ChatStatus::Closed) {
        if let Some(customer) = customers.get_mut(&chat.customer_id) {
            customer.open_chat = Some(chat.id);
        }
    }
    Ok(state)
}

fn place(at: &MarkAt) -> Value {
    match at {
        MarkAt::Chat(organization, chat, at) => json!(["chat", organization, chat, bounded(*at)]),
        MarkAt::Visitor(organization, visitor, at) => json!(["visitor", organization, visitor, bounded(*at)]),
    }
}

type CustomerRow = (i64, i64, String, String, i64, String, u64);

fn customer(row: CustomerRow) -> Result<(CustomerId, CustomerHead), PortError> {
    let (id, organization_id, visitor_id, name, at, phone, chats) = row;
    let head = CustomerHead {
        id: CustomerId(id),
        organization_id: OrganizationId(organization_id),
        visitor_id: VisitorId(uuid(Some(&visitor_id))?),
        name,
        phone,
        seq: seq(at),
        chats,
        open_chat: None,
    };
    Ok((head.id, head))
}

type PostedRow = (usize, i64, i64, i64, i64, i64);

fn posted(posts: &[(Sender, ClientId)], row: PostedRow) -> Option<((Sender, ClientId), Posted)> {
    let (key, organization, chat, message, at, customer_at) = row;
    let posted = Posted {
        organization_id: OrganizationId(organization),
        chat_id: ChatId(chat),
        message_id: MessageId(message),
        seq: seq(at),
        customer_seq: seq(customer_at),
    };
    Some((*posts.get(key)?, posted))
}

fn mark(places: &[MarkAt], row: (usize, i64, i64, i64)) -> Option<(MarkAt, Mark)> {
    let (key, chat, at, customer_at) = row;
    Some((*places.get(key)?, Mark { chat_id: ChatId(chat), seq: seq(at), customer_seq: seq(customer_at) }))
}

/// SQLite has one writer, so what follows the last id is this batch's until its end.
fn ids(last_ids: &str, NewRows { chats, messages, customers }: NewRows) -> Result<Ids, PortError> {
    let last: HashMap<String, i64> = rows(from_str(last_ids))?;
    let next = |table: &str, count| {
        let first = last.get(table).copied().unwrap_or(0) + 1;
        (first..).take(count)
    };
    Ok(Ids::new(next("chats", chats), next("messages", messages), next("customers", customers)))
}

fn rows<T>(read: serde_json::Result<T>) -> Result<T, PortError> {
    read.map_err(|error| PortError::Failed { operation: OPERATION, source: error.into() })
}
