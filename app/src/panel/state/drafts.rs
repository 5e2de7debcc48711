//! What is half-written, by chat.

use chathub_domain::{ChatId, Timestamp};

use super::per_chat::PerChat;
use super::touched::Topic;
use super::turn::Turn;

#[derive(Clone, Debug, Default)]
pub struct Drafts {
    texts: PerChat<String>,
    /// When the operator last wrote something.
    pub(super) wrote: Option<Timestamp>,
}

impl Drafts {
    #[must_use]
    pub fn get(&self, chat: ChatId) -> Option<&String> {
        self.texts.get(chat)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (ChatId, &String)> {
        self.texts.iter()
    }

    pub(in crate::panel) fn write(&mut self, chat: ChatId, text: String, turn: &mut Turn) {
        self.wrote = Some(turn.now);
        if text.is_empty() {
            self.take(chat, turn);
        } else {
            self.set(chat, text, turn);
        }
    }

    pub(super) fn set(&mut self, chat: ChatId, text: String, turn: &mut Turn) {
        // While a chat is open its row does not say what is written in it.
        if self.texts.set(chat, text).is_none() {
            turn.touch_chat(chat);
        }
        turn.touch(Topic::Draft);
        turn.keep();
    }

    pub(in crate::panel) fn take(&mut self, chat: ChatId, turn: &mut Turn) -> Option<String> {
        let text = self.texts.remove(chat)?;
        turn.touch(Topic::Draft);
        turn.touch_chat(chat);
        turn.keep();
        Some(text)
    }

    pub(super) fn clear(&mut self, turn: &mut Turn) {
        self.texts.clear();
        turn.touch(Topic::Draft);
    }
}
