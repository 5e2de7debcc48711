//! A list of chats, page by page: by counting, or from where the former page ended.

use chathub_domain::{ChatId, MessageId, Timestamp};

/// Which page of a list.
#[derive(Clone, Copy, Debug)]
pub struct ChatPage {
    pub start: ChatStart,
    /// Chats at most.
    pub limit: usize,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug)]
pub enum ChatStart {
    /// After so many chats. Who is there at the time shifts the pages.
    Offset(ChatOrder, u64),
    /// Where the former page ended, in its order.
    After(ChatCursor),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChatOrder {
    /// Last said something first; equal times by id.
    #[default]
    Updated,
    /// Oldest first: what comes in meanwhile comes at the end and shifts no page.
    Created,
}

/// How far somebody has come who goes through a list, whatever happens in it meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatCursor {
    /// Behind this chat, in the order of creation. Nothing moves there, so every chat is met once.
    Created { at: Timestamp, id: ChatId },
    /// Behind this chat, in the order of updates. `began` was the last message of all when the first page was read.
    Updated { at: Timestamp, id: ChatId, began: MessageId },
    /// At the end of that order, among the chats that moved up meanwhile, where they may have been missed: those with a message
    /// after `began` and up to `ended`, by their ids, behind this one. These chats are given, however often they move again, so
    /// there is an end.
    Moved { began: MessageId, ended: MessageId, id: ChatId },
}

impl ChatCursor {
    /// The order that it belongs to.
    #[must_use]
    pub fn order(&self) -> ChatOrder {
        match self {
            Self::Created { .. } => ChatOrder::Created,
            Self::Updated { .. } | Self::Moved { .. } => ChatOrder::Updated,
        }
    }
}
