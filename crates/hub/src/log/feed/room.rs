//! The subscribers of one organization, and how far they have been told.
//!
//! Events are told in the order of the log, one after the other, whoever wrote them: the next one at once where it is at
//! hand, and everything else out of the log. So what is said of the log's progress may be lost, doubled, late or in any
//! order.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chathub_domain::limits::PAGE_BYTES;
use chathub_domain::{OrganizationId, Seq};
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::delivery::Audience;
use super::mailbox::Mailbox;
use super::subscribers::{Subscribers, Told};
use crate::ports::{Log, PortError, Portion, Recorded};

/// Events that are read at once.
const PORTION: Portion = Portion { rows: 256, bytes: 4 * PAGE_BYTES };

/// Between a read that failed and the next.
pub(super) const PAUSE: Duration = Duration::from_millis(500);

pub(super) struct Room {
    pub organization: OrganizationId,
    log: Arc<dyn Log>,
    begun: OnceCell<()>,
    /// The std mutex: it is held for coming, going and pushes to mailboxes, never over an await or an encoding.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    subscribers: Subscribers,
    /// Everything up to here has been told, or was in the log before anybody could be. Not known at first.
    told: Option<Seq>,
    /// The log is said to have got this far.
    head: Seq,
    /// Reads what is between the two.
    filler: Option<JoinHandle<()>>,
    /// The last one has left: who comes next needs another room.
    gone: bool,
}

/// What came of entering.
pub(super) enum Entered {
    In,
    /// The same person is there often enough.
    Full,
    Gone,
}

impl Room {
    pub fn new(organization: OrganizationId, log: Arc<dyn Log>) -> Self {
        Self { organization, log, begun: OnceCell::new(), state: Mutex::default() }
    }

    pub fn enter(&self, audience: Audience, id: u64, mailbox: &Arc<Mailbox>, most: usize) -> Entered {
        let mut state = self.state();
        if state.gone {
            return Entered::Gone;
        }
        if state.subscribers.held_by(audience) >= most {
            return Entered::Full;
        }
        state.subscribers.add(audience, id, Arc::clone(mailbox));
        Entered::In
    }

    /// Finds out where telling begins; one asks for all who have entered. What is committed after that is told them, and
    /// what was before, they find in the log.
    pub async fn begin(&self) -> Result<(), PortError> {
        let begun = self.begun.get_or_try_init(|| async {
            let head = self.log.head(self.organization).await?;
            self.state().told = Some(head);
            Ok(())
        });
        begun.await.copied()
    }

    /// Does something with those who are here. Whether the room is one no more, because nobody is left.
    pub fn with(&self, act: impl FnOnce(&mut Subscribers)) -> bool {
        let mut state = self.state();
        act(&mut state.subscribers);
        state.gone |= state.subscribers.is_empty();
        state.gone
    }

    /// Tells a committed event, if it is the next one: an earlier one has been told, and before a later one others are,
    /// out of the log.
    pub fn tell(self: &Arc<Self>, recorded: Recorded) {
        let seq = recorded.seq;
        let listeners = {
            let mut state = self.state();
            if !state.is_next(seq) {
                state.reach(seq, self);
                return;
            }
            state.subscribers.listeners(&recorded)
        };
        // Who comes in between finds the event in the log.
        let told = Told::new(recorded, &listeners);
        let mut state = self.state();
        if state.is_next(seq) {
            state.subscribers.tell(&told);
            state.told = Some(seq);
        }
    }

    /// The log is said to have got so far.
    pub fn reached(self: &Arc<Self>, seq: Seq) {
        self.state().reach(seq, self);
    }

    /// Where the log is to be read from, and how far it is said to have got; none when there is nothing more to read, or
    /// nobody to tell it to.
    fn missing(&self) -> Option<(Seq, Seq)> {
        let mut state = self.state();
        let missing = state.missing();
        if missing.is_none() {
            state.filler = None;
        }
        missing
    }

    /// The log has not got as far as was said.
    fn doubt(&self, head: Seq) {
        let mut state = self.state();
        if state.head == head {
            state.head = state.told.unwrap_or_default();
        }
    }

    /// A hole in the log itself is damage that nobody is made to wait for: whoever counts sees it.
    fn skip_to(&self, seq: Seq) {
        let mut state = self.state();
        state.told = state.told.max(Some(seq));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic in between leaves the list with or without one entry, which is as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_next(&self, seq: Seq) -> bool {
        self.told.is_some_and(|told| told + 1 == seq)
    }

    fn missing(&self) -> Option<(Seq, Seq)> {
        let told = self.told?;
        (told < self.head && !self.subscribers.is_empty()).then_some((told, self.head))
    }

    fn reach(&mut self, seq: Seq, room: &Arc<Room>) {
        self.head = self.head.max(seq);
        // One that has panicked is finished, too.
        let fills = self.filler.as_ref().is_some_and(|filler| !filler.is_finished());
        if !fills && self.missing().is_some() {
            self.filler = Some(tokio::spawn(fill(Arc::clone(room))));
        }
    }
}

/// Tells what is in the log and has not been told, until nothing is missing.
async fn fill(room: Arc<Room>) {
    let mut failing = false;
    while let Some((told, head)) = room.missing() {
        match room.log.events(room.organization, told, PORTION).await {
            Ok(events) => {
                failing = false;
                if events.is_empty() {
                    room.doubt(head);
                }
                for recorded in events {
                    room.skip_to(recorded.seq.saturating_sub(1));
                    room.tell(recorded);
                }
            }
            Err(error) => {
                if !failing {
                    tracing::warn!(%error, "could not read what is to be told");
                }
                failing = true;
                sleep(PAUSE).await;
            }
        }
    }
}
