//! The rules: what a command does to the present. Pure, so that the writer can run them inside its transaction and
//! every test can run them on a table of cases.
//!
//! The rules, in words:
//! - A customer's message goes to their one open chat, or makes one. It reopens a chat that waited or was on pause.
//! - An operator's message may go to any chat of the organization. The first answer opens a new chat and takes it;
//!   an answer to a closed chat reopens it, unless the customer has begun another.
//! - The same (sender, client id) again is the first one: nothing happens twice.
//! - Read positions only move forward, and never past what has been said.

use std::collections::BTreeSet;

use chathub_domain::chat::CustomerMessage;
use chathub_domain::error::ErrorCode;
use chathub_domain::event::Reader;
use chathub_domain::limits::MESSAGE_CHARS;
use chathub_domain::{
    Author, ChatId, ChatStatus, ClientId, CustomerEvent, CustomerId, Event, Message, MessageId, OperatorId,
    OperatorRef, OrganizationId, Seq, Source, Timestamp, VisitorId,
};

use crate::error::{Error, Result};
use crate::ports::{
    Changes, ChatHead, CustomerHead, CustomerRecord, LogState, MarkAt, MessageRow, Posted, Recorded, Sender,
    Wanted,
};

/// Something that somebody wants done.
#[derive(Clone, Debug)]
pub enum Command {
    /// An operator's message.
    Answer {
        by: Member,
        chat_id: ChatId,
        client_id: ClientId,
        text: String,
    },
    /// A customer's message.
    Ask {
        by: Guest,
        client_id: ClientId,
        text: String,
        source: Source,
    },
    SetStatus {
        by: Member,
        chat_id: ChatId,
        status: ChatStatus,
    },
    /// The operator, if any, has been looked up in this organization.
    Assign {
        by: Member,
        chat_id: ChatId,
        operator: Option<OperatorRef>,
    },
    /// An operator has read the chat up to `seq`.
    Read {
        by: Member,
        chat_id: ChatId,
        seq: Seq,
    },
    /// A customer has read up to `seq` of their own counting.
    ReadByCustomer {
        by: Guest,
        seq: Seq,
    },
}

/// An operator at work in their organization.
#[derive(Clone, Debug)]
pub struct Member {
    pub organization_id: OrganizationId,
    pub operator: OperatorRef,
}

/// A visitor of an organization.
#[derive(Clone, Debug)]
pub struct Guest {
    pub organization_id: OrganizationId,
    pub visitor_id: VisitorId,
    /// What to call a customer that is made now.
    pub name: String,
}

/// What a command came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub chat_id: Option<ChatId>,
    /// The message, where there is one.
    pub message_id: Option<MessageId>,
    /// Where in the log it is; for a command that changed nothing, the head.
    pub seq: Seq,
    /// The same place as the customer counts.
    pub customer_seq: Seq,
}

impl Command {
    /// Adds what must be loaded before this can be decided.
    pub fn want(&self, wanted: &mut Wanted) {
        match self {
            Self::Answer { by, chat_id, client_id, .. } => {
                by.want(*chat_id, wanted);
                wanted.posts.insert((Sender::Operator(by.operator.id), *client_id));
            }
            Self::Ask { by, client_id, .. } => {
                by.want(wanted);
                wanted.posts.insert((Sender::Visitor(by.visitor_id), *client_id));
            }
            Self::SetStatus { by, chat_id, .. } | Self::Assign { by, chat_id, .. } => {
                by.want(*chat_id, wanted);
            }
            Self::Read { by, chat_id, seq } => {
                by.want(*chat_id, wanted);
                wanted.positions.insert((*chat_id, by.operator.id));
                wanted.marks.insert(MarkAt::Chat(by.organization_id, *chat_id, *seq));
            }
            Self::ReadByCustomer { by, seq } => {
                by.want(wanted);
                wanted.marks.insert(MarkAt::Visitor(by.organization_id, by.visitor_id, *seq));
            }
        }
    }
}

impl Member {
    fn want(&self, chat: ChatId, wanted: &mut Wanted) {
        wanted.organizations.insert(self.organization_id);
        wanted.chats.insert((self.organization_id, chat));
    }
}

impl Guest {
    fn want(&self, wanted: &mut Wanted) {
        wanted.organizations.insert(self.organization_id);
        wanted.visitors.insert((self.organization_id, self.visitor_id));
    }
}

/// One batch's decisions over one loaded state, in the order they are asked for.
pub struct Decider<'a> {
    state: &'a mut LogState,
    now: Timestamp,
    events: Vec<Recorded>,
    messages: Vec<MessageRow>,
    touched_heads: BTreeSet<OrganizationId>,
    touched_customers: BTreeSet<CustomerId>,
    touched_chats: BTreeSet<ChatId>,
    touched_positions: BTreeSet<(ChatId, OperatorId)>,
}

impl<'a> Decider<'a> {
    #[must_use]
    pub fn new(state: &'a mut LogState, now: Timestamp) -> Self {
        Self {
            state,
            now,
            events: Vec::new(),
            messages: Vec::new(),
            touched_heads: BTreeSet::new(),
            touched_customers: BTreeSet::new(),
            touched_chats: BTreeSet::new(),
            touched_positions: BTreeSet::new(),
        }
    }

    /// Judges one command; a refusal leaves the state as it was.
    ///
    /// # Errors
    /// The refusal, for the one who asked.
    pub fn decide(&mut self, command: Command) -> Result<Receipt> {
        match command {
            Command::Answer { by, chat_id, client_id, text } => self.answer(&by, chat_id, client_id, text),
            Command::Ask { by, client_id, text, source } => self.ask(&by, client_id, text, source),
            Command::SetStatus { by, chat_id, status } => self.set_status(&by, chat_id, status),
            Command::Assign { by, chat_id, operator } => self.assign(&by, chat_id, operator),
            Command::Read { by, chat_id, seq } => self.read(&by, chat_id, seq),
            Command::ReadByCustomer { by, seq } => self.read_by_customer(&by, seq),
        }
    }

    /// All that was decided, to be written in one go.
    #[must_use]
    pub fn changes(self) -> Changes {
        let state = self.state;
        Changes {
            heads: self.touched_heads.iter().map(|id| (*id, state.heads[id])).collect(),
            customers: self.touched_customers.iter().map(|id| state.customers[id].clone()).collect(),
            chats: self.touched_chats.iter().map(|id| state.chats[id].clone()).collect(),
            positions: self.touched_positions.iter().map(|key| (*key, state.positions[key])).collect(),
            messages: self.messages,
            events: self.events,
        }
    }

    fn answer(&mut self, by: &Member, chat_id: ChatId, client_id: ClientId, text: String) -> Result<Receipt> {
        check_text(&text)?;
        let sender = Sender::Operator(by.operator.id);
        if let Some(posted) = self.state.posted.get(&(sender, client_id)) {
            return replay(posted, by.organization_id);
        }
        let chat = self.chat(by.organization_id, chat_id)?;
        let (status, taken) = (chat.status, chat.operator_id.is_some());
        if status == ChatStatus::Closed {
            self.may_reopen(chat_id)?;
        }
        let author = Author::Operator(by.operator.clone());
        let receipt = self.say(chat_id, sender, client_id, author, text)?;
        if !taken {
            self.record_assigned(chat_id, Some(by.operator.clone()));
        }
        if matches!(status, ChatStatus::New | ChatStatus::Closed) {
            self.record_status(chat_id, ChatStatus::Open, Some(by.operator.clone()));
        }
        Ok(receipt)
    }

    fn ask(&mut self, by: &Guest, client_id: ClientId, text: String, source: Source) -> Result<Receipt> {
        check_text(&text)?;
        let sender = Sender::Visitor(by.visitor_id);
        if let Some(posted) = self.state.posted.get(&(sender, client_id)) {
            return replay(posted, by.organization_id);
        }
        self.head(by.organization_id)?;
        let customer_id = self.customer(by);
        let chat_id = match self.state.customers[&customer_id].open_chat {
            Some(chat_id) => chat_id,
            None => self.create_chat(customer_id, source),
        };
        let status = self.state.chats[&chat_id].status;
        let receipt = self.say(chat_id, sender, client_id, Author::Customer, text)?;
        if matches!(status, ChatStatus::Waiting | ChatStatus::Paused) {
            self.record_status(chat_id, ChatStatus::Open, None);
        }
        Ok(receipt)
    }

    fn set_status(&mut self, by: &Member, chat_id: ChatId, status: ChatStatus) -> Result<Receipt> {
        let before = self.chat(by.organization_id, chat_id)?.status;
        if before == status {
            return self.nothing(by.organization_id, chat_id);
        }
        if before == ChatStatus::Closed {
            self.may_reopen(chat_id)?;
        }
        Ok(self.record_status(chat_id, status, Some(by.operator.clone())))
    }

    fn assign(&mut self, by: &Member, chat_id: ChatId, operator: Option<OperatorRef>) -> Result<Receipt> {
        let before = self.chat(by.organization_id, chat_id)?.operator_id;
        if before == operator.as_ref().map(|operator| operator.id) {
            return self.nothing(by.organization_id, chat_id);
        }
        Ok(self.record_assigned(chat_id, operator))
    }

    fn read(&mut self, by: &Member, chat_id: ChatId, seq: Seq) -> Result<Receipt> {
        self.chat(by.organization_id, chat_id)?;
        let key = (chat_id, by.operator.id);
        let before = self.state.positions.get(&key).copied().unwrap_or(0);
        let mark = self.state.marks.get(&MarkAt::Chat(by.organization_id, chat_id, seq)).copied();
        let Some(mark) = mark.filter(|mark| mark.seq > before) else {
            return self.nothing(by.organization_id, chat_id);
        };
        self.state.positions.insert(key, mark.seq);
        self.touched_positions.insert(key);
        let chat = self.chat(by.organization_id, chat_id)?;
        let first_to_read = mark.seq > chat.read_by_operators;
        chat.read_by_operators = chat.read_by_operators.max(mark.seq);
        let reader = Reader::Operator(by.operator.clone());
        let event = Event::Read { chat_id, reader, up_to: mark.seq };
        let told = first_to_read.then_some(CustomerEvent::Read { up_to: mark.customer_seq });
        Ok(self.record(chat_id, event, told))
    }

    fn read_by_customer(&mut self, by: &Guest, seq: Seq) -> Result<Receipt> {
        let mark = self.state.marks.get(&MarkAt::Visitor(by.organization_id, by.visitor_id, seq)).copied();
        let Some(mark) = mark else {
            let head = *self.head(by.organization_id)?;
            return Ok(Receipt { chat_id: None, message_id: None, seq: head, customer_seq: seq });
        };
        let chat = self.chat(by.organization_id, mark.chat_id)?;
        if mark.seq <= chat.read_by_customer {
            return self.nothing(by.organization_id, mark.chat_id);
        }
        chat.read_by_customer = mark.seq;
        let event = Event::Read { chat_id: mark.chat_id, reader: Reader::Customer, up_to: mark.seq };
        Ok(self.record(mark.chat_id, event, None))
    }

    fn head(&mut self, organization: OrganizationId) -> Result<&mut Seq> {
        self.state.heads.get_mut(&organization).ok_or_else(|| Error::not_found("organization"))
    }

    /// The chat, if it is this organization's: another one's looks like none.
    fn chat(&mut self, organization: OrganizationId, id: ChatId) -> Result<&mut ChatHead> {
        self.state
            .chats
            .get_mut(&id)
            .filter(|chat| chat.organization_id == organization)
            .ok_or_else(|| Error::not_found("chat"))
    }

    /// A customer has one open chat: a closed one stays closed while they have another.
    fn may_reopen(&self, chat_id: ChatId) -> Result<()> {
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

    fn customer(&mut self, guest: &Guest) -> CustomerId {
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
                name: guest.name.clone(),
                seq: 0,
                open_chat: None,
            },
        );
        self.touched_customers.insert(id);
        id
    }

    fn create_chat(&mut self, customer_id: CustomerId, source: Source) -> ChatId {
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
        self.set_open_chat(customer_id, Some(id));
        self.record(id, Event::ChatCreated { chat_id: id, customer: name, source }, None);
        id
    }

    fn set_open_chat(&mut self, customer_id: CustomerId, chat: Option<ChatId>) {
        if let Some(customer) = self.state.customers.get_mut(&customer_id) {
            customer.open_chat = chat;
            self.touched_customers.insert(customer_id);
        }
    }

    /// Stores a message of a chat that is known to be there.
    fn say(
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
        let told = CustomerMessage {
            seq: customer_seq,
            client_id,
            operator: told_name,
            text: text.clone(),
            at: self.now,
        };
        let message = Message { id, seq, client_id, author, text: text.clone(), at: self.now };
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
        if let Some(chat) = self.state.chats.get_mut(&chat_id) {
            chat.last_seq = seq;
            chat.updated_at = self.now;
        }
        Ok(Receipt { chat_id: Some(chat_id), message_id: Some(id), seq, customer_seq })
    }

    fn record_status(&mut self, chat_id: ChatId, status: ChatStatus, by: Option<OperatorRef>) -> Receipt {
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

    fn record_assigned(&mut self, chat_id: ChatId, operator: Option<OperatorRef>) -> Receipt {
        if let Some(chat) = self.state.chats.get_mut(&chat_id) {
            chat.operator_id = operator.as_ref().map(|operator| operator.id);
        }
        self.record(chat_id, Event::Assigned { chat_id, operator }, None)
    }

    /// Gives the event its place in the organization's log and, if the customer is told of it, in theirs.
    fn record(&mut self, chat_id: ChatId, event: Event, told: Option<CustomerEvent>) -> Receipt {
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

    fn nothing(&mut self, organization: OrganizationId, chat_id: ChatId) -> Result<Receipt> {
        let seq = *self.head(organization)?;
        Ok(Receipt { chat_id: Some(chat_id), message_id: None, seq, customer_seq: 0 })
    }
}

/// A message must say something and be no document.
fn check_text(text: &str) -> Result<()> {
    let chars = text.chars().count();
    if text.trim().is_empty() {
        return Err(Error::new(ErrorCode::MessageEmpty, "A message must have some text."));
    }
    if chars > MESSAGE_CHARS {
        return Err(Error::new(
            ErrorCode::MessageTooLong,
            format!("A message has at most {MESSAGE_CHARS} characters; this one has {chars}."),
        ));
    }
    Ok(())
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

#[cfg(test)]
mod tests;
