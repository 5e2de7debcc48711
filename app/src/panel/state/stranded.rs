//! What was written for chats that are gone. It is never sent to another chat by itself, and never thrown away.

use std::sync::Arc;

use chathub_domain::wire::Snapshot;
use chathub_domain::{Chat, ChatId};

use super::{Progress, State};

impl State {
    /// Keeps what was written for a chat in sight, where it can be copied.
    pub(super) fn strand(&mut self, id: ChatId) {
        let mut texts = Vec::new();
        self.outbox.retain(|item| {
            let gone = item.chat_id == id;
            if gone && !matches!(item.progress, Progress::Sent(_)) {
                texts.push(item.text.clone());
            }
            !gone
        });
        texts.extend(self.drafts.remove(id));
        for text in texts {
            if !self.stranded.is_empty() {
                self.stranded += "\n\n";
            }
            self.stranded += &text;
        }
    }

    /// What is written for any chat that is not one of those told apart by `same`.
    pub(super) fn strand_unless(&mut self, same: impl Fn(ChatId) -> bool) {
        let written = self.outbox.iter().map(|item| item.chat_id);
        let chats: Vec<ChatId> = written.chain(self.drafts.iter().map(|(id, _)| id)).collect();
        for id in chats {
            if !same(id) {
                self.strand(id);
            }
        }
    }

    /// Another life of the database, which came back from a backup: the same number may be another customer's chat.
    pub(super) fn restored(&mut self, snapshot: Snapshot) {
        let former = std::mem::take(&mut self.chats);
        self.picture(snapshot);
        let chats = self.chats.clone();
        let find = |chats: &[Arc<Chat>], id| chats.iter().find(|chat| chat.id == id).cloned();
        let same = |id| match (find(&former, id), find(&chats, id)) {
            (Some(then), Some(now)) => then.created_at == now.created_at && then.customer == now.customer,
            _ => false,
        };
        self.strand_unless(same);
        self.open = self.open.filter(|id| same(*id));
        self.status_wishes.clear();
        self.operator_wishes.clear();
        for thread in &mut self.threads {
            thread.messages.clear();
        }
        for item in &mut self.outbox {
            // What was stored since the backup is not any more. If it is, the same name makes it the same message.
            if let Progress::Sent(_) = item.progress {
                Arc::make_mut(item).progress = Progress::Sending;
            }
        }
    }
}
