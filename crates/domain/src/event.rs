//! What the log records, as it is told to those who may see it.

use serde::{Deserialize, Serialize};

use crate::chat::{ChatStatus, Source};
use crate::cursor::Seq;
use crate::decode::Decode;
use crate::ids::ChatId;
use crate::message::{CustomerMessage, Message};
use crate::people::{OperatorRef, OperatorStatus};

/// One durable change, as an organization's operators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A customer's first message made a chat; the message is the next event.
    ChatCreated {
        chat_id: ChatId,
        customer: String,
        source: Source,
    },
    Message {
        chat_id: ChatId,
        message: Message,
    },
    ChatStatus {
        chat_id: ChatId,
        status: ChatStatus,
        /// Who changed it; absent when it followed from a customer's message or from the company.
        by: Option<OperatorRef>,
    },
    Assigned {
        chat_id: ChatId,
        /// Who has it now; absent when it was given back.
        operator: Option<OperatorRef>,
    },
    Read {
        chat_id: ChatId,
        reader: Reader,
        /// Everything up to and including this has been read.
        up_to: Seq,
    },
    /// The customer has said what to call them, or something new.
    Customer {
        chat_id: ChatId,
        customer: String,
    },
    /// The chat and all that was said in it is gone; also told in place of what was once told of it.
    ChatErased {
        chat_id: ChatId,
    },
    /// Somebody who answers was added, is called something else, or may or may not work now.
    StaffChanged {
        operator: OperatorRef,
        status: OperatorStatus,
    },
    /// Of a newer server: nothing this build can show, but its place in the order counts.
    #[serde(other)]
    #[decode(unreadable)]
    Unknown,
}

/// Whose read position moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reader {
    Customer,
    Operator(OperatorRef),
}

/// One durable change, as the customer whose chat it is sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CustomerEvent {
    Message {
        message: CustomerMessage,
    },
    ChatStatus {
        status: ChatStatus,
    },
    /// Somebody who answers has read everything up to and including this.
    Read {
        up_to: Seq,
    },
    /// A chat and all that was said in it is gone; also told in place of what was once told of it. What is left, a
    /// `reset` tells.
    Erased,
    #[serde(other)]
    Unknown,
}

impl Event {
    /// The chat it happened in, if in one.
    #[must_use]
    pub fn chat_id(&self) -> Option<ChatId> {
        match self {
            Self::ChatCreated { chat_id, .. }
            | Self::Message { chat_id, .. }
            | Self::ChatStatus { chat_id, .. }
            | Self::Assigned { chat_id, .. }
            | Self::Read { chat_id, .. }
            | Self::Customer { chat_id, .. }
            | Self::ChatErased { chat_id } => Some(*chat_id),
            Self::StaffChanged { .. } | Self::Unknown => None,
        }
    }
}
