//! Rows that several queries read, and how values stand in them.

use chathub_domain::message::{CustomerMessage, LastMessage};
use chathub_domain::text::preview;
use chathub_domain::{
    Author, Chat, ChatId, ChatStatus, ClientId, CustomerId, Message, MessageId, OperatorId, OperatorRef,
    OperatorStatus, OrganizationId, Seq, Source, Timestamp,
};
use chathub_hub::links;
use chathub_hub::ports::{ChatHead, PortError, Portion};
use futures::{Stream, TryStreamExt};
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;

use super::trouble::strange;

#[derive(FromRow)]
pub(super) struct ChatRow {
    pub(super) id: i64,
    customer: String,
    source: i64,
    status: i64,
    operator_id: Option<i64>,
    operator_name: Option<String>,
    operator_status: Option<i64>,
    pub(super) created_at: i64,
    pub(super) updated_at: i64,
    read_by_customer: i64,
    read_by_me: i64,
    unread: i64,
    last_seq: Option<i64>,
    last_by: Option<i64>,
    last_text: Option<String>,
    last_at: Option<i64>,
}

#[derive(FromRow)]
pub(super) struct MessageRow {
    id: i64,
    seq: i64,
    customer_seq: i64,
    client_id: String,
    operator_id: Option<i64>,
    operator_name: Option<String>,
    text: String,
    at: i64,
}

/// In the order of the query.
pub(super) type ChatHeadRow = (i64, i64, i64, i64, i64, Option<i64>, i64, i64, i64, i64, i64);

pub(super) fn chat(row: ChatHeadRow) -> Result<(ChatId, ChatHead), PortError> {
    let (
        id,
        organization_id,
        customer_id,
        source,
        status,
        operator_id,
        last_seq,
        by_customer,
        by_operators,
        from,
        to,
    ) = row;
    let head = ChatHead {
        id: ChatId(id),
        organization_id: OrganizationId(organization_id),
        customer_id: CustomerId(customer_id),
        source: Source::from_number(source).ok_or_else(|| strange("reading a chat", "an unknown source"))?,
        status: ChatStatus::from_number(status)
            .ok_or_else(|| strange("reading a chat", "an unknown chat status"))?,
        operator_id: operator_id.map(OperatorId),
        last_seq: seq(last_seq),
        read_by_customer: seq(by_customer),
        read_by_operators: seq(by_operators),
        created_at: Timestamp(from),
        updated_at: Timestamp(to),
    };
    Ok((head.id, head))
}

impl ChatRow {
    pub(super) fn chat(self) -> Result<Chat, PortError> {
        let operation = "reading a chat";
        let last_message = match (self.last_seq, self.last_text, self.last_at) {
            (Some(at_seq), Some(text), Some(at)) => Some(LastMessage {
                seq: seq(at_seq),
                from_customer: self.last_by.is_none(),
                text: preview(&text),
                at: Timestamp(at),
            }),
            _ => None,
        };
        Ok(Chat {
            id: ChatId(self.id),
            customer: self.customer,
            // The directory knows; the log does not.
            looks_like_operator: false,
            source: Source::from_number(self.source)
                .ok_or_else(|| strange(operation, "an unknown source"))?,
            status: ChatStatus::from_number(self.status)
                .ok_or_else(|| strange(operation, "an unknown chat status"))?,
            operator: operator(self.operator_id, self.operator_name),
            operator_inactive: self
                .operator_status
                .is_some_and(|status| status != OperatorStatus::Active as i64),
            unread: u32::try_from(self.unread).unwrap_or(u32::MAX),
            last_message,
            created_at: Timestamp(self.created_at),
            updated_at: Timestamp(self.updated_at),
            read_by_customer: seq(self.read_by_customer),
            read_by_me: seq(self.read_by_me),
        })
    }
}

impl MessageRow {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn message(self) -> Result<Message, PortError> {
        Ok(Message {
            id: MessageId(self.id),
            seq: seq(self.seq),
            client_id: ClientId(uuid(Some(&self.client_id))?),
            author: operator(self.operator_id, self.operator_name).map_or(Author::Customer, Author::Operator),
            body: links::body(self.text),
            at: Timestamp(self.at),
        })
    }

    pub(super) fn customer_message(self) -> Result<CustomerMessage, PortError> {
        Ok(CustomerMessage {
            seq: seq(self.customer_seq),
            client_id: ClientId(uuid(Some(&self.client_id))?),
            operator: operator(self.operator_id, self.operator_name).map(|operator| operator.name),
            body: links::body(self.text),
            at: Timestamp(self.at),
        })
    }
}

fn operator(id: Option<i64>, name: Option<String>) -> Option<OperatorRef> {
    Some(OperatorRef { id: OperatorId(id?), name: name.unwrap_or_default() })
}

/// The first rows, as many as the portion holds, and whether there are more. What is beyond it is not read.
pub(super) async fn take<T>(
    mut rows: impl Stream<Item = Result<T, sqlx::Error>> + Unpin,
    portion: Portion,
    text: fn(&T) -> &str,
) -> Result<(Vec<T>, bool), sqlx::Error> {
    let (mut taken, mut bytes) = (Vec::new(), 0_usize);
    while let Some(row) = rows.try_next().await? {
        bytes = bytes.saturating_add(links::weight(text(&row)));
        if taken.len() == portion.rows || (bytes > portion.bytes && !taken.is_empty()) {
            return Ok((taken, true));
        }
        taken.push(row);
    }
    Ok((taken, false))
}

pub(super) fn rows_at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A position that the database keeps as a signed integer and never below zero.
pub(super) fn seq(number: i64) -> Seq {
    Seq::try_from(number).unwrap_or(0)
}

pub(super) fn uuid(text: Option<&str>) -> Result<Uuid, PortError> {
    text.and_then(|text| Uuid::parse_str(text).ok())
        .ok_or_else(|| strange("reading a row", "a name that is no UUID"))
}

/// A position from a client, no larger than what the database can compare.
pub(super) fn bounded(seq: Seq) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

pub(super) fn text(values: impl Iterator<Item = Value>) -> String {
    Value::Array(values.collect()).to_string()
}
