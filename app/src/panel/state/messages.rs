//! The messages of one chat: the last ones, without a hole, oldest first.

use std::ops::Range;
use std::sync::Arc;

use chathub_domain::{Author, Message, OperatorRef, Seq};

use super::steps::step;

#[derive(Clone, Debug, Default)]
pub struct Messages {
    all: Vec<Arc<Message>>,
    /// The number of the first one.
    start: i64,
    /// The customer's last one among them.
    asked: Option<Seq>,
}

impl Messages {
    /// Oldest first, to go through or to take a stretch of.
    #[must_use]
    pub fn as_slice(&self) -> &[Arc<Message>] {
        step(self.all.len());
        &self.all
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Arc<Message>> {
        self.as_slice().iter()
    }

    /// The newest first.
    pub fn newest(&self) -> impl Iterator<Item = &Arc<Message>> {
        self.all.iter().rev().inspect(|_| step(1))
    }

    /// Their numbers, oldest first: each keeps its own, whatever comes before it or is put in its place.
    #[must_use]
    pub fn numbers(&self) -> Range<i64> {
        self.start..self.start + i64::try_from(self.all.len()).unwrap_or(i64::MAX)
    }

    #[must_use]
    pub fn get(&self, number: i64) -> Option<&Arc<Message>> {
        step(1);
        self.all.get(usize::try_from(number - self.start).ok()?)
    }

    #[must_use]
    pub fn first(&self) -> Option<&Arc<Message>> {
        self.all.first()
    }

    #[must_use]
    pub fn last(&self) -> Option<&Arc<Message>> {
        self.all.last()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The customer's last one.
    pub(super) fn asked(&self) -> Option<Seq> {
        self.asked
    }

    /// At the end, unless it is there.
    pub(super) fn push(&mut self, message: &Message) -> bool {
        let is_new = self.last().is_none_or(|last| last.seq < message.seq);
        if is_new {
            self.all.push(Arc::new(message.clone()));
            if message.author == Author::Customer {
                self.asked = Some(message.seq);
            }
        }
        is_new
    }

    /// Before the first one, what of the page lies there.
    pub(super) fn put_before(&mut self, page: Vec<Message>) {
        let first = self.first().map_or(Seq::MAX, |first| first.seq);
        let older = page.into_iter().filter(|message| message.seq < first).map(Arc::new);
        let end = self.numbers().end;
        self.all.splice(..0, older);
        self.start -= self.numbers().end - end;
        if self.asked.is_none() {
            let asked = self.newest().find(|message| message.author == Author::Customer);
            self.asked = asked.map(|message| message.seq);
        }
    }

    /// In the place of all up to its end. What came as an event since the page was read stays.
    pub(super) fn put(&mut self, page: Vec<Message>) {
        let end = page.last().map_or(0, |last| last.seq);
        let last = self.last().map(|last| last.seq);
        let numbers = self.numbers();
        let known = self.newest().take_while(|message| message.seq > end).count();
        self.all.drain(..self.all.len() - known);
        self.asked = self.asked.filter(|asked| *asked > end);
        self.put_before(page);
        // The last one that was here keeps its number; if it is not here any more, there is nothing to go by.
        let place = last.and_then(|last| self.all.binary_search_by_key(&last, |message| message.seq).ok());
        self.start = match place.and_then(|place| i64::try_from(place).ok()) {
            Some(place) => numbers.end - 1 - place,
            None => numbers.end,
        };
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// An operator is called this from now on, also where they have written before.
    pub(super) fn rename(&mut self, operator: &OperatorRef) -> bool {
        step(self.all.len());
        let mut renamed = false;
        for message in &mut self.all {
            if matches!(&message.author, Author::Operator(author) if author.id == operator.id && author.name != operator.name)
            {
                Arc::make_mut(message).author = Author::Operator(operator.clone());
                renamed = true;
            }
        }
        renamed
    }
}

#[cfg(test)]
mod tests {
    use chathub_domain::{ClientId, MessageId, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn message(seq: Seq) -> Message {
        let client_id = ClientId(Uuid::from_u128(seq.into()));
        Message {
            id: MessageId(1),
            seq,
            client_id,
            author: Author::Customer,
            body: "?".into(),
            at: Timestamp(0),
        }
    }

    fn page(seqs: Range<Seq>) -> Vec<Message> {
        seqs.map(message).collect()
    }

    #[test]
    fn a_message_keeps_its_number() {
        let mut messages = Messages::default();
        messages.put(page(50..60));
        let number = |messages: &Messages, seq: Seq| {
            messages.numbers().find(|number| messages.get(*number).is_some_and(|message| message.seq == seq))
        };
        let (first, last) = (number(&messages, 50), number(&messages, 59));
        assert!(first.is_some() && last.is_some());
        messages.push(&message(60));
        messages.put_before(page(20..50));
        assert_eq!((number(&messages, 50), number(&messages, 59)), (first, last));
        // The last page again, and what came meanwhile: the former ones are not here any more.
        messages.put(page(55..70));
        assert_eq!((number(&messages, 20), number(&messages, 59)), (None, last));
        assert_eq!(messages.numbers().count(), 15);
        // Nothing of it was known: nothing can take another's number.
        let end = messages.numbers().end;
        messages.put(page(100..110));
        assert_eq!(messages.numbers(), end..end + 10);
    }
}
