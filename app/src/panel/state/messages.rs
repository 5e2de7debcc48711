//! The messages of one chat: the last ones, without a hole, oldest first.

use std::sync::Arc;

use chathub_domain::{Author, Message, OperatorRef, Seq};

use super::steps::step;

#[derive(Clone, Debug, Default)]
pub struct Messages {
    all: Vec<Arc<Message>>,
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
        self.all.splice(..0, older);
        if self.asked.is_none() {
            let asked = self.newest().find(|message| message.author == Author::Customer);
            self.asked = asked.map(|message| message.seq);
        }
    }

    /// In the place of all up to its end. What came as an event since the page was read stays.
    pub(super) fn put(&mut self, page: Vec<Message>) {
        let end = page.last().map_or(0, |last| last.seq);
        let known = self.newest().take_while(|message| message.seq > end).count();
        self.all.drain(..self.all.len() - known);
        self.asked = self.asked.filter(|asked| *asked > end);
        self.put_before(page);
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
