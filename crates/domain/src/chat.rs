//! Conversations.

use serde::{Deserialize, Serialize};
use serde_repr::{Deserialize_repr, Serialize_repr};

use crate::cursor::Seq;
use crate::decode::Decode;
use crate::ids::ChatId;
use crate::message::LastMessage;
use crate::people::OperatorRef;
use crate::time::Timestamp;

/// How far a chat has come. The numbers are the published API's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize_repr, Deserialize_repr, Decode)]
#[repr(u8)]
pub enum ChatStatus {
    /// Nobody has answered yet.
    New = 0,
    Open = 1,
    /// Waiting for the customer.
    Waiting = 2,
    /// On pause.
    Paused = 3,
    Closed = 4,
}

impl ChatStatus {
    pub const ALL: [Self; 5] = [Self::New, Self::Open, Self::Waiting, Self::Paused, Self::Closed];

    /// The status that a stored or received number means.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|status| *status as i64 == number)
    }
}

/// How a chat came in. 1 and 2 are the published API's numbers, the rest are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_repr, Deserialize_repr, Decode)]
#[repr(u8)]
pub enum Source {
    ViberBot = 1,
    TelegramBot = 2,
    Viber = 3,
    WhatsApp = 4,
    Website = 5,
    Instagram = 6,
    Facebook = 7,
    Marketplace = 8,
}

impl Source {
    const ALL: [Self; 8] = [
        Self::ViberBot,
        Self::TelegramBot,
        Self::Viber,
        Self::WhatsApp,
        Self::Website,
        Self::Instagram,
        Self::Facebook,
        Self::Marketplace,
    ];

    /// The source that a stored or received number means.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|source| *source as i64 == number)
    }
}

/// What to call the customer of a chat: by name, or, until they have said one, by the chat.
#[must_use]
pub fn display_name(id: ChatId, name: &str) -> String {
    if name.is_empty() { format!("Visitor {id}") } else { name.to_owned() }
}

/// A chat as one operator sees it in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
pub struct Chat {
    pub id: ChatId,
    /// What the customer is called, or empty when they have not said.
    pub customer: String,
    /// That name looks like the name of somebody who answers in the organization.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub looks_like_operator: bool,
    pub source: Source,
    pub status: ChatStatus,
    /// Who has taken it.
    pub operator: Option<OperatorRef>,
    /// They may not work any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub operator_inactive: bool,
    /// The customer's messages after this operator's read position.
    pub unread: u32,
    pub last_message: Option<LastMessage>,
    pub created_at: Timestamp,
    /// When something was last said in it; lists are sorted by this, newest first, then by id.
    pub updated_at: Timestamp,
    /// How far the customer has read.
    pub read_by_customer: Seq,
    /// How far this operator has read.
    pub read_by_me: Seq,
}
