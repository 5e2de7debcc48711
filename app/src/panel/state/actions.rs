//! What the operator does. Whatever is chosen or written shows at once; what can't be sent yet waits.

use chathub_domain::limits::{MESSAGE_CHARS, TYPING_EVERY_MS};
use chathub_domain::wire::ClientFrame;
use chathub_domain::{ChatId, ChatStatus, OperatorId, Timestamp};

use super::{Action, Effect, Page, State, Told};

impl State {
    pub(super) fn act(&mut self, action: Action, now: Timestamp, out: &mut Vec<Effect>) {
        match action {
            Action::Open(id) => self.open(id, out),
            Action::Close => self.open = None,
            Action::Draft(text) => self.draft(text, now, out),
            Action::Send(client_id) => {
                if let Some(id) = self.open
                    && self.can_send()
                    && let Some(text) = self.drafts.remove(id)
                {
                    self.outgoing(id, client_id, text.trim().to_owned(), now);
                    self.typing_sent = None;
                    self.send_outbox(now, out);
                }
            }
            Action::Retry(client_id) => self.retry(client_id, now, out),
            Action::Discard(client_id) => self.discard(client_id),
            Action::SetStatus(status) => self.wish_status(status, out),
            Action::Assign(operator) => self.wish_operator(operator, out),
            Action::Block { hours, address } => self.block(hours, address, now, out),
            Action::LoadMessages => {
                self.load_open_thread(out);
                self.load_older(out);
            }
            Action::LoadChats => {
                if self.more_chats {
                    self.ask_chats(Page::Next, out);
                }
            }
            Action::LetGo => self.stranded.clear(),
            Action::Upgrade => out.push(Effect::Tell(Told::Upgrade)),
        }
    }

    /// The open chat's draft.
    #[must_use]
    pub fn draft_text(&self) -> &str {
        self.open.and_then(|id| self.drafts.get(id)).map_or("", String::as_str)
    }

    /// The draft is a message: not blank, not too long.
    #[must_use]
    pub fn can_send(&self) -> bool {
        let text = self.draft_text().trim();
        !text.is_empty() && text.chars().count() <= MESSAGE_CHARS
    }

    pub(super) fn open(&mut self, id: ChatId, out: &mut Vec<Effect>) {
        if self.chat(id).is_none() {
            return;
        }
        self.open = Some(id);
        self.bring_thread(id);
        self.load_open_thread(out);
    }

    fn draft(&mut self, text: String, now: Timestamp, out: &mut Vec<Effect>) {
        let Some(id) = self.open else { return };
        self.wrote = Some(now);
        let blank = text.trim().is_empty();
        if text.is_empty() {
            self.drafts.remove(id);
        } else {
            self.drafts.set(id, text);
        }
        let recent = self
            .typing_sent
            .is_some_and(|(chat, at)| chat == id && at.plus(i64::from(TYPING_EVERY_MS)) > now);
        if !blank && !recent && self.live() {
            self.typing_sent = Some((id, now));
            out.push(Effect::Send(ClientFrame::Typing { chat_id: Some(id) }));
        }
    }

    fn wish_status(&mut self, status: ChatStatus, out: &mut Vec<Effect>) {
        let Some(chat) = self.open_chat().cloned() else { return };
        if self.shown_status(&chat) == status {
            return;
        }
        self.status_wishes.set(chat.id, status);
        if self.live() {
            out.push(Effect::Send(ClientFrame::SetStatus { chat_id: chat.id, status }));
        }
    }

    fn wish_operator(&mut self, operator: Option<OperatorId>, out: &mut Vec<Effect>) {
        let Some(chat) = self.open_chat().cloned() else { return };
        if self.shown_operator(&chat) == operator {
            return;
        }
        self.operator_wishes.set(chat.id, operator);
        if self.live() {
            out.push(Effect::Send(ClientFrame::Assign { chat_id: chat.id, operator_id: operator }));
        }
    }

    /// On a new connection: what was chosen and not confirmed.
    pub(super) fn send_wishes(&self, out: &mut Vec<Effect>) {
        if self.resync {
            return;
        }
        for (chat_id, status) in self.status_wishes.iter() {
            out.push(Effect::Send(ClientFrame::SetStatus { chat_id, status: *status }));
        }
        for (chat_id, operator_id) in self.operator_wishes.iter() {
            out.push(Effect::Send(ClientFrame::Assign { chat_id, operator_id: *operator_id }));
        }
    }

    /// A new picture: what it shows needs no wishing.
    pub(super) fn settle_wishes(&mut self) {
        let chats = &self.chats;
        let chat = |id| chats.iter().find(|chat| chat.id == id);
        self.status_wishes.retain(|id, status| chat(id).is_some_and(|chat| chat.status != *status));
        self.operator_wishes.retain(|id, operator| {
            chat(id).is_some_and(|chat| chat.operator.as_ref().map(|operator| operator.id) != *operator)
        });
    }

    /// A change of the chat's status or operator was refused or overtaken: what the server says counts.
    pub(super) fn drop_wishes(&mut self, id: ChatId) {
        self.status_wishes.remove(id);
        self.operator_wishes.remove(id);
    }
}
