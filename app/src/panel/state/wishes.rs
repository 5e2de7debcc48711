//! What was chosen here in a chat's head and is not confirmed yet. It shows at once, and is asked for on every new
//! connection until the log, or a refusal, answers.

use chathub_domain::wire::ClientFrame;
use chathub_domain::{Chat, ChatId, ChatStatus, Event, OperatorId};

use super::chats::Chats;
use super::per_chat::PerChat;
use super::turn::Turn;

#[derive(Clone, Debug, Default)]
pub struct Wishes {
    status: PerChat<ChatStatus>,
    operator: PerChat<Option<OperatorId>>,
}

impl Wishes {
    pub(super) fn event(&mut self, event: &Event, turn: &mut Turn) {
        match event {
            Event::ChatStatus { chat_id, .. } if self.status.remove(*chat_id).is_some() => {
                turn.touch_chat(*chat_id);
            }
            Event::Assigned { chat_id, .. } if self.operator.remove(*chat_id).is_some() => {
                turn.touch_chat(*chat_id);
            }
            _ => {}
        }
    }

    /// The status to show: the one chosen here, or the confirmed one.
    #[must_use]
    pub fn shown_status(&self, chat: &Chat) -> ChatStatus {
        self.status.get(chat.id).copied().unwrap_or(chat.status)
    }

    /// The operator to show as the one who has the chat.
    #[must_use]
    pub fn shown_operator(&self, chat: &Chat) -> Option<OperatorId> {
        let confirmed = chat.operator.as_ref().map(|operator| operator.id);
        self.operator.get(chat.id).copied().unwrap_or(confirmed)
    }

    pub(in crate::panel) fn wish_status(
        &mut self,
        chat: ChatId,
        status: ChatStatus,
        live: bool,
        turn: &mut Turn,
    ) {
        self.status.set(chat, status);
        turn.touch_chat(chat);
        if live {
            turn.send(ClientFrame::SetStatus { chat_id: chat, status });
        }
    }

    pub(in crate::panel) fn wish_operator(
        &mut self,
        chat: ChatId,
        operator: Option<OperatorId>,
        live: bool,
        turn: &mut Turn,
    ) {
        self.operator.set(chat, operator);
        turn.touch_chat(chat);
        if live {
            turn.send(ClientFrame::Assign { chat_id: chat, operator_id: operator });
        }
    }

    /// On a new connection.
    pub(super) fn send(&self, turn: &mut Turn) {
        for (chat_id, status) in self.status.iter() {
            turn.send(ClientFrame::SetStatus { chat_id, status: *status });
        }
        for (chat_id, operator_id) in self.operator.iter() {
            turn.send(ClientFrame::Assign { chat_id, operator_id: *operator_id });
        }
    }

    /// A new picture: what it shows needs no wishing.
    pub(super) fn settle(&mut self, chats: &Chats) {
        self.status.retain(|id, status| chats.get(id).is_some_and(|chat| chat.status != *status));
        self.operator.retain(|id, operator| {
            let confirmed = |chat: &Chat| chat.operator.as_ref().map(|operator| operator.id);
            chats.get(id).is_some_and(|chat| confirmed(chat) != *operator)
        });
    }

    /// A change of the chat's status or operator was refused or overtaken: what the server says counts.
    pub(super) fn drop(&mut self, chat: ChatId, turn: &mut Turn) {
        let status = self.status.remove(chat).is_some();
        if self.drop_operator(chat, turn).is_none() && status {
            turn.touch_chat(chat);
        }
    }

    /// To whom the chat was to be given, which can't be.
    pub(super) fn drop_operator(&mut self, chat: ChatId, turn: &mut Turn) -> Option<Option<OperatorId>> {
        let wished = self.operator.remove(chat)?;
        turn.touch_chat(chat);
        Some(wished)
    }

    pub(super) fn clear(&mut self) {
        self.status.clear();
        self.operator.clear();
    }
}
