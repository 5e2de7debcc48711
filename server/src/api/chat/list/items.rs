//! What the list of chats answers.

use chathub_domain::message::LastMessage;
use chathub_domain::{ChatId, ChatStatus, OperatorId, OperatorRef, Source};
use chathub_hub::ports::FoundChat;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::organization::Organization;
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
