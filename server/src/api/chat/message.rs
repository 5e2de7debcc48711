//! What the chat calls answer.

use chathub_domain::message::{LastMessage, Link};
use chathub_domain::{
    Author, Body, ChatId, ChatStatus, ClientId, Message, MessageId, MessageStatus, OperatorId, OperatorRef,
    Seq, Source,
};
use chathub_hub::ports::{ChatHead, FoundChat};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::company::Organization;
use crate::api::schemas;
use crate::api::time::rfc3339;

/// A page of chats.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatList {
    /// Chats on all pages.
    #[schema(value_type = i64, minimum = 0, example = 5)]
    pub total: u64,
    /// Which page this is; with `after`, one more than the page that gave the cursor.
    #[schema(value_type = i64, minimum = 1, example = 1)]
    pub page: u32,
    #[schema(minimum = 1, maximum = 100, example = 20)]
    pub per_page: usize,
    /// What to ask for as `after` for the next page; null on the last one.
    #[schema(required = true)]
    pub next: Option<String>,
    pub items: Vec<ChatItem>,
}

/// A chat in the list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatItem {
    #[schema(value_type = schemas::Id)]
    id: ChatId,
    /// What to call it: the customer's name, or “Chat” and its number.
    #[schema(example = "Sofía Martín")]
    theme: String,
    organization: Organization,
    /// Who has taken it; null before the first answer.
    #[schema(required = true)]
    operator: Option<ChatOperator>,
    #[schema(value_type = schemas::ChatStatus)]
    chat_status: ChatStatus,
    /// The customer's messages that nobody has read: for an operator by what they have read themselves, for a company by what
    /// any operator has.
    #[schema(example = 1)]
    count_unread: u32,
    #[schema(value_type = schemas::Source)]
    source: Source,
    customer: Customer,
    #[schema(required = true)]
    last_message: Option<LastLine>,
    #[schema(format = DateTime, example = "2030-01-31T11:40:00Z")]
    created_at: String,
    /// When something was last said in it.
    #[schema(format = DateTime, example = "2030-01-31T12:00:00Z")]
    updated_at: String,
}

/// The operator who has taken a chat.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChatOperator {
    #[schema(value_type = schemas::Id)]
    id: OperatorId,
    #[schema(example = "Boris Lund")]
    name: String,
    /// Null: operators have no picture yet.
    #[schema(required = true)]
    photo: Option<String>,
}

/// What the customer's page says of them: unverified, and empty where it says nothing.
#[derive(Serialize, ToSchema)]
pub(crate) struct Customer {
    #[schema(example = "Sofía Martín")]
    name: String,
    #[schema(example = "+34 600 000 000")]
    phone: String,
}

/// A chat's last message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LastLine {
    /// Its beginning, on one line.
    #[schema(max_length = 160, example = "Is the Ridge kettle coming back in black?")]
    text: String,
    from_customer: bool,
    #[schema(format = DateTime, example = "2030-01-31T12:00:00Z")]
    created_at: String,
}

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

impl From<FoundChat> for ChatItem {
    fn from(FoundChat { chat, organization, phone }: FoundChat) -> Self {
        let theme =
            if chat.customer.is_empty() { format!("Chat {}", chat.id) } else { chat.customer.clone() };
        Self {
            id: chat.id,
            theme,
            organization: organization.into(),
            operator: chat.operator.map(|OperatorRef { id, name }| ChatOperator { id, name, photo: None }),
            chat_status: chat.status,
            count_unread: chat.unread,
            source: chat.source,
            customer: Customer { name: chat.customer, phone },
            last_message: chat.last_message.map(LastLine::from),
            created_at: rfc3339(chat.created_at),
            updated_at: rfc3339(chat.updated_at),
        }
    }
}

impl From<LastMessage> for LastLine {
    fn from(LastMessage { from_customer, text, at, .. }: LastMessage) -> Self {
        Self { text, from_customer, created_at: rfc3339(at) }
    }
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
