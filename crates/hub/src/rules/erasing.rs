//! Erasing a chat and all that was said in it.

use chathub_domain::{ChatId, CustomerEvent, Event};

use super::decider::{Decider, Receipt, Rule};
use super::who::Clerk;
use crate::error::{Error, Result};
use crate::ports::{Actor, ChatHead, ErasedChat, Wanted};

/// A chat that is to go, with all that was said in it.
#[derive(Debug)]
pub struct Erase {
    pub by: Clerk,
    pub chat_id: ChatId,
}

impl Rule for Erase {
    fn want(&self, wanted: &mut Wanted) {
        self.by.want(self.chat_id, wanted);
    }

    fn decide(&self, decider: &mut Decider<'_>) -> Result<Receipt> {
        let Self { by, chat_id } = self;
        // Nobody has been told of a chat that this batch makes; erased at once, it would leave its ids to another.
        if decider.made.contains(chat_id) {
            return Err(Error::not_found("chat"));
        }
        decider.chat(by.organization_id, *chat_id)?;
        Ok(decider.record_erased(*chat_id, by.actor()))
    }
}

impl Decider<'_> {
    /// Tells of the end of a chat and takes it out of the present, with whatever this batch has brought to it.
    fn record_erased(&mut self, chat_id: ChatId, actor: Actor) -> Receipt {
        let receipt = self.record(chat_id, actor, Event::ChatErased { chat_id }, Some(CustomerEvent::Erased));
        if let Some(chat) = self.state.chats.remove(&chat_id) {
            let ChatHead { organization_id, customer_id, .. } = chat;
            self.erased.push(ErasedChat { organization_id, chat_id, customer_id });
            if let Some(customer) = self.state.customers.get_mut(&customer_id) {
                customer.open_chat = customer.open_chat.filter(|open| *open != chat_id);
                customer.chats = customer.chats.saturating_sub(1);
                // Of one without chats nothing stays but the counting, which windows of theirs go on with.
                if customer.chats == 0 {
                    customer.name.clear();
                    customer.phone.clear();
                }
                self.touched_customers.insert(customer_id);
            }
        }
        self.touched_chats.remove(&chat_id);
        self.touched_positions.retain(|(chat, _)| *chat != chat_id);
        self.messages.retain(|message| message.chat_id != chat_id);
        receipt
    }
}
