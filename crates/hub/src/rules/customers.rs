//! Customers: who a visitor becomes with their first message, and what they are called.

use chathub_domain::wire::Introduction;
use chathub_domain::{ChatId, CustomerId, Event};

use super::decider::Decider;
use super::who::Guest;
use crate::error::Result;
use crate::ports::{Actor, CustomerHead};

impl Decider<'_> {
    pub(super) fn customer(&mut self, guest: &Guest) -> Result<CustomerId> {
        let key = (guest.organization_id, guest.visitor_id);
        if let Some(id) = self.state.visitors.get(&key) {
            return Ok(*id);
        }
        let id = self.state.ids.customer()?;
        self.state.visitors.insert(key, id);
        self.state.customers.insert(
            id,
            CustomerHead {
                id,
                organization_id: guest.organization_id,
                visitor_id: guest.visitor_id,
                name: String::new(),
                phone: String::new(),
                seq: 0,
                chats: 0,
                open_chat: None,
            },
        );
        self.touched_customers.insert(id);
        Ok(id)
    }

    /// Takes over what a customer's page says of them. Whether they are called something else now.
    pub(super) fn introduce(&mut self, customer_id: CustomerId, introduction: &Introduction) -> bool {
        let Introduction { name, phone } = introduction;
        let Some(customer) = self.state.customers.get_mut(&customer_id) else { return false };
        let renamed = !name.is_empty() && customer.name != *name;
        if renamed {
            customer.name.clone_from(name);
        }
        let reached_elsewhere = !phone.is_empty() && customer.phone != *phone;
        if reached_elsewhere {
            customer.phone.clone_from(phone);
        }
        if renamed || reached_elsewhere {
            self.touched_customers.insert(customer_id);
        }
        renamed
    }

    pub(super) fn record_customer(&mut self, chat_id: ChatId) {
        let customer_id = self.state.chats[&chat_id].customer_id;
        let customer = self.state.customers[&customer_id].name.clone();
        self.record(chat_id, Actor::Customer(customer_id), Event::Customer { chat_id, customer }, None);
    }

    pub(super) fn set_open_chat(&mut self, customer_id: CustomerId, chat: Option<ChatId>) {
        if let Some(customer) = self.state.customers.get_mut(&customer_id) {
            customer.open_chat = chat;
        }
    }
}
