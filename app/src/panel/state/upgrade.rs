//! An upgrade of the server under an open panel. The panel goes on working, so nothing is hurried: it offers to begin
//! anew when nobody is in the middle of something.

use chathub_domain::Timestamp;

use super::drafts::Drafts;
use super::outbox::Outbox;
use super::touched::Topic;
use super::turn::Turn;

#[derive(Clone, Debug)]
pub struct Upgrade {
    /// The server has another build than this panel, and now is a good time to go over to it.
    pub offered: bool,
    build: String,
    newer: bool,
}

/// Milliseconds without a key before the operator counts as not writing.
const IDLE_MS: i64 = 30_000;

impl Upgrade {
    pub(super) fn new(build: String) -> Self {
        Self { offered: false, build, newer: false }
    }

    /// The build that the server named in its welcome.
    pub(super) fn server_build(&mut self, build: &str) {
        // A page built in development has no build to compare.
        self.newer = !self.build.is_empty() && !build.is_empty() && self.build != build;
    }

    pub(super) fn look(&mut self, outbox: &Outbox, drafts: &Drafts, turn: &mut Turn) {
        if self.is_due(outbox, drafts, turn.now) {
            self.offered = !self.offered;
            turn.touch(Topic::Upgrade);
        }
    }

    /// Whether the offer comes or goes with the time.
    pub(super) fn is_due(&self, outbox: &Outbox, drafts: &Drafts, now: Timestamp) -> bool {
        let idle = drafts.wrote.is_none_or(|wrote| wrote.plus(IDLE_MS) <= now);
        // Nothing half-written, nothing on its way, and nobody about to write.
        self.offered != (self.newer && outbox.items.is_empty() && drafts.is_empty() && idle)
    }
}
