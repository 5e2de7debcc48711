//! Events as rows, and rows as events.

use chathub_domain::event::Reader;
use chathub_domain::message::CustomerMessage;
use chathub_domain::{
    Author, ChatId, ChatStatus, ClientId, CustomerEvent, CustomerId, Event, Message, MessageId, OperatorId,
    OperatorRef, OperatorStatus, OrganizationId, Seq, Source, Timestamp, VisitorId,
};
use chathub_hub::links;
use chathub_hub::ports::{Actor, CustomerRecord, PortError, Recorded};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::FromRow;

use crate::sqlite::rows::{seq, uuid};
use crate::sqlite::trouble::strange;

/// What every query for events selects, joined with the rows that events only name.
pub const SELECT: &str = "
    SELECT e.seq, e.at, e.kind, e.actor_kind, e.actor_id, e.chat_id, e.subject_id, e.data,
           e.customer_id, e.customer_seq, e.customer_data, x.chat_id AS erased,
           a.name AS actor_name, s.name AS subject_name, m.client_id, m.text, u.name AS customer_name,
           v.visitor_id, c.source
    FROM events e
    LEFT JOIN erased_chats x ON x.chat_id = e.chat_id AND x.organization_id = e.organization_id
    LEFT JOIN messages m ON e.kind = 'message' AND m.id = e.subject_id AND m.organization_id = e.organization_id
    LEFT JOIN operators a ON e.actor_kind = 'operator' AND a.id = e.actor_id
    LEFT JOIN operators s ON e.kind IN ('assigned', 'staff_changed') AND s.id = e.subject_id
    LEFT JOIN chats c ON c.id = e.chat_id AND c.organization_id = e.organization_id
    LEFT JOIN customers u ON u.id = c.customer_id
    LEFT JOIN visitors v ON v.counting_id = e.customer_id";

#[derive(FromRow)]
pub struct EventRow {
    seq: i64,
    at: i64,
    kind: String,
    actor_kind: String,
    actor_id: Option<i64>,
    chat_id: Option<i64>,
    subject_id: Option<i64>,
    data: Option<String>,
    customer_id: Option<i64>,
    customer_seq: Option<i64>,
    customer_data: Option<String>,
    erased: Option<i64>,
    actor_name: Option<String>,
    subject_name: Option<String>,
    client_id: Option<String>,
    text: Option<String>,
    customer_name: Option<String>,
    visitor_id: Option<String>,
    source: Option<i64>,
}

/// What a kind of event has to say beside who, where and about what: ids and numbers only.
#[derive(Default, Serialize, Deserialize)]
struct Data {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    up_to: Option<Seq>,
}

/// The event's columns, in the order of the insert in `batch`.
pub fn columns(recorded: &Recorded) -> Value {
    let Recorded { organization_id, seq, at, actor, event, customer } = recorded;
    let (actor_kind, actor_id) = match actor {
        Actor::Customer(id) => ("customer", Some(id.0)),
        Actor::Operator(id) => ("operator", Some(id.0)),
        Actor::Company => ("company", None),
        Actor::Unknown => ("unknown", None),
    };
    let (kind, subject_id, data) = match event {
        Event::ChatCreated { .. } => ("chat_created", None, Data::default()),
        Event::Message { message, .. } => ("message", Some(message.id.0), Data::default()),
        Event::ChatStatus { status, .. } => {
            ("chat_status", None, Data { status: Some(*status as i64), ..Data::default() })
        }
        Event::Assigned { operator, .. } => {
            ("assigned", operator.as_ref().map(|operator| operator.id.0), Data::default())
        }
        Event::Read { up_to, .. } => ("read", None, Data { up_to: Some(*up_to), ..Data::default() }),
        Event::Customer { .. } => ("customer", None, Data::default()),
        Event::ChatErased { .. } => ("chat_erased", None, Data::default()),
        Event::StaffChanged { operator, status } => {
            ("staff_changed", Some(operator.id.0), Data { status: Some(*status as i64), ..Data::default() })
        }
        // Only ever read from the wire, never decided.
        Event::Unknown => ("unknown", None, Data::default()),
    };
    let told = match customer.as_ref().map(|record| &record.event) {
        Some(CustomerEvent::Read { up_to }) => Data { up_to: Some(*up_to), ..Data::default() },
        _ => Data::default(),
    };
    json!([
        organization_id.0,
        seq,
        at.0,
        kind,
        actor_kind,
        actor_id,
        event.chat_id().map(|id| id.0),
        subject_id,
        data.text(),
        customer.as_ref().map(|record| record.customer_id.0),
        customer.as_ref().map(|record| record.seq),
        told.text(),
    ])
}

impl Data {
    /// Nothing where there is nothing to say.
    fn text(&self) -> Option<String> {
        let text = json!(self).to_string();
        (text != "{}").then_some(text)
    }

    fn parse(text: Option<&str>) -> Result<Self, PortError> {
        text.map_or(Ok(Self::default()), |text| {
            serde_json::from_str(text).map_err(|_| odd("data that is none"))
        })
    }

    fn status(&self) -> Result<ChatStatus, PortError> {
        self.status.and_then(ChatStatus::from_number).ok_or_else(|| odd("an unknown chat status"))
    }

    fn up_to(&self) -> Result<Seq, PortError> {
        self.up_to.ok_or_else(|| odd("a read event without its position"))
    }
}

impl EventRow {
    pub fn recorded(self, organization_id: OrganizationId) -> Result<Recorded, PortError> {
        let (seq, at, actor) = (seq(self.seq), Timestamp(self.at), self.actor()?);
        let (event, customer) = (self.event()?, self.customer_record()?);
        Ok(Recorded { organization_id, seq, at, actor, event, customer })
    }

    /// The message's, where it is one.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    pub fn at(&self) -> Timestamp {
        Timestamp(self.at)
    }

    fn event(&self) -> Result<Event, PortError> {
        if self.kind == "staff_changed" {
            let operator = self.subject().ok_or_else(|| odd("a change of nobody"))?;
            let status = Data::parse(self.data.as_deref())?.status.and_then(OperatorStatus::from_number);
            return Ok(Event::StaffChanged {
                operator,
                status: status.ok_or_else(|| odd("an unknown operator status"))?,
            });
        }
        let chat_id = ChatId(self.chat_id.ok_or_else(|| odd("an event of no chat"))?);
        if self.is_erased() {
            return Ok(Event::ChatErased { chat_id });
        }
        let source = self.source.ok_or_else(|| odd("a chat that is neither there nor erased"))?;
        let customer = self.customer_name.clone().unwrap_or_default();
        let data = Data::parse(self.data.as_deref())?;
        Ok(match self.kind.as_str() {
            "chat_created" => {
                let source = Source::from_number(source).ok_or_else(|| odd("an unknown source"))?;
                Event::ChatCreated { chat_id, customer, source }
            }
            "customer" => Event::Customer { chat_id, customer },
            "message" => Event::Message { chat_id, message: self.message()? },
            "chat_status" => Event::ChatStatus { chat_id, status: data.status()?, by: self.operator() },
            "assigned" => Event::Assigned { chat_id, operator: self.subject() },
            "read" => {
                let reader = self.operator().map_or(Reader::Customer, Reader::Operator);
                Event::Read { chat_id, reader, up_to: data.up_to()? }
            }
            _ => return Err(odd("an unknown kind of event")),
        })
    }

    /// What the customer is told, if they are there still: earlier versions erased them with their last chat.
    pub fn customer_record(&self) -> Result<Option<CustomerRecord>, PortError> {
        let (Some(customer_id), Some(customer_seq), Some(visitor_id)) =
            (self.customer_id, self.customer_seq, &self.visitor_id)
        else {
            return Ok(None);
        };
        let event = match self.kind.as_str() {
            _ if self.is_erased() => CustomerEvent::Erased,
            "message" => {
                let Message { client_id, author, body, at, .. } = self.message()?;
                let operator = match author {
                    Author::Customer => None,
                    Author::Operator(operator) => Some(operator.name),
                };
                let seq = seq(customer_seq);
                CustomerEvent::Message { message: CustomerMessage { seq, client_id, operator, body, at } }
            }
            "chat_status" => {
                CustomerEvent::ChatStatus { status: Data::parse(self.data.as_deref())?.status()? }
            }
            "read" => CustomerEvent::Read { up_to: Data::parse(self.customer_data.as_deref())?.up_to()? },
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
        self.erased.is_some()
    }

    fn message(&self) -> Result<Message, PortError> {
        let id = self.subject_id.ok_or_else(|| odd("a message event without its message"))?;
        let text = self.text.clone().ok_or_else(|| odd("a message event without its text"))?;
        Ok(Message {
            id: MessageId(id),
            seq: seq(self.seq),
            client_id: ClientId(uuid(self.client_id.as_deref())?),
            author: self.operator().map_or(Author::Customer, Author::Operator),
            body: links::body(text),
            at: Timestamp(self.at),
        })
    }

    fn actor(&self) -> Result<Actor, PortError> {
        let id = || self.actor_id.ok_or_else(|| odd("an actor that is nobody"));
        Ok(match self.actor_kind.as_str() {
            "customer" => Actor::Customer(CustomerId(id()?)),
            "operator" => Actor::Operator(OperatorId(id()?)),
            "company" => Actor::Company,
            _ => Actor::Unknown,
        })
    }

    /// Who did it, if it was an operator.
    fn operator(&self) -> Option<OperatorRef> {
        let id = OperatorId(self.actor_id.filter(|_| self.actor_kind == "operator")?);
        Some(OperatorRef { id, name: self.actor_name.clone().unwrap_or_default() })
    }

    /// The operator whom it is about.
    fn subject(&self) -> Option<OperatorRef> {
        let id = OperatorId(self.subject_id?);
        Some(OperatorRef { id, name: self.subject_name.clone().unwrap_or_default() })
    }
}

fn odd(what: &str) -> PortError {
    strange("reading an event", what)
}
