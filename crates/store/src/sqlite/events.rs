//! Events as rows, and rows as events.

use chathub_domain::chat::CustomerMessage;
use chathub_domain::event::Reader;
use chathub_domain::{
    Author, ChatId, ChatStatus, ClientId, CustomerEvent, CustomerId, Event, Message, MessageId, OperatorId,
    OperatorRef, OrganizationId, Seq, Source, Timestamp, VisitorId,
};
use chathub_hub::links;
use chathub_hub::ports::{CustomerRecord, PortError, Recorded};
use serde_json::{Value, json};
use sqlx::FromRow;
use uuid::Uuid;

use super::strange;

/// What every query for events selects, joined with the rows that events only name.
pub(super) const SELECT: &str = "
    SELECT e.seq, e.at, e.kind, e.chat_id, e.message_id, e.operator_id, e.value,
           e.customer_id, e.customer_seq, e.customer_value,
           o.name AS operator_name, m.client_id, m.text, u.name AS customer_name, u.visitor_id, c.source
    FROM events e
    LEFT JOIN messages m ON m.id = e.message_id AND m.organization_id = e.organization_id
    LEFT JOIN operators o ON o.id = e.operator_id
    LEFT JOIN chats c ON c.id = e.chat_id AND c.organization_id = e.organization_id
    LEFT JOIN customers u ON u.id = COALESCE(e.customer_id, c.customer_id)";

#[derive(FromRow)]
pub(super) struct EventRow {
    seq: i64,
    at: i64,
    kind: String,
    chat_id: i64,
    message_id: Option<i64>,
    operator_id: Option<i64>,
    value: Option<i64>,
    customer_id: Option<i64>,
    customer_seq: Option<i64>,
    customer_value: Option<i64>,
    operator_name: Option<String>,
    client_id: Option<String>,
    text: Option<String>,
    customer_name: Option<String>,
    visitor_id: Option<String>,
    source: Option<i64>,
}

/// The event's columns, in the order of the insert in `batch`.
pub(super) fn columns(recorded: &Recorded) -> Value {
    let Recorded { organization_id, seq, at, event, customer } = recorded;
    let mut message_id = None;
    let mut operator_id = None;
    let mut value = None;
    let (kind, chat_id) = match event {
        Event::ChatCreated { chat_id, .. } => ("chat_created", chat_id.0),
        Event::Message { chat_id, message } => {
            message_id = Some(message.id.0);
            if let Author::Operator(operator) = &message.author {
                operator_id = Some(operator.id.0);
            }
            ("message", chat_id.0)
        }
        Event::ChatStatus { chat_id, status, by } => {
            operator_id = by.as_ref().map(|by| by.id.0);
            value = Some(*status as u64);
            ("chat_status", chat_id.0)
        }
        Event::Assigned { chat_id, operator } => {
            operator_id = operator.as_ref().map(|operator| operator.id.0);
            ("assigned", chat_id.0)
        }
        Event::Read { chat_id, reader, up_to } => {
            value = Some(*up_to);
            match reader {
                Reader::Customer => ("read_by_customer", chat_id.0),
                Reader::Operator(operator) => {
                    operator_id = Some(operator.id.0);
                    ("read", chat_id.0)
                }
            }
        }
        Event::Customer { chat_id, .. } => ("customer", chat_id.0),
        Event::ChatErased { chat_id } => ("chat_erased", chat_id.0),
        // Only ever read from the wire, never decided.
        Event::Unknown => ("unknown", 0),
    };
    let customer_value = customer.as_ref().and_then(|record| match &record.event {
        CustomerEvent::Read { up_to } => Some(*up_to),
        _ => None,
    });
    json!([
        organization_id.0,
        seq,
        at.0,
        kind,
        chat_id,
        message_id,
        operator_id,
        value,
        customer.as_ref().map(|record| record.customer_id.0),
        customer.as_ref().map(|record| record.seq),
        customer_value,
    ])
}

impl EventRow {
    pub(super) fn recorded(self, organization_id: OrganizationId) -> Result<Recorded, PortError> {
        let customer = self.customer_record()?;
        let chat_id = ChatId(self.chat_id);
        let event = match self.kind.as_str() {
            _ if self.is_erased() => Event::ChatErased { chat_id },
            "chat_created" => Event::ChatCreated {
                chat_id,
                customer: self.customer_name.clone().unwrap_or_default(),
                source: self.source.and_then(Source::from_number).ok_or_else(|| odd("an unknown source"))?,
            },
            "customer" => {
                Event::Customer { chat_id, customer: self.customer_name.clone().unwrap_or_default() }
            }
            "message" => Event::Message { chat_id, message: self.message()? },
            "chat_status" => Event::ChatStatus { chat_id, status: self.status()?, by: self.operator() },
            "assigned" => Event::Assigned { chat_id, operator: self.operator() },
            "read_by_customer" => {
                Event::Read { chat_id, reader: Reader::Customer, up_to: self.up_to(self.value)? }
            }
            "read" => {
                let operator = self.operator().ok_or_else(|| odd("a reader that is nobody"))?;
                Event::Read { chat_id, reader: Reader::Operator(operator), up_to: self.up_to(self.value)? }
            }
            _ => return Err(odd("an unknown kind of event")),
        };
        Ok(Recorded { organization_id, seq: seq(self.seq), at: Timestamp(self.at), event, customer })
    }

    /// The message's, where it is one.
    pub(super) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    pub(super) fn at(&self) -> Timestamp {
        Timestamp(self.at)
    }

    /// What the customer is told, if they are there still: earlier versions erased them with their last chat.
    pub(super) fn customer_record(&self) -> Result<Option<CustomerRecord>, PortError> {
        let (Some(customer_id), Some(customer_seq), Some(visitor_id)) =
            (self.customer_id, self.customer_seq, &self.visitor_id)
        else {
            return Ok(None);
        };
        let event = match self.kind.as_str() {
            _ if self.is_erased() => CustomerEvent::Erased,
            "message" => {
                let Message { client_id, author, text, links, at, .. } = self.message()?;
                let operator = match author {
                    Author::Customer => None,
                    Author::Operator(operator) => Some(operator.name),
                };
                let seq = seq(customer_seq);
                CustomerEvent::Message {
                    message: CustomerMessage { seq, client_id, operator, text, links, at },
                }
            }
            "chat_status" => CustomerEvent::ChatStatus { status: self.status()? },
            "read" => CustomerEvent::Read { up_to: self.up_to(self.customer_value)? },
            _ => return Err(odd("an event that no customer is told")),
        };
        Ok(Some(CustomerRecord {
            customer_id: CustomerId(customer_id),
            visitor_id: VisitorId(uuid(Some(visitor_id))?),
            seq: seq(customer_seq),
            event,
        }))
    }

    /// Whether the chat has been erased since, or by this: its number is all that is left.
    fn is_erased(&self) -> bool {
        self.source.is_none()
    }

    fn message(&self) -> Result<Message, PortError> {
        let id = self.message_id.ok_or_else(|| odd("a message event without its message"))?;
        let text = self.text.clone().ok_or_else(|| odd("a message event without its text"))?;
        Ok(Message {
            id: MessageId(id),
            seq: seq(self.seq),
            client_id: ClientId(uuid(self.client_id.as_deref())?),
            author: self.operator().map_or(Author::Customer, Author::Operator),
            links: links::found_in(&text),
            text,
            at: Timestamp(self.at),
        })
    }

    fn operator(&self) -> Option<OperatorRef> {
        let id = OperatorId(self.operator_id?);
        Some(OperatorRef { id, name: self.operator_name.clone().unwrap_or_default() })
    }

    fn status(&self) -> Result<ChatStatus, PortError> {
        self.value.and_then(ChatStatus::from_number).ok_or_else(|| odd("an unknown chat status"))
    }

    fn up_to(&self, value: Option<i64>) -> Result<Seq, PortError> {
        value.map(seq).ok_or_else(|| odd("a read event without its position"))
    }
}

/// A position that the database keeps as a signed integer and never below zero.
pub(super) fn seq(number: i64) -> Seq {
    Seq::try_from(number).unwrap_or(0)
}

pub(super) fn uuid(text: Option<&str>) -> Result<Uuid, PortError> {
    text.and_then(|text| Uuid::parse_str(text).ok()).ok_or_else(|| odd("a name that is no UUID"))
}

fn odd(what: &str) -> PortError {
    strange("reading an event", what)
}
