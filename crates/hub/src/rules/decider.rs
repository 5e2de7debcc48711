//! One batch's decisions: the state that they are made over, and what they come to.

use std::collections::BTreeSet;
use std::fmt;

use chathub_domain::{
    ChatId, CustomerEvent, CustomerId, Event, MessageId, OperatorId, OrganizationId, Seq, Timestamp,
};

use crate::error::{Error, Result};
use crate::ports::{
    Actor, Changes, ChatHead, CustomerRecord, ErasedChat, LogState, MessageRow, Recorded, Wanted,
};

/// Something that somebody wants done, and the rule that judges it.
pub trait Rule: fmt::Debug + Send + Sync {
    /// Adds what must be loaded before this can be decided.
    fn want(&self, wanted: &mut Wanted);

    /// Judges it; a refusal leaves the state as it was.
    ///
    /// # Errors
    /// The refusal, for the one who asked.
    fn decide(&self, decider: &mut Decider<'_>) -> Result<Receipt>;
}

/// Whatever is wanted.
pub type Command = Box<dyn Rule>;

impl<R: Rule + 'static> From<R> for Command {
    fn from(rule: R) -> Self {
        Box::new(rule)
    }
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

/// One batch's decisions over one loaded state, in the order they are asked for.
pub struct Decider<'a> {
    pub(super) state: &'a mut LogState,
    pub(super) now: Timestamp,
    /// Chats that this batch has made.
    pub(super) made: BTreeSet<ChatId>,
    pub(super) events: Vec<Recorded>,
    pub(super) messages: Vec<MessageRow>,
    pub(super) erased: Vec<ErasedChat>,
    touched_heads: BTreeSet<OrganizationId>,
    pub(super) touched_customers: BTreeSet<CustomerId>,
    touched_countings: BTreeSet<CustomerId>,
    pub(super) touched_chats: BTreeSet<ChatId>,
    pub(super) touched_positions: BTreeSet<(ChatId, OperatorId)>,
}

impl<'a> Decider<'a> {
    #[must_use]
    pub fn new(state: &'a mut LogState, now: Timestamp) -> Self {
        Self {
            state,
            now,
            made: BTreeSet::new(),
            events: Vec::new(),
            messages: Vec::new(),
            erased: Vec::new(),
            touched_heads: BTreeSet::new(),
            touched_customers: BTreeSet::new(),
            touched_countings: BTreeSet::new(),
            touched_chats: BTreeSet::new(),
            touched_positions: BTreeSet::new(),
        }
    }

    /// All that was decided, to be written in one go.
    #[must_use]
    pub fn changes(self) -> Changes {
        let state = self.state;
        Changes {
            heads: self.touched_heads.iter().map(|id| (*id, state.heads[id])).collect(),
            customers: self.touched_customers.iter().map(|id| state.customers[id].clone()).collect(),
            countings: self.touched_countings.iter().map(|id| (*id, state.customers[id].seq)).collect(),
            chats: self.touched_chats.iter().map(|id| state.chats[id].clone()).collect(),
            positions: self.touched_positions.iter().map(|key| (*key, state.positions[key])).collect(),
            messages: self.messages,
            erased: self.erased,
            events: self.events,
        }
    }

    pub(super) fn head(&mut self, organization: OrganizationId) -> Result<&mut Seq> {
        self.state.heads.get_mut(&organization).ok_or_else(|| Error::not_found("organization"))
    }

    /// The chat, if it is this organization's: another one's looks like none.
    pub(super) fn chat(&mut self, organization: OrganizationId, id: ChatId) -> Result<&mut ChatHead> {
        self.state
            .chats
            .get_mut(&id)
            .filter(|chat| chat.organization_id == organization)
            .ok_or_else(|| Error::not_found("chat"))
    }

    pub(super) fn nothing(&mut self, organization: OrganizationId, chat_id: ChatId) -> Result<Receipt> {
        let seq = *self.head(organization)?;
        Ok(Receipt { chat_id: Some(chat_id), message_id: None, seq, customer_seq: 0 })
    }

    /// Gives what happened in a chat its place in the organization's log and, if the customer is told of it, in theirs.
    pub(super) fn record(
        &mut self,
        chat_id: ChatId,
        actor: Actor,
        event: Event,
        told: Option<CustomerEvent>,
    ) -> Receipt {
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
                self.touched_countings.insert(customer_id);
                customer =
                    Some(CustomerRecord { customer_id, visitor_id: head.visitor_id, seq: head.seq, event });
            }
            customer_seq = head.seq;
        }
        self.events.push(Recorded { organization_id, seq, at: self.now, actor, event, customer });
        Receipt { chat_id: Some(chat_id), message_id: None, seq, customer_seq }
    }
}
