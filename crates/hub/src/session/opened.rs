//! How a session begins, and whether it goes on from where its client was.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chathub_domain::limits::{REPLAY_EVENTS, TYPING_EVERY_MS};
use chathub_domain::{Cursor, Seq};
use tokio::time::Instant;

use crate::log::feed::Subscription;

/// What the opening of a face gives the session.
pub(super) struct Opened<F> {
    pub face: F,
    pub cursor: Cursor,
    pub ready: VecDeque<Arc<str>>,
    /// There are events after the cursor.
    pub behind: bool,
    pub subscription: Subscription,
    pub expires: Option<Instant>,
}

impl<F> Opened<F> {
    /// The same with another face.
    pub(super) fn map<G>(self, face: impl FnOnce(F) -> G) -> Opened<G> {
        let Self { face: former, cursor, ready, behind, subscription, expires } = self;
        Opened { face: face(former), cursor, ready, behind, subscription, expires }
    }
}

/// Whether a client that has seen `cursor` can be brought up to date by events: same life of the database, no later
/// than its head, and not too far behind it.
pub(super) fn resumes(cursor: Option<Cursor>, present: Cursor) -> Option<Seq> {
    let seen = cursor.filter(|cursor| cursor.epoch == present.epoch)?.seq;
    let behind = present.seq.checked_sub(seen)?;
    (behind <= REPLAY_EVENTS as u64).then_some(seen)
}

/// At most one typing signal per interval passes.
pub(super) fn passes(last: &mut Option<Instant>) -> bool {
    let every = Duration::from_millis(TYPING_EVERY_MS.into());
    if last.is_some_and(|at| at.elapsed() < every) {
        return false;
    }
    *last = Some(Instant::now());
    true
}
