//! How far a chat has come.

use chathub_domain::error::ErrorCode;
use chathub_domain::{ChatId, ChatStatus, CustomerEvent, Event, OperatorRef};

use super::decider::{Decider, Receipt, Rule};
use super::who::Clerk;
use crate::error::{Error, Result};
use crate::ports::{Actor, Wanted};

/// A new status for a chat.
#[derive(Debug)]
pub struct SetStatus {
    pub by: Clerk,
    pub chat_id: ChatId,
    pub status: ChatStatus,
}

impl Rule for SetStatus {
    fn want(&self, wanted: &mut Wanted) {
        self.by.want(self.chat_id, wanted);
    }

    fn decide(&self, decider: &mut Decider<'_>) -> Result<Receipt> {
        let Self { by, chat_id, status } = self;
        let before = decider.chat(by.organization_id, *chat_id)?.status;
        if before == *status {
            return decider.nothing(by.organization_id, *chat_id);
        }
        if before == ChatStatus::Closed {
            decider.may_reopen(*chat_id)?;
        }
        Ok(decider.record_status(*chat_id, by.actor(), *status, by.operator.clone()))
    }
}

impl Decider<'_> {
    /// A customer has one open chat: a closed one stays closed while they have another.
    pub(super) fn may_reopen(&self, chat_id: ChatId) -> Result<()> {
        let customer = &self.state.customers[&self.state.chats[&chat_id].customer_id];
        match customer.open_chat {
            Some(other) => Err(Error::new(
                ErrorCode::Conflict,
                format!(
                    "This chat is closed and the customer has begun another one: answer in chat {other}."
                ),
            )),
            None => Ok(()),
        }
    }

    pub(super) fn record_status(
        &mut self,
        chat_id: ChatId,
        actor: Actor,
        status: ChatStatus,
        by: Option<OperatorRef>,
    ) -> Receipt {
        let mut customer_id = None;
        if let Some(chat) = self.state.chats.get_mut(&chat_id) {
            chat.status = status;
            customer_id = Some(chat.customer_id);
        }
        if let Some(customer_id) = customer_id {
            let open = (status != ChatStatus::Closed).then_some(chat_id);
            // Closing a chat that is not the open one must not hide the one that is.
            let current = self.state.customers.get(&customer_id).and_then(|customer| customer.open_chat);
            if open.is_some() || current == Some(chat_id) {
                self.set_open_chat(customer_id, open);
            }
        }
        let told = CustomerEvent::ChatStatus { status };
        self.record(chat_id, actor, Event::ChatStatus { chat_id, status, by }, Some(told))
    }
}
