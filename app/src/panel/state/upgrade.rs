//! An upgrade of the server under an open panel. The panel goes on working, so nothing is hurried: it offers to begin
//! anew when nobody is in the middle of something.

use chathub_domain::Timestamp;

use super::State;

/// Milliseconds without a key before the operator counts as not writing.
const IDLE_MS: i64 = 30_000;

impl State {
    /// The build that the server named in its welcome.
    pub(super) fn server_build(&mut self, build: &str) {
        // A page built in development has no build to compare.
        self.newer_build = !self.build.is_empty() && !build.is_empty() && self.build != build;
    }

    pub(super) fn look_for_upgrade(&mut self, now: Timestamp) {
        self.offers_upgrade = self.may_offer(now);
    }

    /// Whether the offer comes or goes with the time.
    pub(super) fn upgrade_due(&self, now: Timestamp) -> bool {
        self.offers_upgrade != self.may_offer(now)
    }

    /// Nothing half-written, nothing on its way, and nobody about to write.
    fn may_offer(&self, now: Timestamp) -> bool {
        self.newer_build
            && self.outbox.is_empty()
            && self.drafts.iter().next().is_none()
            && self.wrote.is_none_or(|wrote| wrote.plus(IDLE_MS) <= now)
    }
}
