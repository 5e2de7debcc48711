//! The rules: what a command does to the present. Pure, so that the writer can run them inside its transaction and
//! every test can run them on a table of cases.
//!
//! The rules, in words:
//! - A customer's message goes to their one open chat, or makes one. It reopens a chat that waited or was on pause.
//! - An operator's message may go to any chat of the organization. The first answer opens a new chat and takes it;
//!   an answer to a closed chat reopens it, unless the customer has begun another.
//! - The same (sender, client id) again is the first one: nothing happens twice.
//! - Read positions only move forward, and never past what has been said.
//! - Erasing takes a chat and, with a customer's last one, what they are called; it leaves the numbers: nobody's
//!   counting gets a hole, and a customer who comes back goes on with theirs.

mod command;
mod record;

use std::collections::BTreeSet;

pub use command::{Clerk, Command, Guest, Member, Receipt};

use chathub_domain::error::ErrorCode;
use chathub_domain::event::Reader;
use chathub_domain::limits::MESSAGE_CHARS;
use chathub_domain::{
    Author, ChatId, ChatStatus, ClientId, CustomerEvent, CustomerId, Event, OperatorId, OperatorRef,
    OrganizationId, Seq, Source, Timestamp, text,
};

use crate::error::{Error, Result};
use crate::ports::{Changes, ChatHead, ErasedChat, LogState, MarkAt, MessageRow, Posted, Recorded, Sender};

/// One batch's decisions over one loaded state, in the order they are asked for.
pub struct Decider<'a> {
    state: &'a mut LogState,
    now: Timestamp,
    /// Chats from this id on are made in this batch.
    first_new: i64,
    events: Vec<Recorded>,
    messages: Vec<MessageRow>,
    erased: Vec<ErasedChat>,
    touched_heads: BTreeSet<OrganizationId>,
    touched_customers: BTreeSet<CustomerId>,
    touched_chats: BTreeSet<ChatId>,
    touched_positions: BTreeSet<(ChatId, OperatorId)>,
}

impl<'a> Decider<'a> {
    #[must_use]
    pub fn new(state: &'a mut LogState, now: Timestamp) -> Self {
        let first_new = state.next.chat;
        Self {
            state,
            now,
            first_new,
            events: Vec::new(),
            messages: Vec::new(),
            erased: Vec::new(),
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
            Command::Erase { by, chat_id } => self.erase(&by, chat_id),
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
            erased: self.erased,
            events: self.events,
        }
    }

    fn answer(&mut self, by: &Member, chat_id: ChatId, client_id: ClientId, text: String) -> Result<Receipt> {
        let text = checked(text)?;
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
        let text = checked(text)?;
        let sender = Sender::Visitor(by.visitor_id);
        if let Some(posted) = self.state.posted.get(&(sender, client_id)) {
            return replay(posted, by.organization_id);
        }
        self.head(by.organization_id)?;
        let customer_id = self.customer(by);
        let renamed = self.introduce(customer_id, &by.introduction);
        let chat_id = match self.state.customers[&customer_id].open_chat {
            Some(chat_id) => {
                if renamed {
                    self.record_customer(chat_id);
                }
                chat_id
            }
            None => self.create_chat(customer_id, source),
        };
        let status = self.state.chats[&chat_id].status;
        let receipt = self.say(chat_id, sender, client_id, Author::Customer, text)?;
        if matches!(status, ChatStatus::Waiting | ChatStatus::Paused) {
            self.record_status(chat_id, ChatStatus::Open, None);
        }
        Ok(receipt)
    }

    fn set_status(&mut self, by: &Clerk, chat_id: ChatId, status: ChatStatus) -> Result<Receipt> {
        let before = self.chat(by.organization_id, chat_id)?.status;
        if before == status {
            return self.nothing(by.organization_id, chat_id);
        }
        if before == ChatStatus::Closed {
            self.may_reopen(chat_id)?;
        }
        Ok(self.record_status(chat_id, status, by.operator.clone()))
    }

    fn erase(&mut self, by: &Clerk, chat_id: ChatId) -> Result<Receipt> {
        // Nobody has been told of a chat that this batch makes; erased at once, it would leave its ids to another.
        if chat_id.0 >= self.first_new {
            return Err(Error::not_found("chat"));
        }
        self.chat(by.organization_id, chat_id)?;
        Ok(self.record_erased(chat_id))
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

    fn nothing(&mut self, organization: OrganizationId, chat_id: ChatId) -> Result<Receipt> {
        let seq = *self.head(organization)?;
        Ok(Receipt { chat_id: Some(chat_id), message_id: None, seq, customer_seq: 0 })
    }
}

/// A message as it is kept: it must say something and be no document.
fn checked(text: String) -> Result<String> {
    let text = text::tidy_message(text);
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
    Ok(text)
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
