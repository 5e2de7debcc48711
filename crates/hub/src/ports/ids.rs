//! Ids of rows, given out by the database: to each batch its own, so that several writers never give out the same.

use std::collections::VecDeque;

use chathub_domain::{ChatId, CustomerId, MessageId};

use super::PortError;

/// How many rows a batch may make at the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NewRows {
    pub chats: usize,
    pub messages: usize,
    pub customers: usize,
}

/// Ids that are one batch's to give out, in order. What it does not need may be given out again or not.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    chats: VecDeque<i64>,
    messages: VecDeque<i64>,
    customers: VecDeque<i64>,
}

impl Ids {
    /// The ids that the database has reserved, each kind growing.
    pub fn new(
        chats: impl IntoIterator<Item = i64>,
        messages: impl IntoIterator<Item = i64>,
        customers: impl IntoIterator<Item = i64>,
    ) -> Self {
        Self {
            chats: chats.into_iter().collect(),
            messages: messages.into_iter().collect(),
            customers: customers.into_iter().collect(),
        }
    }

    /// # Errors
    /// When the batch makes more chats than it has asked for, as with the other kinds.
    pub fn chat(&mut self) -> Result<ChatId, PortError> {
        next(&mut self.chats).map(ChatId)
    }

    /// # Errors
    /// See [`chat`](Self::chat).
    pub fn message(&mut self) -> Result<MessageId, PortError> {
        next(&mut self.messages).map(MessageId)
    }

    /// # Errors
    /// See [`chat`](Self::chat).
    pub fn customer(&mut self) -> Result<CustomerId, PortError> {
        next(&mut self.customers).map(CustomerId)
    }
}

fn next(ids: &mut VecDeque<i64>) -> Result<i64, PortError> {
    ids.pop_front().ok_or_else(|| PortError::Failed {
        operation: "giving out an id",
        source: "the batch asked for fewer".into(),
    })
}
