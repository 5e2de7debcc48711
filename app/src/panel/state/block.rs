//! Keeping the open chat's visitor out for a time. Nothing is kept here: the server says what came of it.

use chathub_domain::Timestamp;
use chathub_domain::wire::ClientFrame;

use super::{Effect, State};

const HOUR_MS: i64 = 60 * 60 * 1_000;

impl State {
    /// For so many hours; for none, they may write again.
    pub(super) fn block(&mut self, hours: u32, address: bool, now: Timestamp, out: &mut Vec<Effect>) {
        let Some(chat_id) = self.open else { return };
        if !self.live() {
            self.notify("You’re not connected. Try again in a moment.".into(), now);
            return;
        }
        out.push(Effect::Send(match hours {
            0 => ClientFrame::Unblock { chat_id },
            hours => ClientFrame::Block { chat_id, hours, address },
        }));
    }

    pub(super) fn blocked(&mut self, until: Option<Timestamp>, address: bool, now: Timestamp) {
        let text = match until {
            None => "The visitor can write again.".to_owned(),
            Some(until) => {
                let who = if address { "The visitor and their address are" } else { "The visitor is" };
                // The server's clock may be a little off ours.
                let hours = (until.0 - now.0 + HOUR_MS / 2) / HOUR_MS;
                match hours {
                    ..48 => format!("{who} blocked for {} h.", hours.max(1)),
                    hours => format!("{who} blocked for {} days.", hours / 24),
                }
            }
        };
        self.notify(text, now);
    }
}
