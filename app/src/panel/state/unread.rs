//! The customers' messages that wait to be read, in all chats of the organization: the server counts.

use super::effect::Told;
use super::touched::Topic;
use super::turn::Turn;

#[derive(Clone, Debug, Default)]
pub struct Unread {
    count: u32,
    /// What the page around the panel knows.
    told: u32,
}

impl Unread {
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    pub(super) fn set(&mut self, count: u32, turn: &mut Turn) {
        if count != self.count {
            self.count = count;
            turn.touch(Topic::Unread);
        }
    }

    pub(super) fn tell(&mut self, turn: &mut Turn) {
        if self.count != self.told {
            self.told = self.count;
            turn.tell(Told::Unread(self.count));
        }
    }
}
