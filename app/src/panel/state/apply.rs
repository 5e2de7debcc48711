//! What happened, and what is to be done about it.

use chathub_domain::Timestamp;

use super::effect::Effect;
use super::input::Input;
use super::turn::Turn;
use super::whole::State;
use crate::texts::PanelTexts;

impl State {
    /// Takes in what happened at `now` and says what to do, in this order.
    pub fn apply(&mut self, input: Input, now: Timestamp) -> Vec<Effect> {
        let mut turn = Turn { touched: self.touched(), ..Turn::at(now) };
        self.take(input, &mut turn);
        if self.in_step()
            && let Some(thread) = self.threads.open_thread()
            && let Some(chat) = self.chats.get(thread.chat_id)
        {
            self.receipts.send(chat, thread, &mut turn);
        }
        self.upgrade.look(&self.outbox, &self.drafts, &mut turn);
        self.unread.tell(&mut turn);
        self.touched = turn.touched;
        turn.effects
    }

    /// Whether a tick at `now` would do anything: most don't, and then nothing needs to be looked at again.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> bool {
        self.typing.is_due(now)
            || self.notices.is_due(now)
            || self.link.is_due(self.outbox.first_posted(), now)
            || self.upgrade.is_due(&self.outbox, &self.drafts, now)
            || (self.in_step() && self.outbox.is_due(now))
    }

    fn take(&mut self, input: Input, turn: &mut Turn) {
        match input {
            Input::Connecting => self.connecting(turn),
            Input::Opened => turn.send(self.link.hello(self.resume_from())),
            Input::Frame(frame) => {
                self.link.heard(turn.now);
                self.frame(frame, turn);
            }
            Input::Lost => self.lost(turn),
            Input::PartMissing => self.notices.show(self.texts.part_missing(), turn),
            Input::Act(deed) => deed.perform(self, turn),
            Input::Kept(text) => self.restore(&text, turn),
            Input::Token { token, expires_at } => self.link.fresh_token(token, expires_at, turn),
            Input::Visible(visible) => self.receipts.visible = visible,
            Input::Tick => self.tick(turn),
        }
    }

    fn tick(&mut self, turn: &mut Turn) {
        self.typing.tick(turn);
        self.notices.tick(turn);
        self.link.ask_token(turn);
        if self.link.is_live() {
            self.send_overdue(turn);
            if self.link.probe(self.outbox.first_posted(), turn) {
                self.reconnect(turn);
            }
        }
    }
}
