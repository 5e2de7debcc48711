//! Connections that come and go: what that means to every part.

use chathub_domain::wire::Me;
use chathub_domain::{ErrorCode, Timestamp};

use super::link::Link;
use super::turn::Turn;
use super::whole::State;

impl State {
    pub(super) fn connecting(&mut self, turn: &mut Turn) {
        self.unplugged(turn);
        self.link.connecting(turn);
    }

    pub(super) fn lost(&mut self, turn: &mut Turn) {
        if matches!(self.link.is, Link::Stopped { .. }) {
            self.unplugged(turn);
        } else {
            self.reconnect(turn);
        }
    }

    /// Gives up the connection, if there is one, for another.
    pub(super) fn reconnect(&mut self, turn: &mut Turn) {
        self.link.reconnect(turn);
        self.unplugged(turn);
    }

    pub(super) fn said_bye(&mut self, code: ErrorCode, detail: String, reconnect: bool, turn: &mut Turn) {
        self.unplugged(turn);
        self.link.said_bye(code, detail, reconnect, turn);
    }

    pub(super) fn welcomed(&mut self, me: Me, build: &str, expires_at: Timestamp, turn: &mut Turn) {
        self.link.token_works_until(expires_at);
        self.upgrade.server_build(build);
        if !self.staff.welcomed(me, turn) {
            self.forget_everything(turn);
            // With a cursor, what follows continues somebody else's picture.
            if self.resume_from().is_some() {
                return self.ask_picture(turn);
            }
        }
        if self.link.is_live() {
            return;
        }
        self.link.welcomed(turn);
        if self.in_step() {
            self.wishes.send(turn);
        }
        self.send_outbox(turn);
        self.load_thread(turn);
        self.staff.ask_rest(turn);
    }

    /// The picture can't be continued: come back without a cursor, to get a new one.
    pub(super) fn ask_picture(&mut self, turn: &mut Turn) {
        self.picture.broken = true;
        self.reconnect(turn);
    }

    pub(super) fn send_overdue(&mut self, turn: &mut Turn) {
        if self.in_step() {
            self.outbox.send_overdue(turn);
        }
    }

    /// What was under way on the connection is not any more, and will be asked again.
    fn unplugged(&mut self, turn: &mut Turn) {
        self.link.unplugged();
        self.receipts.unplugged();
        self.typing.clear(turn);
        self.chats.view.forget_asked(turn);
        self.threads.unplugged(turn);
        self.outbox.unplugged();
    }

    /// The token turned out to be another operator's: nothing of the former one may stay.
    fn forget_everything(&mut self, turn: &mut Turn) {
        self.threads.clear(turn);
        self.chats.clear(turn);
        self.unread.set(0, turn);
        self.outbox.clear(turn);
        self.drafts.clear(turn);
        self.stranded.clear(turn);
        self.typing.clear(turn);
        self.wishes.clear();
        self.notices.clear(turn);
        turn.keep();
    }
}
