//! Who is subscribed in one organization, and what an event is for each of them.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use chathub_domain::wire::{CustomerFrame, ServerFrame};
use chathub_domain::{OperatorId, VisitorId};

use super::delivery::{Audience, Delivery, encode};
use super::mailbox::Mailbox;
use crate::ports::Recorded;
use crate::unread::Change;

#[derive(Default)]
pub(super) struct Subscribers {
    operators: Entries<OperatorId>,
    watchers: Entries<OperatorId>,
    visitors: Entries<VisitorId>,
}

/// Mailboxes by whom they belong to. To come and to go costs what the same person has.
struct Entries<K>(HashMap<K, Vec<Entry>>);

struct Entry {
    id: u64,
    mailbox: Arc<Mailbox>,
}

/// Who is there to be told an event.
pub(super) struct Listeners {
    operators: bool,
    watchers: bool,
    visitor: bool,
}

/// An event for those who are there to be told it, each encoded once.
pub(super) struct Told {
    operators: Option<Delivery>,
    watchers: Option<Delivery>,
    visitor: Option<(VisitorId, Delivery)>,
}

impl Told {
    pub fn new(recorded: Recorded, to: &Listeners) -> Self {
        let Recorded { seq, at, event, customer, .. } = recorded;
        let watchers = to.watchers.then(|| Delivery::Seen { seq, event: Arc::new(event.clone()) });
        let operators = to.operators.then(|| {
            let change = Change::of(&event);
            let frame = encode(&ServerFrame::Event { seq, prev: seq - 1, at, event });
            Delivery::Event { seq, frame, change }
        });
        let visitor = customer.filter(|_| to.visitor).map(|record| {
            let seq = record.seq;
            let frame = encode(&CustomerFrame::Event { seq, prev: seq - 1, at, event: record.event });
            (record.visitor_id, Delivery::Event { seq, frame, change: None })
        });
        Self { operators, watchers, visitor }
    }
}

impl Subscribers {
    pub fn add(&mut self, audience: Audience, id: u64, mailbox: Arc<Mailbox>) {
        let entry = Entry { id, mailbox };
        match audience {
            Audience::Operator(_, operator) => self.operators.add(operator, entry),
            Audience::Watcher(_, operator) => self.watchers.add(operator, entry),
            Audience::Visitor(_, visitor) => self.visitors.add(visitor, entry),
        }
    }

    pub fn remove(&mut self, audience: Audience, id: u64) {
        match audience {
            Audience::Operator(_, operator) => self.operators.remove(operator, id),
            Audience::Watcher(_, operator) => self.watchers.remove(operator, id),
            Audience::Visitor(_, visitor) => self.visitors.remove(visitor, id),
        }
    }

    /// How many subscriptions the same person has.
    pub fn held_by(&self, audience: Audience) -> usize {
        match audience {
            Audience::Operator(_, id) | Audience::Watcher(_, id) => {
                self.operators.of(id).len() + self.watchers.of(id).len()
            }
            Audience::Visitor(_, id) => self.visitors.of(id).len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.operators.0.is_empty() && self.watchers.0.is_empty() && self.visitors.0.is_empty()
    }

    pub fn listeners(&self, recorded: &Recorded) -> Listeners {
        Listeners {
            operators: !self.operators.0.is_empty(),
            watchers: !self.watchers.0.is_empty(),
            visitor: recorded
                .customer
                .as_ref()
                .is_some_and(|record| self.visitors.0.contains_key(&record.visitor_id)),
        }
    }

    pub fn tell(&self, told: &Told) {
        if let Some(delivery) = &told.watchers {
            self.watchers.all().for_each(|mailbox| mailbox.tell(delivery.clone()));
        }
        if let Some(delivery) = &told.operators {
            self.operators.all().for_each(|mailbox| mailbox.tell(delivery.clone()));
        }
        if let Some((visitor, delivery)) = &told.visitor {
            for Entry { mailbox, .. } in self.visitors.of(*visitor) {
                mailbox.tell(delivery.clone());
            }
        }
    }

    pub fn signal_operators(&self, except: Option<OperatorId>, frame: &Arc<str>) {
        for (operator, entries) in &self.operators.0 {
            if Some(*operator) != except {
                signal(entries, frame);
            }
        }
    }

    pub fn signal_visitor(&self, visitor: VisitorId, frame: &Arc<str>) {
        signal(self.visitors.of(visitor), frame);
    }

    pub fn recheck(&self) {
        self.operators.all().chain(self.watchers.all()).for_each(Mailbox::recheck);
        self.recheck_visitors();
    }

    pub fn recheck_visitors(&self) {
        self.visitors.all().for_each(Mailbox::recheck);
    }

    pub fn dismiss_operator(&mut self, operator: OperatorId, dismissal: &Delivery) {
        for entries in [&mut self.operators, &mut self.watchers] {
            for Entry { mailbox, .. } in entries.0.remove(&operator).unwrap_or_default() {
                mailbox.dismiss(dismissal.clone());
            }
        }
    }

    pub fn dismiss(&self, dismissal: &Delivery) {
        for mailbox in self.operators.all().chain(self.watchers.all()).chain(self.visitors.all()) {
            mailbox.dismiss(dismissal.clone());
        }
    }
}

fn signal(entries: &[Entry], frame: &Arc<str>) {
    for Entry { mailbox, .. } in entries {
        mailbox.signal(Delivery::Signal(Arc::clone(frame)));
    }
}

impl<K: Eq + Hash> Entries<K> {
    fn add(&mut self, whose: K, entry: Entry) {
        self.0.entry(whose).or_default().push(entry);
    }

    fn remove(&mut self, whose: K, id: u64) {
        if let Some(entries) = self.0.get_mut(&whose) {
            entries.retain(|entry| entry.id != id);
            if entries.is_empty() {
                self.0.remove(&whose);
            }
        }
    }

    fn of(&self, whose: K) -> &[Entry] {
        self.0.get(&whose).map_or(&[], Vec::as_slice)
    }

    fn all(&self) -> impl Iterator<Item = &Mailbox> {
        self.0.values().flatten().map(|entry| &*entry.mailbox)
    }
}

impl<K> Default for Entries<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}
