//! Messages: an operator's answer, a customer's question, and the chat that a first one makes.

use chathub_domain::error::ErrorCode;
use chathub_domain::limits::MESSAGE_CHARS;
use chathub_domain::message::{Body, CustomerMessage};
use chathub_domain::{
    Author, ChatId, ChatStatus, ClientId, CustomerEvent, CustomerId, Event, Message, OrganizationId, Source,
    Timestamp, text,
};

use super::decider::{Decider, Receipt, Rule};
use super::who::{Guest, Member};
use crate::error::{Error, Result};
use crate::links;
use crate::ports::{Actor, ChatHead, MessageRow, Posted, Sender, Wanted};

/// An operator's message.
#[derive(Debug)]
pub struct Answer {
    pub by: Member,
    pub chat_id: ChatId,
    pub client_id: ClientId,
    pub body: Body,
}

/// A customer's message.
#[derive(Debug)]
pub struct Ask {
    pub by: Guest,
    pub client_id: ClientId,
    pub body: Body,
    pub source: Source,
}

impl Rule for Answer {
    fn want(&self, wanted: &mut Wanted) {
        self.by.want(self.chat_id, wanted);
        wanted.posts.insert((Sender::Operator(self.by.operator.id), self.client_id));
        wanted.ids.messages += 1;
    }

    fn decide(&self, decider: &mut Decider<'_>) -> Result<Receipt> {
        let Self { by, chat_id, client_id, body } = self;
        let body = checked(body)?;
        let sender = Sender::Operator(by.operator.id);
        if let Some(posted) = decider.state.posted.get(&(sender, *client_id)) {
            return replay(posted, by.organization_id);
        }
        let chat = decider.chat(by.organization_id, *chat_id)?;
        let (status, taken) = (chat.status, chat.operator_id.is_some());
        if status == ChatStatus::Closed {
            decider.may_reopen(*chat_id)?;
        }
        let author = Author::Operator(by.operator.clone());
        let receipt = decider.say(*chat_id, sender, *client_id, author, body)?;
        if !taken {
            decider.record_assigned(*chat_id, by.actor(), Some(by.operator.clone()));
        }
        if matches!(status, ChatStatus::New | ChatStatus::Closed) {
            decider.record_status(*chat_id, by.actor(), ChatStatus::Open, Some(by.operator.clone()));
        }
        Ok(receipt)
    }
}

impl Rule for Ask {
    fn want(&self, wanted: &mut Wanted) {
        self.by.want(wanted);
        wanted.posts.insert((Sender::Visitor(self.by.visitor_id), self.client_id));
        wanted.ids.messages += 1;
        wanted.ids.chats += 1;
        wanted.ids.customers += 1;
    }

    fn decide(&self, decider: &mut Decider<'_>) -> Result<Receipt> {
        let Self { by, client_id, body, source } = self;
        let body = checked(body)?;
        let sender = Sender::Visitor(by.visitor_id);
        if let Some(posted) = decider.state.posted.get(&(sender, *client_id)) {
            return replay(posted, by.organization_id);
        }
        decider.head(by.organization_id)?;
        let customer_id = decider.customer(by)?;
        let renamed = decider.introduce(customer_id, &by.introduction);
        let chat_id = match decider.state.customers[&customer_id].open_chat {
            Some(chat_id) => {
                if renamed {
                    decider.record_customer(chat_id);
                }
                chat_id
            }
            None => decider.create_chat(customer_id, *source)?,
        };
        let status = decider.state.chats[&chat_id].status;
        let receipt = decider.say(chat_id, sender, *client_id, Author::Customer, body)?;
        if matches!(status, ChatStatus::Waiting | ChatStatus::Paused) {
            decider.record_status(chat_id, Actor::Customer(customer_id), ChatStatus::Open, None);
        }
        Ok(receipt)
    }
}

impl Decider<'_> {
    fn create_chat(&mut self, customer_id: CustomerId, source: Source) -> Result<ChatId> {
        let id = self.state.ids.chat()?;
        self.made.insert(id);
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
        let event = Event::ChatCreated { chat_id: id, customer: name, source };
        self.record(id, Actor::Customer(customer_id), event, None);
        Ok(id)
    }

    /// Stores a message of a chat that is known to be there.
    fn say(
        &mut self,
        chat_id: ChatId,
        sender: Sender,
        client_id: ClientId,
        author: Author,
        body: Body,
    ) -> Result<Receipt> {
        let id = self.state.ids.message()?;
        let (organization_id, customer_id) = {
            let chat = &self.state.chats[&chat_id];
            (chat.organization_id, chat.customer_id)
        };
        let seq = *self.head(organization_id)? + 1;
        let customer_seq = self.state.customers[&customer_id].seq + 1;
        let (actor, operator_id, told_name) = match &author {
            Author::Customer => (Actor::Customer(customer_id), None, None),
            Author::Operator(operator) => {
                (Actor::Operator(operator.id), Some(operator.id), Some(operator.name.clone()))
            }
        };
        let at = self.now;
        let told =
            CustomerMessage { seq: customer_seq, client_id, operator: told_name, body: body.clone(), at };
        let message = Message { id, seq, client_id, author, body: body.clone(), at };
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
            body,
            at,
        });
        let posted = Posted { organization_id, chat_id, message_id: id, seq, customer_seq };
        self.state.posted.insert((sender, client_id), posted);
        let event = Event::Message { chat_id, message };
        self.record(chat_id, actor, event, Some(CustomerEvent::Message { message: told }));
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
}

/// A message as it is kept and told: it must say something and be no document.
fn checked(body: &Body) -> Result<Body> {
    let text = text::tidy_message(body.text.clone());
    let chars = text.chars().count();
    if text::is_blank(&text) {
        return Err(Error::new(ErrorCode::MessageEmpty, "A message must have some text."));
    }
    if chars > MESSAGE_CHARS {
        return Err(Error::new(
            ErrorCode::MessageTooLong,
            format!("A message has at most {MESSAGE_CHARS} characters; this one has {chars}."),
        ));
    }
    Ok(links::body(text))
}

fn replay(posted: &Posted, organization: OrganizationId) -> Result<Receipt> {
    // An operator's ids are their own; the check keeps a moved operator from learning of another organization.
    if posted.organization_id != organization {
        return Err(Error::new(
            ErrorCode::Conflict,
            "This client id names a message elsewhere. Use a new one.",
        ));
    }
    Ok(Receipt {
        chat_id: Some(posted.chat_id),
        message_id: Some(posted.message_id),
        seq: posted.seq,
        customer_seq: posted.customer_seq,
    })
}
