//! What is kept by chat: a vector in the order of the ids. A chat is found by halving; one that comes or goes moves
//! those behind it, which are pointers. A tree or a table is ten times the code in the WASM.

use chathub_domain::ChatId;

use super::steps::step;

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
        Some(&self.0[self.place(chat).ok()?].1)
    }

    pub fn get_mut(&mut self, chat: ChatId) -> Option<&mut T> {
        let place = self.place(chat).ok()?;
        Some(&mut self.0[place].1)
    }

    /// Says what was there before.
    pub fn set(&mut self, chat: ChatId, value: T) -> Option<T> {
        match self.place(chat) {
            Ok(place) => Some(std::mem::replace(&mut self.0[place].1, value)),
            Err(place) => {
                self.0.insert(place, (chat, value));
                None
            }
        }
    }

    pub fn remove(&mut self, chat: ChatId) -> Option<T> {
        let place = self.place(chat).ok()?;
        Some(self.0.remove(place).1)
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn retain(&mut self, keep: impl Fn(ChatId, &T) -> bool) {
        step(self.0.len());
        self.0.retain(|(id, value)| keep(*id, value));
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (ChatId, &T)> {
        step(self.0.len());
        self.0.iter().map(|(id, value)| (*id, value))
    }

    fn place(&self, chat: ChatId) -> Result<usize, usize> {
        self.0.binary_search_by(|(id, _)| {
            step(1);
            id.cmp(&chat)
        })
    }
}
