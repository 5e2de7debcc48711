//! A message, as calls answer it.

use chathub_domain::message::Link;
use chathub_domain::{
    Author, Body, ChatId, ClientId, Message, MessageId, MessageStatus, OperatorId, OperatorRef, Seq,
};
use chathub_hub::ports::ChatHead;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::schemas;
use crate::api::time::rfc3339;

/// A message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatMessage {
    #[schema(value_type = schemas::Id)]
    id: MessageId,
    /// Its place in the organization's order: what `before` and `after` name.
    #[schema(value_type = i64, minimum = 0, example = 7)]
    seq: Seq,
    #[schema(value_type = schemas::Id)]
    chat_id: ChatId,
    /// The name that its sender gave it.
    #[schema(value_type = schemas::ClientId)]
    client_id: ClientId,
    from_customer: bool,
    /// Who wrote it; null on the customer's own.
    #[schema(required = true)]
    operator: Option<Writer>,
    #[schema(example = "Yes, on Thursday. Shall I set one aside for you?")]
    text: String,
    /// The links in the text, in their order and apart from each other; left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    links: Vec<TextLink>,
    #[schema(value_type = schemas::MessageStatus)]
    status: MessageStatus,
    #[schema(format = DateTime, example = "2030-01-31T12:00:00Z")]
    created_at: String,
}

/// A part of a text that leads somewhere.
#[derive(Serialize, ToSchema)]
pub(crate) struct TextLink {
    /// Where it begins, in UTF-16 code units.
    #[schema(minimum = 0, example = 12)]
    offset: u32,
    /// How long it is, in UTF-16 code units.
    #[schema(minimum = 1, example = 24)]
    length: u32,
    /// Where it leads: `https:`, `http:` or `mailto:`.
    #[schema(example = "https://www.acme.example/")]
    url: String,
}

/// The operator who wrote a message.
#[derive(Serialize, ToSchema)]
pub(crate) struct Writer {
    #[schema(value_type = schemas::Id)]
    id: OperatorId,
    #[schema(example = "Boris Lund")]
    name: String,
}

impl From<Link> for TextLink {
    fn from(Link { offset, length, url }: Link) -> Self {
        Self { offset, length, url }
    }
}

impl ChatMessage {
    pub fn new(chat: &ChatHead, message: Message) -> Self {
        let Message { id, seq, client_id, author, body: Body { text, links }, at } = message;
        let (operator, read_to) = match author {
            Author::Customer => (None, chat.read_by_operators),
            Author::Operator(operator) => (Some(operator), chat.read_by_customer),
        };
        let status = if seq <= read_to { MessageStatus::Read } else { MessageStatus::Delivered };
        Self {
            id,
            seq,
            chat_id: chat.id,
            client_id,
            from_customer: operator.is_none(),
            operator: operator.map(|OperatorRef { id, name }| Writer { id, name }),
            text,
            links: links.into_iter().map(TextLink::from).collect(),
            status,
            created_at: rfc3339(at),
        }
    }
}
