//! One lock over everything: who leaves goes through all who are there, and JSON is made while it is held.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chathub_domain::VisitorId;
use chathub_domain::wire::ServerFrame;
use chathub_hub::ports::Recorded;
use tokio::sync::Notify;

#[derive(Default)]
pub struct Plain {
    next: AtomicU64,
    all: Mutex<All>,
}

#[derive(Default)]
struct All {
    operators: Vec<(u64, Arc<Mailbox>)>,
    visitors: HashMap<VisitorId, Vec<(u64, Arc<Mailbox>)>>,
}

#[derive(Default)]
struct Mailbox {
    waiting: Mutex<VecDeque<Arc<str>>>,
    filled: Notify,
}

/// A place, given up by dropping it.
pub struct Place {
    id: u64,
    plain: Arc<Plain>,
}

impl Plain {
    pub fn add_visitor(self: &Arc<Self>, visitor: VisitorId) -> Place {
        let place = self.place();
        self.all().visitors.entry(visitor).or_default().push((place.id, Arc::default()));
        place
    }

    pub fn add_operator(self: &Arc<Self>) -> Place {
        let place = self.place();
        self.all().operators.push((place.id, Arc::default()));
        place
    }

    pub fn tell(&self, recorded: &Recorded) {
        let all = self.all();
        let Recorded { seq, at, event, .. } = recorded.clone();
        let frame = ServerFrame::Event { seq, prev: seq - 1, at, event };
        let frame: Arc<str> = serde_json::to_string(&frame).unwrap_or_default().into();
        for (_, mailbox) in &all.operators {
            let mut waiting = mailbox.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.push_back(Arc::clone(&frame));
            drop(waiting);
            mailbox.filled.notify_one();
        }
    }

    fn place(self: &Arc<Self>) -> Place {
        Place { id: self.next.fetch_add(1, Ordering::Relaxed), plain: Arc::clone(self) }
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.plain.all();
        all.operators.retain(|(id, _)| *id != self.id);
        all.visitors.retain(|_, entries| {
            entries.retain(|(id, _)| *id != self.id);
            !entries.is_empty()
        });
    }
}
