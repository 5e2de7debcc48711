//! What events do to what waits to be read.

use chathub_domain::event::Reader;
use chathub_domain::{Author, ChatId, Event, OperatorId, Seq};

/// What an event does to what waits to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Of no message yet.
    Created(ChatId),
    /// By the customer.
    Written(ChatId),
    /// By this operator, up to and including this message.
    Read(ChatId, OperatorId, Seq),
    Erased(ChatId),
}

impl Change {
    /// What the event does, if anything.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        match event {
            Event::ChatCreated { chat_id, .. } => Some(Self::Created(*chat_id)),
            Event::Message { chat_id, message } if message.author == Author::Customer => {
                Some(Self::Written(*chat_id))
            }
            Event::Read { chat_id, reader: Reader::Operator(operator), up_to } => {
                Some(Self::Read(*chat_id, operator.id, *up_to))
            }
            Event::ChatErased { chat_id } => Some(Self::Erased(*chat_id)),
            // What else happens leaves it as it is.
            _ => None,
        }
    }

    pub(super) fn chat(self) -> ChatId {
        match self {
            Self::Created(chat) | Self::Written(chat) | Self::Read(chat, ..) | Self::Erased(chat) => chat,
        }
    }
}
