//! Where in the log the picture is that the panel shows.

use chathub_domain::{Cursor, Seq};

#[derive(Clone, Debug)]
pub struct Picture {
    pub cursor: Cursor,
    /// It has a hole: events mean nothing until a new one comes.
    pub broken: bool,
}

impl Picture {
    /// Where the stream is to go on; from nowhere while there is a hole.
    #[must_use]
    pub fn resume_from(&self) -> Option<Cursor> {
        (!self.broken).then_some(self.cursor)
    }

    /// What an event at `seq` after `prev` is: to be taken in, known already, or behind a hole.
    pub(super) fn meets(&mut self, seq: Seq, prev: Seq) -> Meets {
        if self.broken || seq <= self.cursor.seq {
            Meets::Known
        } else if prev > self.cursor.seq {
            Meets::Hole
        } else {
            self.cursor.seq = seq;
            Meets::Next
        }
    }
}

pub(super) enum Meets {
    Next,
    Known,
    Hole,
}
