//! Fan-out: from the committed events to everybody who may see them.
//!
//! The writer publishes; each subscriber has a bounded [`mailbox`] of frames that were encoded once. Whoever does not
//! take theirs fast enough finds a note that they are behind, and takes the events from the log: a slow one never slows
//! the others or grows the process. Signals that are not in the log (typing) use the same mailboxes, and are the first
//! to be left out when one fills.
//!
//! Each organization with subscribers is a [`room`] that knows how far it has been told. What another process has written,
//! it learns from the [`Relay`] or by looking at the log's heads, and reads in the log.

mod delivery;
mod mailbox;
mod room;
mod subscribers;

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chathub_domain::error::ErrorCode;
use chathub_domain::wire::{CustomerFrame, ServerFrame};
use chathub_domain::{OperatorId, OrganizationId, VisitorId};
use tokio::sync::{Notify, watch};

pub(crate) use self::delivery::encode;
pub use self::delivery::{Audience, Delivery};
use self::mailbox::Mailbox;
use self::room::{Entered, Room};
use self::subscribers::Subscribers;
use crate::ports::{Log, Notice, PortError, Recorded, Relay};

/// The list of subscribers. Cheap to clone.
#[derive(Clone)]
pub struct Feed {
    shared: Arc<Shared>,
}

struct Shared {
    log: Arc<dyn Log>,
    relay: Arc<dyn Relay>,
    next_id: AtomicU64,
    /// Subscriptions that have not been given up, whether they are on the list still or not.
    held: watch::Sender<usize>,
    /// The organizations that somebody is subscribed to. The std lock is held for looking up and putting in only.
    rooms: RwLock<HashMap<OrganizationId, Arc<Room>>>,
    look: Notify,
}

/// A place on the list, given up by dropping it.
pub struct Subscription {
    audience: Audience,
    id: u64,
    mailbox: Arc<Mailbox>,
    room: Arc<Room>,
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
        self.shared.with(&self.room, |subscribers| subscribers.remove(self.audience, self.id));
        self.shared.held.send_if_modified(|held| {
            *held -= 1;
            *held == 0
        });
    }
}

impl Feed {
    #[must_use]
    pub fn new(log: Arc<dyn Log>, relay: Arc<dyn Relay>) -> Self {
        let shared = Shared {
            log,
            relay,
            next_id: AtomicU64::default(),
            held: watch::Sender::default(),
            rooms: RwLock::default(),
            look: Notify::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// From now on, every event and signal for `audience` waits in the subscription's mailbox: all that is not in the log
    /// yet when this returns, and maybe some that is. None when the same person has `most` subscriptions already.
    ///
    /// # Errors
    /// When the log can't be read.
    pub async fn subscribe(
        &self,
        audience: Audience,
        most: usize,
    ) -> Result<Option<Subscription>, PortError> {
        let Some(subscription) = self.enter(audience, most) else { return Ok(None) };
        subscription.room.begin().await?;
        Ok(Some(subscription))
    }

    fn enter(&self, audience: Audience, most: usize) -> Option<Subscription> {
        let shared = &self.shared;
        let id = shared.next_id.fetch_add(1, Ordering::Relaxed);
        let mailbox = Arc::new(Mailbox::default());
        let room = loop {
            let room = shared.room_for(audience.organization());
            match room.enter(audience, id, &mailbox, most) {
                Entered::In => break room,
                Entered::Full => {
                    shared.with(&room, |_| ());
                    return None;
                }
                Entered::Gone => shared.forget(&room),
            }
        };
        shared.held.send_modify(|held| *held += 1);
        Some(Subscription { audience, id, mailbox, room, shared: Arc::clone(shared) })
    }

    /// Tells committed events, in their order, to all who may see them.
    pub fn publish(&self, events: impl IntoIterator<Item = Recorded>) {
        let mut reached = BTreeMap::new();
        for recorded in events {
            reached.insert(recorded.organization_id, recorded.seq);
            if let Some(room) = self.shared.room(recorded.organization_id) {
                room.tell(recorded);
            }
        }
        for (organization, seq) in reached {
            self.shared.relay.tell(&Notice::Reached { organization, seq });
        }
    }

    /// Signals to the operators of an organization, but to the one who sent it.
    pub fn signal_operators(
        &self,
        organization: OrganizationId,
        except: Option<OperatorId>,
        frame: &ServerFrame,
    ) {
        self.tell_all(&Notice::ForOperators { organization, except, frame: encode(frame) });
    }

    /// Signals to a visitor.
    pub fn signal_visitor(&self, organization: OrganizationId, visitor: VisitorId, frame: &CustomerFrame) {
        self.tell_all(&Notice::ForVisitor { organization, visitor, frame: encode(frame) });
    }

    /// Closes every subscription of an operator, telling why.
    pub fn dismiss_operator(
        &self,
        organization: OrganizationId,
        operator: OperatorId,
        code: ErrorCode,
        detail: &str,
    ) {
        let detail = detail.to_owned();
        self.tell_all(&Notice::Dismissed { organization, operator, code, detail });
    }

    /// Asks every subscription to look again at what it was let in by: its token, its page's origin.
    pub fn recheck(&self) {
        self.tell_all(&Notice::Recheck);
    }

    /// The same for those of this node alone: of what every node finds out by itself.
    pub fn recheck_here(&self) {
        self.hear(&Notice::Recheck);
    }

    /// Asks every visitor's subscription in an organization whether they may still be here.
    pub fn recheck_visitors(&self, organization: OrganizationId) {
        self.tell_all(&Notice::RecheckVisitors { organization });
    }

    fn tell_all(&self, notice: &Notice) {
        self.hear(notice);
        self.shared.relay.tell(notice);
    }

    /// Does for the subscribers of this node what a notice asks for, whichever node's it is.
    pub fn hear(&self, notice: &Notice) {
        match notice {
            Notice::Reached { organization, seq } => {
                if let Some(room) = self.shared.room(*organization) {
                    room.reached(*seq);
                }
            }
            Notice::ForOperators { organization, except, frame } => {
                self.shared.in_room(*organization, |all| all.signal_operators(*except, frame));
            }
            Notice::ForVisitor { organization, visitor, frame } => {
                self.shared.in_room(*organization, |all| all.signal_visitor(*visitor, frame));
            }
            Notice::Recheck => self.shared.in_every_room(|all| all.recheck()),
            Notice::RecheckVisitors { organization } => {
                self.shared.in_room(*organization, |all| all.recheck_visitors());
            }
            Notice::Dismissed { organization, operator, code, detail } => {
                let (code, detail) = (*code, detail.clone());
                let dismissal = Delivery::Dismissed { code, detail, reconnect: false };
                self.shared.in_room(*organization, |all| all.dismiss_operator(*operator, &dismissal));
            }
        }
    }

    /// Looks how far the log has got in every organization that somebody here is subscribed to: what nobody has told of
    /// is read and told.
    ///
    /// # Errors
    /// When the log can't be read.
    pub async fn look(&self) -> Result<(), PortError> {
        let organizations: Vec<_> = self.shared.rooms().into_iter().map(|room| room.organization).collect();
        if organizations.is_empty() {
            return Ok(());
        }
        for (organization, seq) in self.shared.log.heads(&organizations).await? {
            self.hear(&Notice::Reached { organization, seq });
        }
        Ok(())
    }

    /// Another process has done something: a look is worthwhile.
    pub fn look_soon(&self) {
        self.shared.look.notify_one();
    }

    /// Waits until a look is worthwhile.
    pub async fn worth_a_look(&self) {
        self.shared.look.notified().await;
    }

    /// Waits until every subscription has been given up.
    pub async fn deserted(&self) {
        // The sender is in `self`, so that there is always a value.
        let _ = self.shared.held.subscribe().wait_for(|held| *held == 0).await;
    }

    /// Asks everybody to come back later: the server is stopping.
    pub fn dismiss_all(&self) {
        let dismissal = Delivery::Dismissed {
            code: ErrorCode::GoingAway,
            detail: "The server is restarting; it will be back in a moment.".into(),
            reconnect: true,
        };
        for room in self.shared.rooms() {
            let mut everybody = Subscribers::default();
            self.shared.with(&room, |all| everybody = mem::take(all));
            // Not under the room's lock: they may be many.
            everybody.dismiss(&dismissal);
        }
    }
}

impl Shared {
    fn room(&self, organization: OrganizationId) -> Option<Arc<Room>> {
        self.rooms.read().unwrap_or_else(PoisonError::into_inner).get(&organization).map(Arc::clone)
    }

    fn rooms(&self) -> Vec<Arc<Room>> {
        self.rooms.read().unwrap_or_else(PoisonError::into_inner).values().map(Arc::clone).collect()
    }

    fn room_for(&self, organization: OrganizationId) -> Arc<Room> {
        self.room(organization).unwrap_or_else(|| {
            let mut rooms = self.rooms.write().unwrap_or_else(PoisonError::into_inner);
            let room = || Arc::new(Room::new(organization, Arc::clone(&self.log)));
            Arc::clone(rooms.entry(organization).or_insert_with(room))
        })
    }

    /// Nothing is kept of an organization that nobody is subscribed to.
    fn forget(&self, gone: &Arc<Room>) {
        let mut rooms = self.rooms.write().unwrap_or_else(PoisonError::into_inner);
        // Somebody may have come meanwhile, to another room.
        if rooms.get(&gone.organization).is_some_and(|room| Arc::ptr_eq(room, gone)) {
            rooms.remove(&gone.organization);
        }
    }

    fn with(&self, room: &Arc<Room>, act: impl FnOnce(&mut Subscribers)) {
        if room.with(act) {
            self.forget(room);
        }
    }

    fn in_room(&self, organization: OrganizationId, act: impl FnOnce(&mut Subscribers)) {
        if let Some(room) = self.room(organization) {
            self.with(&room, act);
        }
    }

    fn in_every_room(&self, mut act: impl FnMut(&mut Subscribers)) {
        for room in self.rooms() {
            self.with(&room, &mut act);
        }
    }
}

#[cfg(test)]
mod tests;
