//! What a decision does to the present: rows made and changed, and their events' places in both countings.

use chathub_domain::chat::CustomerMessage;
use chathub_domain::wire::Introduction;
use chathub_domain::{
    Author, ChatId, ChatStatus, ClientId, CustomerEvent, CustomerId, Event, Message, MessageId, OperatorRef,
    OrganizationId, Source, Timestamp,
};

use super::{Decider, Guest, Receipt};
use crate::error::Result;
use crate::links;
use crate::ports::{
    ChatHead, CustomerHead, CustomerRecord, ErasedChat, MessageRow, Posted, Recorded, Sender,
};

impl Decider<'_> {
    pub(super) fn customer(&mut self, guest: &Guest) -> CustomerId {
        let key = (guest.organization_id, guest.visitor_id);
        if let Some(id) = self.state.visitors.get(&key) {
            return *id;
        }
        let id = CustomerId(self.state.next.customer);
        self.state.next.customer += 1;
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
        id
    }

    /// Takes over what a customer's page says of them. Whether they are called something else now.
    pub(super) fn introduce(&mut self, customer_id: CustomerId, introduction: &Introduction) -> bool {
        let Introduction { name, phone } = introduction;
        let Some(customer) = self.state.customers.get_mut(&customer_id) else { return false };
        let renamed = !name.is_empty() && customer.name != *name;
        if renamed {
            customer.name.clone_from(name);
        }
        if !phone.is_empty() && customer.phone != *phone {
            customer.phone.clone_from(phone);
        }
        // Rows are written for whoever has said something, which they are about to do.
        renamed
    }

    pub(super) fn record_customer(&mut self, chat_id: ChatId) {
        let customer = self.state.customers[&self.state.chats[&chat_id].customer_id].name.clone();
        self.record(chat_id, Event::Customer { chat_id, customer }, None);
    }

    /// Tells of the end of a chat and takes it out of the present, with whatever this batch has brought to it.
    pub(super) fn record_erased(&mut self, chat_id: ChatId) -> Receipt {
        let receipt = self.record(chat_id, Event::ChatErased { chat_id }, Some(CustomerEvent::Erased));
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

    pub(super) fn create_chat(&mut self, customer_id: CustomerId, source: Source) -> ChatId {
        let id = ChatId(self.state.next.chat);
        self.state.next.chat += 1;
        let customer = &self.state.customers[&customer_id];
        let (organization_id, name) = (customer.organization_id, customer.name.clone());
        self.state.chats.insert(
            id,
            ChatHead {
                id,
                organization_id,
                customer_id,
                source,
                status: ChatStatus::New,
                operator_id: None,
                last_seq: 0,
                read_by_customer: 0,
                read_by_operators: 0,
                created_at: self.now,
                updated_at: self.now,
            },
        );
        if let Some(customer) = self.state.customers.get_mut(&customer_id) {
            customer.chats += 1;
        }
        self.set_open_chat(customer_id, Some(id));
        self.record(id, Event::ChatCreated { chat_id: id, customer: name, source }, None);
        id
    }

    pub(super) fn set_open_chat(&mut self, customer_id: CustomerId, chat: Option<ChatId>) {
        if let Some(customer) = self.state.customers.get_mut(&customer_id) {
            customer.open_chat = chat;
            self.touched_customers.insert(customer_id);
        }
    }

    /// Stores a message of a chat that is known to be there.
    pub(super) fn say(
        &mut self,
        chat_id: ChatId,
        sender: Sender,
        client_id: ClientId,
        author: Author,
        text: String,
    ) -> Result<Receipt> {
        let id = MessageId(self.state.next.message);
        self.state.next.message += 1;
        let (organization_id, customer_id) = {
            let chat = &self.state.chats[&chat_id];
            (chat.organization_id, chat.customer_id)
        };
        let seq = *self.head(organization_id)? + 1;
        let customer_seq = self.state.customers[&customer_id].seq + 1;
        let (operator_id, told_name) = match &author {
            Author::Customer => (None, None),
            Author::Operator(operator) => (Some(operator.id), Some(operator.name.clone())),
        };
        let links = links::found_in(&text);
        let told = CustomerMessage {
            seq: customer_seq,
            client_id,
            operator: told_name,
            text: text.clone(),
            links: links.clone(),
            at: self.now,
        };
        let message = Message { id, seq, client_id, author, text: text.clone(), links, at: self.now };
        self.messages.push(MessageRow {
            id,
            organization_id,
            chat_id,
            customer_id,
            seq,
            customer_seq,
            sender,
            client_id,
            operator_id,
            text,
            at: self.now,
        });
        let posted = Posted { organization_id, chat_id, message_id: id, seq, customer_seq };
        self.state.posted.insert((sender, client_id), posted);
        self.record(
            chat_id,
            Event::Message { chat_id, message },
            Some(CustomerEvent::Message { message: told }),
        );
        let updated_at = self.newest(organization_id);
        if let Some(chat) = self.state.chats.get_mut(&chat_id) {
            chat.last_seq = seq;
            chat.updated_at = updated_at;
        }
        Ok(Receipt { chat_id: Some(chat_id), message_id: Some(id), seq, customer_seq })
    }

    /// Now, or as little after the organization's newest as makes it newer: a clock that runs back must not put what
    /// is said last behind what was said before.
    fn newest(&mut self, organization_id: OrganizationId) -> Timestamp {
        let newest = self.state.newest.entry(organization_id).or_insert(Timestamp(i64::MIN));
        *newest = self.now.max(Timestamp(newest.0.saturating_add(1)));
        *newest
    }

    pub(super) fn record_status(
        &mut self,
        chat_id: ChatId,
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
        self.record(chat_id, Event::ChatStatus { chat_id, status, by }, Some(told))
    }

    pub(super) fn record_assigned(&mut self, chat_id: ChatId, operator: Option<OperatorRef>) -> Receipt {
        if let Some(chat) = self.state.chats.get_mut(&chat_id) {
            chat.operator_id = operator.as_ref().map(|operator| operator.id);
        }
        self.record(chat_id, Event::Assigned { chat_id, operator }, None)
    }

    /// Gives the event its place in the organization's log and, if the customer is told of it, in theirs.
    pub(super) fn record(&mut self, chat_id: ChatId, event: Event, told: Option<CustomerEvent>) -> Receipt {
        let chat = &self.state.chats[&chat_id];
        let (organization_id, customer_id) = (chat.organization_id, chat.customer_id);
        let head = self.state.heads.entry(organization_id).or_insert(0);
        *head += 1;
        let seq = *head;
        self.touched_heads.insert(organization_id);
        self.touched_chats.insert(chat_id);
        let mut customer_seq = 0;
        let mut customer = None;
        if let Some(head) = self.state.customers.get_mut(&customer_id) {
            if let Some(event) = told {
                head.seq += 1;
                self.touched_customers.insert(customer_id);
                customer =
                    Some(CustomerRecord { customer_id, visitor_id: head.visitor_id, seq: head.seq, event });
            }
            customer_seq = head.seq;
        }
        self.events.push(Recorded { organization_id, seq, at: self.now, event, customer });
        Receipt { chat_id: Some(chat_id), message_id: None, seq, customer_seq }
    }
}
