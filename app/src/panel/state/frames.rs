//! What the server says.

use chathub_domain::wire::{Missing, ServerFrame, Snapshot};
use chathub_domain::{ChatId, ClientId, Cursor, ErrorCode, Event, Message, Timestamp};

use super::picture::Meets;
use super::refusals::worded;
use super::turn::Turn;
use super::whole::State;
use crate::texts::PanelTexts;

impl State {
    pub(super) fn frame(&mut self, frame: ServerFrame, turn: &mut Turn) {
        match frame {
            ServerFrame::Welcome { me, cursor, build, expires_at } => {
                // Where the server is, not what has been told: events since our cursor follow. In another life of its
                // database no number means what it meant, and nothing is sent before its picture is here.
                self.picture.broken |= cursor.epoch != self.picture.cursor.epoch;
                self.welcomed(me, &build, expires_at, turn);
            }
            ServerFrame::Event { seq, prev, at, event } => match self.picture.meets(seq, prev) {
                Meets::Next => self.event(&event, at, turn),
                Meets::Hole => self.ask_picture(turn),
                Meets::Known => {}
            },
            ServerFrame::Ack { client_id, seq, .. } => self.outbox.acked(client_id, seq, turn),
            ServerFrame::Reject { client_id, chat_id, code, detail, missing } => {
                self.rejected(client_id, chat_id, code, detail, missing, turn);
            }
            ServerFrame::Typing { chat_id, operator } => {
                if !operator.as_ref().is_some_and(|operator| self.staff.is_me(operator)) {
                    self.typing.heard(chat_id, operator, turn);
                }
            }
            ServerFrame::History { chat_id, messages, more } => self.history(chat_id, messages, more, turn),
            ServerFrame::Chats { chats, more } => self.chats.page(chats, more, turn),
            ServerFrame::Operators { operators, more } => self.staff.page(operators, more, turn),
            ServerFrame::Blocked { until, address, .. } => {
                self.notices.blocked(until, address, &self.texts, turn)
            }
            ServerFrame::Reset { cursor, snapshot } => self.reset(cursor, snapshot, turn),
            ServerFrame::Heartbeat { cursor } => self.heartbeat(cursor, turn),
            ServerFrame::Bye { code, detail, reconnect } => self.said_bye(code, detail, reconnect, turn),
            ServerFrame::Badge { unread, .. } => self.unread.set(unread, turn),
            // A panel hears of messages by their events.
            ServerFrame::Notice { .. } | ServerFrame::Unknown => {}
        }
    }

    /// Every part hears it and takes what concerns it.
    fn event(&mut self, event: &Event, at: Timestamp, turn: &mut Turn) {
        self.staff.event(event, turn);
        self.typing.event(event, turn);
        self.threads.event(event, turn);
        self.outbox.event(event, &self.staff, turn);
        self.wishes.event(event, turn);
        self.chats.event(event, at, self.link.is_live(), (&self.staff, &self.threads), turn);
        if let Event::ChatErased { chat_id } = event {
            self.gone(*chat_id, turn);
        }
    }

    fn history(&mut self, chat: ChatId, messages: Vec<Message>, more: bool, turn: &mut Turn) {
        if self.threads.page(chat, messages, more, turn)
            && let Some(thread) = self.threads.get(chat)
        {
            self.outbox.merge(thread, &self.staff, turn);
        }
    }

    fn reset(&mut self, cursor: Cursor, snapshot: Snapshot, turn: &mut Turn) {
        let restored = cursor.epoch != self.picture.cursor.epoch;
        self.picture.cursor = cursor;
        self.picture.broken = false;
        if restored {
            self.restored(snapshot, turn);
        } else {
            self.show(snapshot, turn);
        }
        self.threads.reset(turn);
        self.outbox.reset(self.threads.open, cursor.seq, turn);
        self.wishes.settle(&self.chats);
        self.chats.view.reset();
        self.send_outbox(turn);
        self.load_thread(turn);
        self.staff.ask_rest(turn);
    }

    /// The server has told everything up to its cursor, in order.
    fn heartbeat(&mut self, cursor: Cursor, turn: &mut Turn) {
        let here = &mut self.picture;
        if here.broken {
            return;
        }
        if cursor.epoch == here.cursor.epoch {
            here.cursor.seq = here.cursor.seq.max(cursor.seq);
        } else {
            self.ask_picture(turn);
        }
    }

    fn rejected(
        &mut self,
        client_id: Option<ClientId>,
        chat_id: Option<ChatId>,
        code: ErrorCode,
        detail: String,
        missing: Option<Missing>,
        turn: &mut Turn,
    ) {
        let why = worded(&self.texts, code, missing, &detail);
        match (client_id, chat_id, missing) {
            // A message's as well: what was written for it is kept in sight.
            (_, Some(id), Some(Missing::Chat)) => self.gone(id, turn),
            (Some(client_id), ..) => self.message_rejected(client_id, code, why, turn),
            (None, Some(id), Some(Missing::Operator)) => self.colleague_gone(id, why, turn),
            (None, Some(id), _) => {
                self.wishes.drop(id, turn);
                self.threads.refused(id, turn);
                self.notices.show(why, turn);
            }
            (None, None, _) if self.chats.view.is_waiting() => {
                self.chats.view.forget_asked(turn);
                self.notices.show(why, turn);
            }
            // Of a frame that the server could not read it can't tell the name.
            (None, None, _) => match self.outbox.first_on_its_way() {
                Some(client_id) => self.message_rejected(client_id, code, why, turn),
                None => self.notices.show(why, turn),
            },
        }
    }

    fn message_rejected(&mut self, client_id: ClientId, code: ErrorCode, why: String, turn: &mut Turn) {
        if self.outbox.refused(client_id, code, why, turn) {
            // From the second refusal in a row on: the first is over before anybody has read it.
            self.notices.show(self.texts.sent_later(), turn);
        }
    }

    /// The chat was to be given to somebody who can't have it any more.
    fn colleague_gone(&mut self, chat: ChatId, why: String, turn: &mut Turn) {
        let wished = self.wishes.drop_operator(chat, turn).flatten();
        match wished.and_then(|id| self.staff.gone(id, turn)) {
            // Isolated: a name that is written from right to left leaves the sentence as it is.
            Some(name) => {
                let name = ["\u{2068}", &name, "\u{2069}"].concat();
                self.notices.show(self.texts.not_assigned(&name), turn);
            }
            None => self.notices.show(why, turn),
        }
    }
}
