//! What was written for chats that are gone. It is never sent to another chat by itself, and never thrown away but by
//! the operator.

use super::touched::Topic;
use super::turn::Turn;

#[derive(Clone, Debug, Default)]
pub struct Stranded {
    pub text: String,
}

impl Stranded {
    pub(super) fn add(&mut self, text: &str, turn: &mut Turn) {
        if !self.text.is_empty() {
            self.text += "\n\n";
        }
        self.text += text;
        turn.touch(Topic::Stranded);
        turn.keep();
    }

    pub(super) fn restore(&mut self, text: String, turn: &mut Turn) {
        self.text = text;
        turn.touch(Topic::Stranded);
    }

    pub(in crate::panel) fn clear(&mut self, turn: &mut Turn) {
        self.text.clear();
        turn.touch(Topic::Stranded);
        turn.keep();
    }
}
