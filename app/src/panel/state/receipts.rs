//! What the operator has read of the open chat, as far as they see the panel.

use chathub_domain::wire::ClientFrame;
use chathub_domain::{Chat, Seq};

use super::per_chat::PerChat;
use super::threads::Thread;
use super::turn::Turn;

#[derive(Clone, Debug, Default)]
pub struct Receipts {
    /// The operator can see the panel.
    pub visible: bool,
    /// How far `read` was sent on this connection.
    sent: PerChat<Seq>,
}

impl Receipts {
    /// Tells that the open chat has been read, once for each advance.
    pub(super) fn send(&mut self, chat: &Chat, thread: &Thread, turn: &mut Turn) {
        if !self.visible || !thread.current {
            return;
        }
        let Some(seq) = thread.asked() else { return };
        if seq <= chat.read_by_me || self.sent.get(chat.id).is_some_and(|sent| *sent >= seq) {
            return;
        }
        self.sent.set(chat.id, seq);
        turn.send(ClientFrame::Read { chat_id: Some(chat.id), seq });
    }

    pub(super) fn unplugged(&mut self) {
        self.sent.clear();
    }
}
