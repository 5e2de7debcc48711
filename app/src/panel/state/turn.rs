//! One turn of the state: when it happens, what is to be done about it, and what it has changed.

use chathub_domain::wire::ClientFrame;
use chathub_domain::{ChatId, Timestamp};

use super::effect::{Effect, Told};
use super::touched::{Topic, Touched};

pub struct Turn {
    pub now: Timestamp,
    pub effects: Vec<Effect>,
    pub touched: Touched,
}

impl Turn {
    pub(super) fn at(now: Timestamp) -> Self {
        Self { now, effects: Vec::new(), touched: Touched::default() }
    }

    pub fn send(&mut self, frame: ClientFrame) {
        self.effects.push(Effect::Send(frame));
    }

    pub fn tell(&mut self, told: Told) {
        self.effects.push(Effect::Tell(told));
    }

    pub fn touch(&mut self, topic: Topic) {
        self.touched.topic(topic);
    }

    pub fn touch_chat(&mut self, id: ChatId) {
        self.touched.chat(id);
    }

    /// What outlives the panel has changed.
    pub fn keep(&mut self) {
        self.touched.keep();
    }
}
