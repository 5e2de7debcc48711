//! A session whose client is behind: it takes the events from the log, piece by piece, as the client takes them.

use std::sync::Arc;
use std::time::Duration;

use chathub_domain::limits::{PAGE_BYTES, REPLAY_BYTES, REPLAY_EVENTS};
use chathub_domain::{Cursor, Seq};
use futures::future::BoxFuture;
use tokio::task::JoinError;
use tokio::time::Instant;

use super::sequence::Sequence;
use crate::error::Result;
use crate::ports::{Portion, Unread};
use crate::unread::Change;

/// Events that are read at once: little memory for each of many clients that come back together.
pub(super) const STRETCH: Portion = Portion { rows: 100, bytes: PAGE_BYTES };

/// How long a client may take to catch up. Whoever is slower comes back and goes on from where they are by then.
const WITHIN: Duration = Duration::from_secs(60);

/// What was read for a client that is behind.
pub(super) enum Stretch {
    /// The next events, and the head of the client's counting.
    Events { events: Vec<Told>, head: Seq },
    /// A new picture, as a frame, where it was true, and for operators what waits to be read.
    Picture { frame: Arc<str>, cursor: Cursor, unread: Option<Unread> },
}

/// An event as a frame, with what it does to what waits to be read.
pub(super) struct Told {
    pub seq: Seq,
    pub frame: Arc<str>,
    pub change: Option<Change>,
}

/// What comes of a stretch.
pub(super) enum Progress {
    On,
    /// By events it would take too much, or they don't follow: a picture is needed.
    Lost,
    Done,
}

/// Being behind.
pub(super) struct Behind {
    until: Instant,
    events: usize,
    bytes: usize,
    reading: Sequence<Result<Stretch>>,
}

impl Behind {
    pub fn new() -> Self {
        Self { until: Instant::now() + WITHIN, events: 0, bytes: 0, reading: Sequence::new() }
    }

    /// Whether the next stretch is to be read: one at a time.
    pub fn is_idle(&self) -> bool {
        self.reading.is_empty()
    }

    pub fn read(&mut self, stretch: BoxFuture<'static, Result<Stretch>>) {
        self.reading.push(stretch);
    }

    /// What was read. Cancelling it loses nothing.
    pub async fn stretch(&mut self) -> Result<Result<Stretch>, JoinError> {
        self.reading.next().await
    }

    /// Whether it has taken too long.
    pub fn is_overdue(&self) -> bool {
        Instant::now() > self.until
    }

    /// Takes in events, moving `cursor`, and gives those to send.
    pub fn follow(&mut self, cursor: &mut Cursor, events: Vec<Told>, head: Seq) -> (Vec<Told>, Progress) {
        let mut told = Vec::with_capacity(events.len());
        for event in events {
            if event.seq != cursor.seq + 1 {
                return (told, Progress::Lost);
            }
            cursor.seq = event.seq;
            self.events += 1;
            self.bytes += event.frame.len();
            told.push(event);
        }
        let progress = if cursor.seq >= head {
            Progress::Done
        } else if told.is_empty() || self.events >= REPLAY_EVENTS || self.bytes >= REPLAY_BYTES {
            Progress::Lost
        } else {
            Progress::On
        };
        (told, progress)
    }
}
