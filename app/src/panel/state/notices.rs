//! Sentences that go away by themselves.

use chathub_domain::Timestamp;

use super::touched::Topic;
use super::turn::Turn;
use crate::texts::{PanelTexts, Texts};

#[derive(Clone, Debug, Default)]
pub struct Notices {
    /// The last one.
    pub shown: Option<Notice>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    until: Timestamp,
}

/// Milliseconds a notice stays: two slow readings of a sentence.
const NOTICE_MS: i64 = 8_000;

const HOUR_MS: i64 = 60 * 60 * 1_000;

impl Notices {
    pub(in crate::panel) fn show(&mut self, text: String, turn: &mut Turn) {
        self.shown = Some(Notice { text, until: turn.now.plus(NOTICE_MS) });
        turn.touch(Topic::Notice);
    }

    /// What came of keeping a visitor out.
    pub(super) fn blocked(
        &mut self,
        until: Option<Timestamp>,
        address: bool,
        texts: &Texts,
        turn: &mut Turn,
    ) {
        let Some(until) = until else { return self.show(texts.blocked_undone(), turn) };
        // The server's clock may be a little off ours.
        let hours = ((until.0 - turn.now.0 + HOUR_MS / 2) / HOUR_MS).max(1).unsigned_abs();
        let text = match (hours < 48, address) {
            (true, false) => texts.blocked_hours(hours),
            (true, true) => texts.blocked_hours_too(hours),
            (false, false) => texts.blocked_days(hours / 24),
            (false, true) => texts.blocked_days_too(hours / 24),
        };
        self.show(text, turn);
    }

    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.shown.as_ref().is_some_and(|notice| notice.until <= now)
    }

    pub(super) fn tick(&mut self, turn: &mut Turn) {
        if self.is_due(turn.now) {
            self.clear(turn);
        }
    }

    pub(super) fn clear(&mut self, turn: &mut Turn) {
        if self.shown.take().is_some() {
            turn.touch(Topic::Notice);
        }
    }
}
