//! Who has a chat.

use chathub_domain::{ChatId, Event, OperatorRef};

use super::decider::{Decider, Receipt, Rule};
use super::who::Member;
use crate::error::Result;
use crate::ports::{Actor, Wanted};

/// A chat for an operator, or back for all. The operator, if any, has been looked up in this organization.
#[derive(Debug)]
pub struct Assign {
    pub by: Member,
    pub chat_id: ChatId,
    pub operator: Option<OperatorRef>,
}

impl Rule for Assign {
    fn want(&self, wanted: &mut Wanted) {
        self.by.want(self.chat_id, wanted);
    }

    fn decide(&self, decider: &mut Decider<'_>) -> Result<Receipt> {
        let Self { by, chat_id, operator } = self;
        let before = decider.chat(by.organization_id, *chat_id)?.operator_id;
        if before == operator.as_ref().map(|operator| operator.id) {
            return decider.nothing(by.organization_id, *chat_id);
        }
        Ok(decider.record_assigned(*chat_id, by.actor(), operator.clone()))
    }
}

impl Decider<'_> {
    pub(super) fn record_assigned(
        &mut self,
        chat_id: ChatId,
        actor: Actor,
        operator: Option<OperatorRef>,
    ) -> Receipt {
        if let Some(chat) = self.state.chats.get_mut(&chat_id) {
            chat.operator_id = operator.as_ref().map(|operator| operator.id);
        }
        self.record(chat_id, actor, Event::Assigned { chat_id, operator }, None)
    }
}
