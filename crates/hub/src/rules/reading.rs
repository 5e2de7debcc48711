//! How far somebody has read.

use chathub_domain::event::Reader;
use chathub_domain::{ChatId, CustomerEvent, Event, Seq};

use super::decider::{Decider, Receipt, Rule};
use super::who::{Guest, Member};
use crate::error::Result;
use crate::ports::{Actor, MarkAt, Wanted};

/// An operator has read the chat up to `seq`.
#[derive(Debug)]
pub struct Read {
    pub by: Member,
    pub chat_id: ChatId,
    pub seq: Seq,
}

/// A customer has read up to `seq` of their own counting.
#[derive(Debug)]
pub struct ReadByCustomer {
    pub by: Guest,
    pub seq: Seq,
}

impl Rule for Read {
    fn want(&self, wanted: &mut Wanted) {
        let Self { by, chat_id, seq } = self;
        by.want(*chat_id, wanted);
        wanted.positions.insert((*chat_id, by.operator.id));
        wanted.marks.insert(MarkAt::Chat(by.organization_id, *chat_id, *seq));
    }

    fn decide(&self, decider: &mut Decider<'_>) -> Result<Receipt> {
        let Self { by, chat_id, seq } = self;
        decider.chat(by.organization_id, *chat_id)?;
        let key = (*chat_id, by.operator.id);
        let before = decider.state.positions.get(&key).copied().unwrap_or(0);
        let mark = decider.state.marks.get(&MarkAt::Chat(by.organization_id, *chat_id, *seq)).copied();
        let Some(mark) = mark.filter(|mark| mark.seq > before) else {
            return decider.nothing(by.organization_id, *chat_id);
        };
        decider.state.positions.insert(key, mark.seq);
        decider.touched_positions.insert(key);
        let chat = decider.chat(by.organization_id, *chat_id)?;
        let first_to_read = mark.seq > chat.read_by_operators;
        chat.read_by_operators = chat.read_by_operators.max(mark.seq);
        let reader = Reader::Operator(by.operator.clone());
        let event = Event::Read { chat_id: *chat_id, reader, up_to: mark.seq };
        let told = first_to_read.then_some(CustomerEvent::Read { up_to: mark.customer_seq });
        Ok(decider.record(*chat_id, by.actor(), event, told))
    }
}

impl Rule for ReadByCustomer {
    fn want(&self, wanted: &mut Wanted) {
        let Self { by, seq } = self;
        by.want(wanted);
        wanted.marks.insert(MarkAt::Visitor(by.organization_id, by.visitor_id, *seq));
    }

    fn decide(&self, decider: &mut Decider<'_>) -> Result<Receipt> {
        let Self { by, seq } = self;
        let place = MarkAt::Visitor(by.organization_id, by.visitor_id, *seq);
        let Some(mark) = decider.state.marks.get(&place).copied() else {
            let head = *decider.head(by.organization_id)?;
            return Ok(Receipt { chat_id: None, message_id: None, seq: head, customer_seq: *seq });
        };
        let chat = decider.chat(by.organization_id, mark.chat_id)?;
        if mark.seq <= chat.read_by_customer {
            return decider.nothing(by.organization_id, mark.chat_id);
        }
        chat.read_by_customer = mark.seq;
        let actor = Actor::Customer(chat.customer_id);
        let event = Event::Read { chat_id: mark.chat_id, reader: Reader::Customer, up_to: mark.seq };
        Ok(decider.record(mark.chat_id, actor, event, None))
    }
}
