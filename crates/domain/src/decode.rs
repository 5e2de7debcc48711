//! From JSON to the wire's types, by hand.
//!
//! The derived decoders of a tagged enum keep every shape twice and were a quarter of the WASM; this is a twentieth.
//! A test holds it to what `domain::wire` writes. What a newer server adds is passed over; an event that can't be
//! read keeps its place in the order.

#![cfg_attr(not(any(feature = "hydrate", test)), expect(dead_code, reason = "only a browser reads frames"))]

use chathub_domain::event::Reader;
use chathub_domain::message::{LastMessage, Link};
use chathub_domain::wire::{Me, Missing, ServerFrame, Snapshot};
use chathub_domain::{
    Author, Body, Chat, ChatId, ChatStatus, ClientId, Cursor, Epoch, ErrorCode, Event, Message, MessageId,
    OperatorId, OperatorRef, OperatorStatus, OrganizationId, OrganizationRef, Seq, Source, Timestamp,
};
use serde_json::Value;
use uuid::Uuid;

use super::props::{Door, PanelProps};

/// `None` for what is no frame of this build.
pub(super) fn frame(text: &str) -> Option<ServerFrame> {
    let json: Value = serde_json::from_str(text).ok()?;
    server_frame(&json)
}

fn server_frame(json: &Value) -> Option<ServerFrame> {
    Some(match kind(json, "type")? {
        "welcome" => ServerFrame::Welcome {
            me: me(json.get("me")?)?,
            cursor: cursor(json.get("cursor")?)?,
            build: text(json, "build")?,
            expires_at: at(json, "expires_at")?,
        },
        "event" => ServerFrame::Event {
            seq: seq(json, "seq")?,
            prev: seq(json, "prev")?,
            at: at(json, "at")?,
            event: event(json.get("event")?).unwrap_or(Event::Unknown),
        },
        "ack" => ServerFrame::Ack {
            client_id: ClientId(uuid(json.get("client_id")?)?),
            chat_id: chat_id(json)?,
            seq: seq(json, "seq")?,
        },
        "reject" => ServerFrame::Reject {
            client_id: json.get("client_id").and_then(uuid).map(ClientId),
            chat_id: chat_id(json),
            code: error_code(kind(json, "code")?),
            detail: text(json, "detail")?,
            missing: kind(json, "missing").map(|what| match what {
                "chat" => Missing::Chat,
                "operator" => Missing::Operator,
                _ => Missing::Other,
            }),
        },
        "typing" => ServerFrame::Typing { chat_id: chat_id(json)?, operator: operator(json.get("operator")) },
        "history" => ServerFrame::History {
            chat_id: chat_id(json)?,
            messages: list(json, "messages", message)?,
            more: flag(json, "more")?,
        },
        "chats" => ServerFrame::Chats { chats: list(json, "chats", chat)?, more: flag(json, "more")? },
        "operators" => ServerFrame::Operators { operators: operators(json)?, more: flag(json, "more")? },
        "blocked" => ServerFrame::Blocked {
            chat_id: chat_id(json)?,
            until: at(json, "until"),
            address: flag(json, "address")?,
        },
        "reset" => ServerFrame::Reset {
            cursor: cursor(json.get("cursor")?)?,
            snapshot: snapshot(json.get("snapshot")?)?,
        },
        "badge" => ServerFrame::Badge { unread: count(json, "unread")?, chats: count(json, "chats")? },
        "heartbeat" => ServerFrame::Heartbeat { cursor: cursor(json.get("cursor")?)? },
        "bye" => ServerFrame::Bye {
            code: error_code(kind(json, "code")?),
            detail: text(json, "detail")?,
            reconnect: flag(json, "reconnect")?,
        },
        _ => ServerFrame::Unknown,
    })
}

impl PanelProps {
    /// From their JSON; none when it is not what a panel of this build begins with.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        props(serde_json::from_str(text).ok()?)
    }
}

pub(super) fn props(mut json: Value) -> Option<PanelProps> {
    let texts = json.get_mut("texts")?.take().into();
    let json = &json;
    Some(PanelProps {
        hub: text(json, "hub")?,
        token: text(json, "token")?,
        me: me(json.get("me")?)?,
        expires_at: at(json, "expires_at")?,
        cursor: cursor(json.get("cursor")?)?,
        snapshot: snapshot(json.get("snapshot")?)?,
        build: text(json, "build")?,
        door: if kind(json, "door")? == "console" { Door::Console } else { Door::Embed },
        texts,
    })
}

pub(super) fn error_code(name: &str) -> ErrorCode {
    ErrorCode::named(name)
}

fn event(json: &Value) -> Option<Event> {
    let what = kind(json, "kind")?;
    if what == "staff_changed" {
        let status = OperatorStatus::from_number(number(json, "status")?)?;
        return Some(Event::StaffChanged { operator: operator(json.get("operator"))?, status });
    }
    let chat_id = chat_id(json)?;
    Some(match what {
        "chat_created" => {
            Event::ChatCreated { chat_id, customer: text(json, "customer")?, source: source(json)? }
        }
        "message" => Event::Message { chat_id, message: message(json.get("message")?)? },
        "chat_status" => Event::ChatStatus { chat_id, status: status(json)?, by: operator(json.get("by")) },
        "assigned" => Event::Assigned { chat_id, operator: operator(json.get("operator")) },
        "read" => {
            let reader = json.get("reader")?;
            let reader = match kind(reader, "kind")? {
                "customer" => Reader::Customer,
                "operator" => Reader::Operator(operator(Some(reader))?),
                _ => return None,
            };
            Event::Read { chat_id, reader, up_to: seq(json, "up_to")? }
        }
        "customer" => Event::Customer { chat_id, customer: text(json, "customer")? },
        "chat_erased" => Event::ChatErased { chat_id },
        _ => return None,
    })
}

fn message(json: &Value) -> Option<Message> {
    let author = json.get("author")?;
    Some(Message {
        id: MessageId(number(json, "id")?),
        seq: seq(json, "seq")?,
        client_id: ClientId(uuid(json.get("client_id")?)?),
        author: match kind(author, "kind")? {
            "customer" => Author::Customer,
            "operator" => Author::Operator(operator(Some(author))?),
            // Of a newer server: somebody who answers, whatever they are. A message is never left out.
            _ => Author::Operator(operator(Some(author)).unwrap_or(OperatorRef {
                id: OperatorId(0),
                name: text(author, "name").unwrap_or_default(),
            })),
        },
        body: Body { text: text(json, "text")?, links: list(json, "links", link).unwrap_or_default() },
        at: at(json, "at")?,
    })
}

fn link(json: &Value) -> Option<Link> {
    Some(Link { offset: count(json, "offset")?, length: count(json, "length")?, url: text(json, "url")? })
}

fn chat(json: &Value) -> Option<Chat> {
    Some(Chat {
        id: ChatId(number(json, "id")?),
        customer: text(json, "customer")?,
        looks_like_operator: flag(json, "looks_like_operator").unwrap_or_default(),
        operator_inactive: flag(json, "operator_inactive").unwrap_or_default(),
        source: source(json)?,
        status: status(json)?,
        operator: operator(json.get("operator")),
        unread: count(json, "unread")?,
        last_message: json.get("last_message").and_then(last_message),
        created_at: at(json, "created_at")?,
        updated_at: at(json, "updated_at")?,
        read_by_customer: seq(json, "read_by_customer")?,
        read_by_me: seq(json, "read_by_me")?,
    })
}

fn last_message(json: &Value) -> Option<LastMessage> {
    Some(LastMessage {
        seq: seq(json, "seq")?,
        from_customer: flag(json, "from_customer")?,
        text: text(json, "text")?,
        at: at(json, "at")?,
    })
}

fn me(json: &Value) -> Option<Me> {
    let organization = json.get("organization")?;
    Some(Me {
        operator: operator(json.get("operator"))?,
        organization: OrganizationRef {
            id: OrganizationId(number(organization, "id")?),
            name: text(organization, "name")?,
        },
    })
}

fn snapshot(json: &Value) -> Option<Snapshot> {
    Some(Snapshot {
        chats: list(json, "chats", chat)?,
        more: flag(json, "more")?,
        operators: operators(json)?,
        unread: count(json, "unread").unwrap_or_default(),
    })
}

fn operators(json: &Value) -> Option<Vec<OperatorRef>> {
    list(json, "operators", |json| operator(Some(json)))
}

fn cursor(json: &Value) -> Option<Cursor> {
    Some(Cursor { epoch: Epoch(uuid(json.get("epoch")?)?), seq: seq(json, "seq")? })
}

/// Absent where it is absent or `null`.
fn operator(json: Option<&Value>) -> Option<OperatorRef> {
    let json = json?;
    Some(OperatorRef { id: OperatorId(number(json, "id")?), name: text(json, "name")? })
}

fn list<T>(json: &Value, name: &str, item: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    let mut items = Vec::new();
    for json in json.get(name)?.as_array()? {
        items.push(item(json)?);
    }
    Some(items)
}

fn kind<'a>(json: &'a Value, name: &str) -> Option<&'a str> {
    json.get(name)?.as_str()
}

pub(super) fn text(json: &Value, name: &str) -> Option<String> {
    kind(json, name).map(str::to_owned)
}

pub(super) fn number(json: &Value, name: &str) -> Option<i64> {
    json.get(name)?.as_i64()
}

fn count(json: &Value, name: &str) -> Option<u32> {
    u32::try_from(number(json, name)?).ok()
}

fn seq(json: &Value, name: &str) -> Option<Seq> {
    json.get(name)?.as_u64()
}

fn at(json: &Value, name: &str) -> Option<Timestamp> {
    number(json, name).map(Timestamp)
}

fn flag(json: &Value, name: &str) -> Option<bool> {
    json.get(name)?.as_bool()
}

pub(super) fn uuid(json: &Value) -> Option<Uuid> {
    Uuid::parse_str(json.as_str()?).ok()
}

fn chat_id(json: &Value) -> Option<ChatId> {
    number(json, "chat_id").map(ChatId)
}

fn status(json: &Value) -> Option<ChatStatus> {
    ChatStatus::from_number(number(json, "status")?)
}

fn source(json: &Value) -> Option<Source> {
    Source::from_number(number(json, "source")?)
}

#[cfg(test)]
mod tests;
