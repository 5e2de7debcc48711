//! Fan-out: from the committed events to everybody who may see them.
//!
//! The writer publishes; each subscriber has a bounded [`mailbox`] of frames that were encoded once. Whoever does not
//! take theirs fast enough finds a note that they are behind, and takes the events from the log: a slow one never slows
//! the others or grows the process. Signals that are not in the log (typing) use the same mailboxes, and are the first
//! to be left out when one fills.

mod mailbox;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chathub_domain::error::ErrorCode;
use chathub_domain::wire::{CustomerFrame, ServerFrame};
use chathub_domain::{Event, OperatorId, OrganizationId, Seq, VisitorId};
use serde::Serialize;
use tokio::sync::watch;

use self::mailbox::Mailbox;
use crate::ports::Recorded;
use crate::unread::Change;

/// One thing for one subscriber.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// A committed event, encoded, its place in the subscriber's own counting, and, for operators, what it does to what
    /// waits to be read.
    Event { seq: Seq, frame: Arc<str>, change: Option<Change> },
    /// A committed event, as it is, for who tells something else of it.
    Seen { seq: Seq, event: Arc<Event> },
    /// There are events that are not here: they are in the log.
    Behind,
    /// Something that is true only now.
    Signal(Arc<str>),
    /// Tokens have been revoked, or visitors blocked: is this subscriber among them?
    Recheck,
    /// The subscriber must go, and why.
    Dismissed { code: ErrorCode, detail: String, reconnect: bool },
}

/// Whom a subscriber speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    Operator(OrganizationId, OperatorId),
    /// An operator who is told of the events, not the events, and no signals.
    Watcher(OrganizationId, OperatorId),
    Visitor(OrganizationId, VisitorId),
}

/// The list of subscribers. Cheap to clone.
#[derive(Clone, Default)]
pub struct Feed {
    shared: Arc<Shared>,
}

/// The std mutex: it is held for pushes to queues only, never over an await.
#[derive(Default)]
struct Shared {
    next_id: AtomicU64,
    /// Subscriptions that have not been given up, whether they are on the list still or not.
    held: watch::Sender<usize>,
    organizations: Mutex<HashMap<OrganizationId, Subscribers>>,
}

#[derive(Default)]
struct Subscribers {
    operators: Vec<(OperatorId, Entry)>,
    watchers: Vec<(OperatorId, Entry)>,
    visitors: HashMap<VisitorId, Vec<Entry>>,
}

struct Entry {
    id: u64,
    mailbox: Arc<Mailbox>,
}

/// A place on the list, given up by dropping it.
pub struct Subscription {
    audience: Audience,
    id: u64,
    mailbox: Arc<Mailbox>,
    shared: Arc<Shared>,
}

impl Subscription {
    /// The next delivery; none after a dismissal. Cancelling it loses nothing.
    pub async fn next(&mut self) -> Option<Delivery> {
        self.mailbox.next().await
    }

    /// A dismissal for good, even if other deliveries wait before it: these are not for the subscriber any more.
    pub fn revoked(&mut self) -> Option<Delivery> {
        self.mailbox.revoked()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let (organization, id) = (self.audience.organization(), self.id);
        let mut organizations = self.shared.lock();
        if let Some(subscribers) = organizations.get_mut(&organization) {
            subscribers.retain(|entry| entry.id != id);
            if subscribers.is_empty() {
                organizations.remove(&organization);
            }
        }
        drop(organizations);
        self.shared.held.send_modify(|held| *held -= 1);
    }
}

impl Audience {
    fn organization(self) -> OrganizationId {
        match self {
            Self::Operator(organization, _)
            | Self::Watcher(organization, _)
            | Self::Visitor(organization, _) => organization,
        }
    }
}

impl Feed {
    /// From now on, every event and signal for `audience` waits in the subscription's mailbox. None when the same person
    /// has `most` subscriptions already.
    #[must_use]
    pub fn subscribe(&self, audience: Audience, most: usize) -> Option<Subscription> {
        let mut organizations = self.shared.lock();
        let subscribers = organizations.entry(audience.organization()).or_default();
        if subscribers.held_by(audience) >= most {
            return None;
        }
        let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed);
        let mailbox = Arc::new(Mailbox::default());
        let entry = Entry { id, mailbox: Arc::clone(&mailbox) };
        match audience {
            Audience::Operator(_, operator) => subscribers.operators.push((operator, entry)),
            Audience::Watcher(_, operator) => subscribers.watchers.push((operator, entry)),
            Audience::Visitor(_, visitor) => subscribers.visitors.entry(visitor).or_default().push(entry),
        }
        drop(organizations);
        self.shared.held.send_modify(|held| *held += 1);
        Some(Subscription { audience, id, mailbox, shared: Arc::clone(&self.shared) })
    }

    /// Tells committed events, in their order, to all who may see them.
    pub fn publish(&self, events: impl IntoIterator<Item = Recorded>) {
        let organizations = self.shared.lock();
        for recorded in events {
            if let Some(subscribers) = organizations.get(&recorded.organization_id) {
                subscribers.tell(recorded);
            }
        }
    }

    /// Signals to the operators of an organization, but to the one who sent it.
    pub fn signal_operators(
        &self,
        organization: OrganizationId,
        except: Option<OperatorId>,
        frame: &ServerFrame,
    ) {
        let organizations = self.shared.lock();
        let Some(subscribers) = organizations.get(&organization) else { return };
        let frame = encode(frame);
        for (operator, entry) in &subscribers.operators {
            if Some(*operator) != except {
                entry.mailbox.signal(Delivery::Signal(Arc::clone(&frame)));
            }
        }
    }

    /// Signals to a visitor.
    pub fn signal_visitor(&self, organization: OrganizationId, visitor: VisitorId, frame: &CustomerFrame) {
        let organizations = self.shared.lock();
        let Some(entries) = organizations.get(&organization).and_then(|all| all.visitors.get(&visitor))
        else {
            return;
        };
        let frame = encode(frame);
        for entry in entries {
            entry.mailbox.signal(Delivery::Signal(Arc::clone(&frame)));
        }
    }

    /// Closes every subscription of an operator, telling why.
    pub fn dismiss_operator(&self, operator: OperatorId, code: ErrorCode, detail: &str) {
        let delivery = Delivery::Dismissed { code, detail: detail.to_owned(), reconnect: false };
        let mut organizations = self.shared.lock();
        for subscribers in organizations.values_mut() {
            let stays = |(id, entry): &(OperatorId, Entry)| {
                let goes = *id == operator;
                if goes {
                    entry.mailbox.dismiss(delivery.clone());
                }
                !goes
            };
            subscribers.operators.retain(stays);
            subscribers.watchers.retain(stays);
        }
    }

    /// Asks every subscription to look again at what it was let in by: its token, its page's origin.
    pub fn recheck(&self) {
        for subscribers in self.shared.lock().values() {
            let staff = subscribers.operators.iter().chain(&subscribers.watchers).map(|(_, entry)| entry);
            for entry in staff.chain(subscribers.visitors.values().flatten()) {
                entry.mailbox.recheck();
            }
        }
    }

    /// Asks every visitor's subscription in an organization whether they may still be here.
    pub fn recheck_visitors(&self, organization: OrganizationId) {
        let organizations = self.shared.lock();
        let visitors = organizations.get(&organization).map(|subscribers| subscribers.visitors.values());
        for entry in visitors.into_iter().flatten().flatten() {
            entry.mailbox.recheck();
        }
    }

    /// Waits until every subscription has been given up.
    pub async fn deserted(&self) {
        // The sender is in `self`, so that there is always a value.
        let _ = self.shared.held.subscribe().wait_for(|held| *held == 0).await;
    }

    /// Asks everybody to come back later: the server is stopping.
    pub fn dismiss_all(&self) {
        let delivery = Delivery::Dismissed {
            code: ErrorCode::GoingAway,
            detail: "The server is restarting; it will be back in a moment.".into(),
            reconnect: true,
        };
        let mut organizations = self.shared.lock();
        for subscribers in organizations.values_mut() {
            subscribers.retain(|entry| {
                entry.mailbox.dismiss(delivery.clone());
                false
            });
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, HashMap<OrganizationId, Subscribers>> {
        // A panic in between leaves a list with or without one entry, which is as good as any.
        self.organizations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscribers {
    fn tell(&self, recorded: Recorded) {
        let Recorded { seq, at, event, customer, .. } = recorded;
        if !self.watchers.is_empty() {
            let event = Arc::new(event.clone());
            for (_, entry) in &self.watchers {
                entry.mailbox.tell(Delivery::Seen { seq, event: Arc::clone(&event) });
            }
        }
        if !self.operators.is_empty() {
            let change = Change::of(&event);
            let frame = encode(&ServerFrame::Event { seq, prev: seq - 1, at, event });
            for (_, entry) in &self.operators {
                entry.mailbox.tell(Delivery::Event { seq, frame: Arc::clone(&frame), change });
            }
        }
        if let Some(record) = customer
            && let Some(entries) = self.visitors.get(&record.visitor_id)
        {
            let seq = record.seq;
            let frame = encode(&CustomerFrame::Event { seq, prev: seq - 1, at, event: record.event });
            for entry in entries {
                entry.mailbox.tell(Delivery::Event { seq, frame: Arc::clone(&frame), change: None });
            }
        }
    }

    fn retain(&mut self, mut keep: impl FnMut(&Entry) -> bool) {
        self.operators.retain(|(_, entry)| keep(entry));
        self.watchers.retain(|(_, entry)| keep(entry));
        self.visitors.retain(|_, entries| {
            entries.retain(&mut keep);
            !entries.is_empty()
        });
    }

    /// How many subscriptions the same person has.
    fn held_by(&self, audience: Audience) -> usize {
        match audience {
            Audience::Operator(_, id) | Audience::Watcher(_, id) => {
                self.operators.iter().chain(&self.watchers).filter(|(operator, _)| *operator == id).count()
            }
            Audience::Visitor(_, id) => self.visitors.get(&id).map_or(0, Vec::len),
        }
    }

    fn is_empty(&self) -> bool {
        self.operators.is_empty() && self.watchers.is_empty() && self.visitors.is_empty()
    }
}

/// A frame's JSON.
pub(crate) fn encode(frame: &impl Serialize) -> Arc<str> {
    // Frames are plain data with string keys, which serde_json always writes.
    serde_json::to_string(frame).expect("frames are always representable in JSON").into()
}

#[cfg(test)]
mod tests;
