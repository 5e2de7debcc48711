//! Loading what a batch may touch: a statement a table, whatever the size of the batch.

use std::collections::HashMap;

use chathub_domain::{
    ChatId, ChatStatus, ClientId, CustomerId, MessageId, OperatorId, OrganizationId, Seq, Source, Timestamp,
    VisitorId,
};
use chathub_hub::ports::{
    ChatHead, CustomerHead, LogState, Mark, MarkAt, NextIds, PortError, Posted, Sender, Wanted,
};
use serde_json::{Value, json};
use sqlx::{FromRow, SqliteConnection};

use super::events::{seq, uuid};
use super::{failed, strange};

const OPERATION: &str = "loading what a batch may touch";

#[derive(FromRow)]
struct ChatRow {
    id: i64,
    organization_id: i64,
    customer_id: i64,
    source: i64,
    status: i64,
    operator_id: Option<i64>,
    last_seq: i64,
    read_by_customer: i64,
    read_by_operators: i64,
    created_at: i64,
    updated_at: i64,
}

#[derive(FromRow)]
struct CustomerRow {
    id: i64,
    organization_id: i64,
    visitor_id: String,
    name: String,
    seq: i64,
}

/// The state that `wanted` asks for, as the transaction sees it.
pub(super) async fn state(connection: &mut SqliteConnection, wanted: &Wanted) -> Result<LogState, PortError> {
    let mut state = LogState {
        heads: heads(connection, wanted).await?,
        chats: HashMap::new(),
        customers: HashMap::new(),
        visitors: HashMap::new(),
        posted: posted(connection, wanted).await?,
        positions: positions(connection, wanted).await?,
        marks: marks(connection, wanted).await?,
        next: next_ids(connection).await?,
    };
    chats(connection, wanted, &mut state).await?;
    customers(connection, wanted, &mut state).await?;
    marked_chats(connection, &mut state).await?;
    open_chats(connection, &mut state).await?;
    Ok(state)
}

async fn heads(
    connection: &mut SqliteConnection,
    wanted: &Wanted,
) -> Result<HashMap<OrganizationId, Seq>, PortError> {
    let ids = text(wanted.organizations.iter().map(|id| json!(id)));
    let rows: Vec<(i64, i64)> =
        sqlx::query_as("SELECT id, seq FROM organizations WHERE id IN (SELECT value FROM json_each($1))")
            .bind(ids)
            .fetch_all(connection)
            .await
            .map_err(failed(OPERATION))?;
    Ok(rows.into_iter().map(|(id, head)| (OrganizationId(id), seq(head))).collect())
}

async fn chats(
    connection: &mut SqliteConnection,
    wanted: &Wanted,
    state: &mut LogState,
) -> Result<(), PortError> {
    if wanted.chats.is_empty() {
        return Ok(());
    }
    let rows: Vec<ChatRow> = sqlx::query_as(
        "SELECT c.* FROM json_each($1) w
         JOIN chats c ON c.id = w.value ->> 1 AND c.organization_id = w.value ->> 0",
    )
    .bind(text(wanted.chats.iter().map(|(organization, chat)| json!([organization, chat]))))
    .fetch_all(connection)
    .await
    .map_err(failed(OPERATION))?;
    keep_chats(rows, state)
}

/// The wanted visitors' customers and those of the wanted chats.
async fn customers(
    connection: &mut SqliteConnection,
    wanted: &Wanted,
    state: &mut LogState,
) -> Result<(), PortError> {
    let visitors = wanted.visitors.iter().map(|(organization, visitor)| json!([organization, visitor]));
    let of_chats = state.chats.values().map(|chat| json!(chat.customer_id));
    let rows: Vec<CustomerRow> = sqlx::query_as(
        "SELECT u.id, u.organization_id, u.visitor_id, u.name, u.seq FROM json_each($1) w
         JOIN customers u ON u.organization_id = w.value ->> 0 AND u.visitor_id = w.value ->> 1
         UNION
         SELECT id, organization_id, visitor_id, name, seq FROM customers
         WHERE id IN (SELECT value FROM json_each($2))",
    )
    .bind(text(visitors))
    .bind(text(of_chats))
    .fetch_all(connection)
    .await
    .map_err(failed(OPERATION))?;
    for row in rows {
        let head = CustomerHead {
            id: CustomerId(row.id),
            organization_id: OrganizationId(row.organization_id),
            visitor_id: VisitorId(uuid(Some(&row.visitor_id))?),
            name: row.name,
            seq: seq(row.seq),
            open_chat: None,
        };
        state.visitors.insert((head.organization_id, head.visitor_id), head.id);
        state.customers.insert(head.id, head);
    }
    Ok(())
}

/// The chats that a customer's read position turned out to be in.
async fn marked_chats(connection: &mut SqliteConnection, state: &mut LogState) -> Result<(), PortError> {
    let missing: Vec<Value> = state
        .marks
        .values()
        .filter(|mark| !state.chats.contains_key(&mark.chat_id))
        .map(|mark| json!(mark.chat_id))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let rows: Vec<ChatRow> =
        sqlx::query_as("SELECT * FROM chats WHERE id IN (SELECT value FROM json_each($1))")
            .bind(text(missing.into_iter()))
            .fetch_all(connection)
            .await
            .map_err(failed(OPERATION))?;
    keep_chats(rows, state)
}

async fn open_chats(connection: &mut SqliteConnection, state: &mut LogState) -> Result<(), PortError> {
    if state.customers.is_empty() {
        return Ok(());
    }
    let rows: Vec<ChatRow> = sqlx::query_as(
        "SELECT * FROM chats WHERE status <> 4 AND customer_id IN (SELECT value FROM json_each($1))",
    )
    .bind(text(state.customers.keys().map(|id| json!(id))))
    .fetch_all(connection)
    .await
    .map_err(failed(OPERATION))?;
    for row in &rows {
        if let Some(customer) = state.customers.get_mut(&CustomerId(row.customer_id)) {
            customer.open_chat = Some(ChatId(row.id));
        }
    }
    keep_chats(rows, state)
}

fn keep_chats(rows: Vec<ChatRow>, state: &mut LogState) -> Result<(), PortError> {
    for row in rows {
        let head = ChatHead {
            id: ChatId(row.id),
            organization_id: OrganizationId(row.organization_id),
            customer_id: CustomerId(row.customer_id),
            source: Source::from_number(row.source).ok_or_else(|| strange(OPERATION, "an unknown source"))?,
            status: ChatStatus::from_number(row.status)
                .ok_or_else(|| strange(OPERATION, "an unknown chat status"))?,
            operator_id: row.operator_id.map(OperatorId),
            last_seq: seq(row.last_seq),
            read_by_customer: seq(row.read_by_customer),
            read_by_operators: seq(row.read_by_operators),
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        };
        state.chats.insert(head.id, head);
    }
    Ok(())
}

async fn posted(
    connection: &mut SqliteConnection,
    wanted: &Wanted,
) -> Result<HashMap<(Sender, ClientId), Posted>, PortError> {
    if wanted.posts.is_empty() {
        return Ok(HashMap::new());
    }
    let keys: Vec<&(Sender, ClientId)> = wanted.posts.iter().collect();
    let rows: Vec<(i64, i64, i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT w.key, m.organization_id, m.chat_id, m.id, m.seq, m.customer_seq FROM json_each($1) w
         JOIN messages m ON m.sender = w.value ->> 0 AND m.client_id = w.value ->> 1",
    )
    .bind(text(keys.iter().map(|(sender, client_id)| json!([sender.to_string(), client_id]))))
    .fetch_all(connection)
    .await
    .map_err(failed(OPERATION))?;
    Ok(rows
        .into_iter()
        .filter_map(|(key, organization, chat, message, at, customer_at)| {
            let posted = Posted {
                organization_id: OrganizationId(organization),
                chat_id: ChatId(chat),
                message_id: MessageId(message),
                seq: seq(at),
                customer_seq: seq(customer_at),
            };
            Some((**keys.get(usize::try_from(key).ok()?)?, posted))
        })
        .collect())
}

async fn positions(
    connection: &mut SqliteConnection,
    wanted: &Wanted,
) -> Result<HashMap<(ChatId, OperatorId), Seq>, PortError> {
    if wanted.positions.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT p.chat_id, p.operator_id, p.seq FROM json_each($1) w
         JOIN read_positions p ON p.chat_id = w.value ->> 0 AND p.operator_id = w.value ->> 1",
    )
    .bind(text(wanted.positions.iter().map(|(chat, operator)| json!([chat, operator]))))
    .fetch_all(connection)
    .await
    .map_err(failed(OPERATION))?;
    Ok(rows.into_iter().map(|(chat, operator, at)| ((ChatId(chat), OperatorId(operator)), seq(at))).collect())
}

/// The last message at or before each wanted place.
async fn marks(
    connection: &mut SqliteConnection,
    wanted: &Wanted,
) -> Result<HashMap<MarkAt, Mark>, PortError> {
    if wanted.marks.is_empty() {
        return Ok(HashMap::new());
    }
    let places: Vec<MarkAt> = wanted.marks.iter().copied().collect();
    let rows: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT w.key, m.chat_id, m.seq, m.customer_seq FROM json_each($1) w
         JOIN messages m ON m.id = CASE w.value ->> 0
             WHEN 'chat' THEN
                 (SELECT id FROM messages
                  WHERE chat_id = w.value ->> 2 AND seq <= w.value ->> 3 AND organization_id = w.value ->> 1
                  ORDER BY seq DESC LIMIT 1)
             ELSE
                 (SELECT m.id FROM customers u JOIN messages m ON m.customer_id = u.id
                  WHERE u.organization_id = w.value ->> 1 AND u.visitor_id = w.value ->> 2
                    AND m.customer_seq <= w.value ->> 3
                  ORDER BY m.customer_seq DESC LIMIT 1)
             END",
    )
    .bind(text(places.iter().map(|place| match place {
        MarkAt::Chat(organization, chat, at) => json!(["chat", organization, chat, bounded(*at)]),
        MarkAt::Visitor(organization, visitor, at) => json!(["visitor", organization, visitor, bounded(*at)]),
    })))
    .fetch_all(connection)
    .await
    .map_err(failed(OPERATION))?;
    Ok(rows
        .into_iter()
        .filter_map(|(key, chat, at, customer_at)| {
            let mark = Mark { chat_id: ChatId(chat), seq: seq(at), customer_seq: seq(customer_at) };
            Some((*places.get(usize::try_from(key).ok()?)?, mark))
        })
        .collect())
}

/// Free ids. The tables count for themselves, also past rows that are gone.
async fn next_ids(connection: &mut SqliteConnection) -> Result<NextIds, PortError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT name, seq FROM sqlite_sequence WHERE name IN ('chats', 'messages', 'customers')",
    )
    .fetch_all(connection)
    .await
    .map_err(failed(OPERATION))?;
    let next = |table: &str| rows.iter().find(|(name, _)| name == table).map_or(0, |(_, last)| *last) + 1;
    Ok(NextIds { chat: next("chats"), message: next("messages"), customer: next("customers") })
}

/// A position from a client, no larger than what the database can compare.
pub(super) fn bounded(seq: Seq) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

pub(super) fn text(values: impl Iterator<Item = Value>) -> String {
    Value::Array(values.collect()).to_string()
}
