//! What the server says.

use std::sync::Arc;

use chathub_domain::event::Reader;
use chathub_domain::limits::{OPERATORS_PAGE, TYPING_FADES_MS};
use chathub_domain::text::preview;
use chathub_domain::wire::{ClientFrame, Missing, ServerFrame};
use chathub_domain::{Author, ChatId, Cursor, Event, Message, OperatorRef, OperatorStatus, Seq, Timestamp};

use super::chats::display_name;
use super::{Effect, NOTICE_MS, Notice, Page, State, Told, Typist};

/// Why an open chat is not there any more.
const ERASED: &str = "This chat has been erased.";

impl State {
    pub(super) fn frame(&mut self, frame: ServerFrame, now: Timestamp, out: &mut Vec<Effect>) {
        match frame {
            ServerFrame::Welcome { me, cursor, build, expires_at } => {
                // Where the server is, not what has been told: events since our cursor follow. In another life of its
                // database no number means what it meant, and nothing is sent before its picture is here.
                self.resync |= cursor.epoch != self.cursor.epoch;
                self.welcomed(me, &build, expires_at, now, out);
            }
            ServerFrame::Event { seq, prev, at, event } => self.event(seq, prev, at, event, now, out),
            ServerFrame::Ack { client_id, seq, .. } => self.acked(client_id, seq),
            // A message's as well: what was written for it is kept in sight.
            ServerFrame::Reject { chat_id: Some(id), missing: Some(Missing::Chat), .. } => {
                self.chat_erased(id, now);
            }
            ServerFrame::Reject { client_id: Some(client_id), code, detail, .. } => {
                self.refused(client_id, code, detail, now);
            }
            ServerFrame::Reject { chat_id: Some(id), missing: Some(Missing::Operator), detail, .. } => {
                self.colleague_gone(id, detail, now);
            }
            // Of a frame that the server could not read it can't tell the name.
            ServerFrame::Reject { chat_id: None, code, detail, .. } if self.pages_asked.is_empty() => {
                match self.first_on_its_way() {
                    Some(client_id) => self.refused(client_id, code, detail, now),
                    None => self.notify(detail, now),
                }
            }
            ServerFrame::Reject { chat_id, detail, .. } => self.rejected(chat_id, detail, now),
            ServerFrame::Typing { chat_id, operator } => self.types(chat_id, operator, now),
            ServerFrame::History { chat_id, messages, more } => self.history(chat_id, messages, more),
            ServerFrame::Chats { chats, more } => self.chats_page(chats, more),
            ServerFrame::Operators { operators, more } => self.more_operators(operators, more, out),
            ServerFrame::Blocked { until, address, .. } => self.blocked(until, address, now),
            ServerFrame::Reset { cursor, snapshot } => {
                let restored = cursor.epoch != self.cursor.epoch;
                self.cursor = cursor;
                self.resync = false;
                if restored {
                    self.restored(snapshot);
                } else {
                    self.picture(snapshot);
                }
                self.threads_reset();
                self.outbox_reset();
                self.settle_wishes();
                self.pages_asked.fill(Page::Former);
                self.send_outbox(now, out);
                self.load_open_thread(out);
                self.ask_rest_of_operators(out);
            }
            ServerFrame::Heartbeat { cursor } => self.heartbeat(cursor, now, out),
            ServerFrame::Bye { code, detail, reconnect } => self.said_bye(code, detail, reconnect, now, out),
            ServerFrame::Badge { unread, .. } => self.unread = unread,
            // A panel hears of messages by their events.
            ServerFrame::Notice { .. } | ServerFrame::Unknown => {}
        }
    }

    fn event(
        &mut self,
        seq: Seq,
        prev: Seq,
        at: Timestamp,
        event: Event,
        now: Timestamp,
        out: &mut Vec<Effect>,
    ) {
        if self.resync || seq <= self.cursor.seq {
            return;
        }
        if prev > self.cursor.seq {
            self.ask_picture(now, out);
            return;
        }
        self.cursor.seq = seq;
        match event {
            Event::ChatCreated { chat_id, customer, source } => {
                self.look_at_name(&customer, out);
                self.chat_created(chat_id, customer, source, at);
            }
            Event::Message { chat_id, message } => self.message(chat_id, &message, out),
            Event::ChatStatus { chat_id, status, .. } => {
                self.status_wishes.remove(chat_id);
                self.change(chat_id, |chat| chat.status = status);
            }
            Event::Assigned { chat_id, operator } => {
                let operator = operator.map(|operator| self.known_as(operator));
                self.operator_wishes.remove(chat_id);
                self.change(chat_id, |chat| {
                    chat.operator = operator;
                    chat.operator_inactive = false;
                });
            }
            Event::Read { chat_id, reader: Reader::Customer, up_to } => {
                self.change(chat_id, |chat| chat.read_by_customer = chat.read_by_customer.max(up_to));
            }
            Event::Read { chat_id, reader: Reader::Operator(operator), up_to } => {
                if self.is_me(&operator) {
                    self.read_by_me(chat_id, up_to, out);
                }
            }
            Event::Customer { chat_id, customer } => {
                self.look_at_name(&customer, out);
                self.change(chat_id, |chat| chat.customer = customer);
            }
            Event::ChatErased { chat_id } => self.chat_erased(chat_id, now),
            Event::StaffChanged { operator, status } => self.staff_changed(&operator, status),
            Event::Unknown => {}
        }
    }

    /// By the name of now: whoever has just been renamed may act once more by the former one.
    fn known_as(&self, operator: OperatorRef) -> OperatorRef {
        let known = self.operators.iter().find(|known| known.id == operator.id);
        known.cloned().unwrap_or(operator)
    }

    /// A colleague, or this operator, is new here, is called something else, or may or may not work.
    fn staff_changed(&mut self, operator: &OperatorRef, status: OperatorStatus) {
        let works = status == OperatorStatus::Active;
        let known = self.operators.iter_mut().find(|known| known.id == operator.id);
        match known {
            Some(known) if works => known.name.clone_from(&operator.name),
            Some(_) => self.operators.retain(|known| known.id != operator.id),
            None if works => self.operators.push(operator.clone()),
            None => {}
        }
        // In the order in which the server tells them.
        self.operators.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        if self.is_me(operator) {
            self.me.operator.name.clone_from(&operator.name);
        }
        for chat in &mut self.chats {
            if chat.operator.as_ref().is_some_and(|has_it| has_it.id == operator.id) {
                let chat = Arc::make_mut(chat);
                chat.operator = Some(operator.clone());
                chat.operator_inactive = !works;
            }
        }
        for thread in &mut self.threads {
            thread.renamed(operator);
        }
    }

    fn message(&mut self, chat_id: ChatId, message: &Message, out: &mut Vec<Effect>) {
        let author = match &message.author {
            Author::Customer => None,
            Author::Operator(operator) => Some(operator),
        };
        self.typing.retain(|typist| typist.chat_id != chat_id || typist.operator.as_ref() != author);
        self.thread_message(chat_id, message);
        self.logged(message);
        self.last_line(chat_id, message, out);
        if author.is_none() {
            let customer = self.chat(chat_id).map(|chat| display_name(chat)).unwrap_or_default();
            out.push(Effect::Tell(Told::Message { chat_id, customer, preview: preview(&message.body.text) }));
        }
    }

    fn more_operators(&mut self, operators: Vec<OperatorRef>, more: bool, out: &mut Vec<Effect>) {
        self.operators.retain(|known| operators.iter().all(|operator| operator.id != known.id));
        self.operators.extend(operators);
        self.ask_operators(more, out);
    }

    /// A picture has the first page of the colleagues only; whole pages may have others behind them.
    pub(super) fn ask_rest_of_operators(&self, out: &mut Vec<Effect>) {
        let known = self.operators.len();
        self.ask_operators(known > 0 && known.is_multiple_of(OPERATORS_PAGE), out);
    }

    fn ask_operators(&self, more: bool, out: &mut Vec<Effect>) {
        if more {
            let after = self.operators.last().map(|last| last.id);
            out.push(Effect::Send(ClientFrame::Operators { after }));
        }
    }

    /// The picture can't be continued: come back without a cursor, to get a new one.
    fn ask_picture(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        self.resync = true;
        self.reconnect(now, out);
    }

    /// The server has told everything up to its cursor, in order.
    fn heartbeat(&mut self, cursor: Cursor, now: Timestamp, out: &mut Vec<Effect>) {
        if self.resync {
            return;
        }
        if cursor.epoch == self.cursor.epoch {
            self.cursor.seq = self.cursor.seq.max(cursor.seq);
        } else {
            self.ask_picture(now, out);
        }
    }

    fn types(&mut self, chat_id: ChatId, operator: Option<OperatorRef>, now: Timestamp) {
        if operator.as_ref().is_some_and(|operator| self.is_me(operator)) {
            return;
        }
        let until = now.plus(i64::from(TYPING_FADES_MS));
        match self.typing.iter_mut().find(|typist| typist.chat_id == chat_id && typist.operator == operator) {
            Some(typist) => typist.until = until,
            None => self.typing.push(Typist { chat_id, operator, until }),
        }
    }

    /// The chat is gone. What was meant for it stays in sight.
    fn chat_erased(&mut self, id: ChatId, now: Timestamp) {
        self.chats.retain(|chat| chat.id != id);
        self.threads.retain(|thread| thread.chat_id != id);
        self.typing.retain(|typist| typist.chat_id != id);
        self.strand(id);
        self.drop_wishes(id);
        if self.open == Some(id) {
            self.open = None;
            self.notify(ERASED.into(), now);
        }
    }

    /// The chat was to be given to somebody who can't have it any more.
    fn colleague_gone(&mut self, chat: ChatId, detail: String, now: Timestamp) {
        let gone = self.operator_wishes.remove(chat).flatten();
        let Some(place) = self.operators.iter().position(|operator| Some(operator.id) == gone) else {
            return self.notify(detail, now);
        };
        let name = self.operators.remove(place).name;
        // Isolated: a name that is written from right to left leaves the sentence as it is.
        self.notify(
            ["\u{2068}", &name, "\u{2069} is not active any more. The chat was not assigned."].concat(),
            now,
        );
    }

    pub(super) fn notify(&mut self, text: String, now: Timestamp) {
        self.notice = Some(Notice { text, until: now.plus(NOTICE_MS) });
    }

    /// Something that is no message was refused.
    fn rejected(&mut self, chat_id: Option<ChatId>, detail: String, now: Timestamp) {
        if let Some(id) = chat_id {
            self.drop_wishes(id);
            if let Some(thread) = self.thread_mut(id)
                && thread.loading.take().is_some()
            {
                thread.failed = true;
            }
        } else {
            self.pages_asked.clear();
        }
        self.notify(detail, now);
    }

    /// The token turned out to be another operator's: nothing of the former one may stay.
    pub(super) fn forget_everything(&mut self) {
        self.open = None;
        self.chats.clear();
        self.unread = 0;
        self.list_end = None;
        self.more_chats = false;
        self.threads.clear();
        self.outbox.clear();
        self.drafts.clear();
        self.stranded.clear();
        self.typing.clear();
        self.status_wishes.clear();
        self.operator_wishes.clear();
        self.notice = None;
    }
}
