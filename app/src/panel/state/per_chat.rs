//! A small map by chat: a handful of entries, so a vector, which is also a tenth of a tree's code in the WASM.

use chathub_domain::ChatId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerChat<T>(Vec<(ChatId, T)>);

impl<T> Default for PerChat<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> PerChat<T> {
    #[must_use]
    pub fn get(&self, chat: ChatId) -> Option<&T> {
        self.0.iter().find(|(id, _)| *id == chat).map(|(_, value)| value)
    }

    pub(super) fn set(&mut self, chat: ChatId, value: T) {
        match self.0.iter_mut().find(|(id, _)| *id == chat) {
            Some((_, former)) => *former = value,
            None => self.0.push((chat, value)),
        }
    }

    pub(super) fn remove(&mut self, chat: ChatId) -> Option<T> {
        let place = self.0.iter().position(|(id, _)| *id == chat)?;
        Some(self.0.swap_remove(place).1)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn retain(&mut self, keep: impl Fn(ChatId, &T) -> bool) {
        self.0.retain(|(id, value)| keep(*id, value));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (ChatId, &T)> {
        self.0.iter().map(|(id, value)| (*id, value))
    }
}
