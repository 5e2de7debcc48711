//! What waits for one subscriber: bounded in count and in bytes, whatever comes in and however slowly it is taken out.
//!
//! A mailbox that is full lets go of the events in it and remembers that there were some: they are in the log, and the
//! subscriber reads them there. So a burst costs nobody their connection, and a stalled reader no memory.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chathub_domain::Event;
use tokio::sync::Notify;

use super::delivery::Delivery;

/// Deliveries that may wait: the events of one whole batch of the writer (512 commands, three events each at the most)
/// fit, so that a subscriber who is merely busy finds them here.
pub(super) const WAITING: usize = 2_048;

/// Bytes of frames that may wait. They are shared with the other subscribers while these have them too.
pub(super) const WAITING_BYTES: usize = 1024 * 1024;

/// Deliveries beyond which signals are left out, so that events keep room.
pub(super) const SIGNALS: usize = WAITING / 2;

/// Places that an empty mailbox keeps, so that the memory of a burst is given back.
const KEPT: usize = 64;

#[derive(Default)]
pub(super) struct Mailbox {
    /// The std mutex: it is held for a push or a pop.
    state: Mutex<State>,
    filled: Notify,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Delivery>,
    bytes: usize,
    /// Events were let go of.
    behind: bool,
    /// Tokens are to be looked at; once is enough, however often it was asked for.
    recheck: bool,
    /// The last delivery; nothing is taken in after it.
    dismissal: Option<Delivery>,
    ended: bool,
}

impl Mailbox {
    /// An event. It is left to the log when there is no room, or when earlier ones were.
    pub fn tell(&self, event: Delivery) {
        let mut state = self.state();
        if state.closed() || state.behind {
            return;
        }
        let bytes = state.bytes + event.bytes();
        if state.waiting.len() == WAITING || bytes > WAITING_BYTES {
            state.waiting = VecDeque::new();
            state.bytes = 0;
            state.behind = true;
        } else {
            state.waiting.push_back(event);
            state.bytes = bytes;
        }
        drop(state);
        self.filled.notify_one();
    }

    /// Something that is true only now, and may be left out.
    pub fn signal(&self, signal: Delivery) {
        let mut state = self.state();
        let bytes = state.bytes + signal.bytes();
        if state.closed() || state.behind || state.waiting.len() >= SIGNALS || bytes > WAITING_BYTES / 2 {
            return;
        }
        state.waiting.push_back(signal);
        state.bytes = bytes;
        drop(state);
        self.filled.notify_one();
    }

    pub fn recheck(&self) {
        self.state().recheck = true;
        self.filled.notify_one();
    }

    /// The end: after what waits, or at once for who is behind.
    pub fn dismiss(&self, dismissal: Delivery) {
        let mut state = self.state();
        if !state.closed() {
            state.dismissal = Some(dismissal);
        }
        drop(state);
        self.filled.notify_one();
    }

    /// The dismissal, if it is one without a return, past all that waits.
    pub fn revoked(&self) -> Option<Delivery> {
        let mut state = self.state();
        if !matches!(state.dismissal, Some(Delivery::Dismissed { reconnect: false, .. })) {
            return None;
        }
        state.waiting = VecDeque::new();
        state.ended = true;
        state.dismissal.take()
    }

    /// The next delivery; none after a dismissal. Only one may wait at a time, and cancelling it loses nothing.
    pub async fn next(&self) -> Option<Delivery> {
        loop {
            {
                let mut state = self.state();
                if let Some(delivery) = state.pop() {
                    return Some(delivery);
                }
                if state.ended {
                    return None;
                }
            }
            // A permit is kept for who is not waiting yet, so nothing that comes in between is missed.
            self.filled.notified().await;
        }
    }

    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.state().waiting.is_empty()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic is done while it is held but pushing, which leaves the queue whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn closed(&self) -> bool {
        self.ended || self.dismissal.is_some()
    }

    fn pop(&mut self) -> Option<Delivery> {
        if std::mem::take(&mut self.recheck) && !self.ended {
            return Some(Delivery::Recheck);
        }
        if let Some(delivery) = self.waiting.pop_front() {
            self.bytes -= delivery.bytes();
            if self.waiting.is_empty() && self.waiting.capacity() > KEPT {
                self.waiting = VecDeque::new();
            }
            return Some(delivery);
        }
        if let Some(dismissal) = self.dismissal.take() {
            self.ended = true;
            return Some(dismissal);
        }
        std::mem::take(&mut self.behind).then_some(Delivery::Behind)
    }
}

impl Delivery {
    fn bytes(&self) -> usize {
        match self {
            Self::Event { frame, .. } | Self::Signal(frame) => frame.len(),
            Self::Seen { event, .. } => match &**event {
                Event::Message { message, .. } => message.body.text.len(),
                _ => 0,
            },
            Self::Behind | Self::Recheck | Self::Dismissed { .. } => 0,
        }
    }
}
