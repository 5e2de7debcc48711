//! The state, and who is told when something in it changes.
//!
//! There is a trigger for each topic and one for each chat that is shown, and no signal of the whole: what happens in one
//! chat wakes its row, and a key that is typed wakes the field that it is typed into.

use chathub_domain::{ChatId, Timestamp};
use leptos::prelude::*;

use super::state::{Effect, Input, PerChat, State, Topic};

/// Copied to whoever reads or changes the state.
#[derive(Clone, Copy)]
pub(super) struct Watched {
    state: StoredValue<State>,
    triggers: StoredValue<Triggers>,
}

#[derive(Default)]
struct Triggers {
    topics: [ArcTrigger; Topic::ALL.len()],
    /// Of the chats that were looked at. They stay as long as the panel: each is smaller than its chat.
    chats: PerChat<ArcTrigger>,
}

impl Watched {
    pub(super) fn new(state: State) -> Self {
        Self { state: StoredValue::new(state), triggers: StoredValue::default() }
    }

    /// Takes in what happened, and wakes whoever depends on what it has changed. Says what is to be done, and whether there
    /// is something else to keep now; nothing once the panel is gone.
    #[cfg_attr(
        not(feature = "hydrate"),
        expect(dead_code, reason = "nothing happens to a panel on the server")
    )]
    pub(super) fn apply(self, input: Input, now: Timestamp) -> Option<(Vec<Effect>, bool)> {
        let (effects, touched) =
            self.state.try_update_value(|state| (state.apply(input, now), state.touched()))?;
        self.triggers.try_with_value(|triggers| {
            for (topic, trigger) in Topic::ALL.into_iter().zip(&triggers.topics) {
                if touched.has(topic) {
                    trigger.notify();
                }
            }
            if touched.every_chat() {
                for (_, trigger) in triggers.chats.iter() {
                    trigger.notify();
                }
            }
            for trigger in touched.chats().iter().filter_map(|id| triggers.chats.get(*id)) {
                trigger.notify();
            }
        });
        Some((effects, touched.kept()))
    }

    /// What the state says now; nothing once the panel is gone.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "the views' owner has it"))]
    pub(super) fn read<T>(self, take: impl FnOnce(&State) -> T) -> Option<T> {
        self.state.try_with_value(take)
    }

    /// What the state says now, to a view that lives as long as its panel.
    pub(super) fn peek<T>(self, take: impl FnOnce(&State) -> T) -> T {
        self.state.with_value(take)
    }

    /// Whoever is looking here looks again when it has changed.
    pub(super) fn track(self, topic: Topic) {
        self.triggers.with_value(|triggers| triggers.topics[topic as usize].track());
    }

    /// Whoever is looking here looks again when the chat, or what a row says of it, has changed.
    pub(super) fn track_chat(self, id: ChatId) {
        let trigger = self.triggers.with_value(|triggers| triggers.chats.get(id).cloned());
        let trigger = trigger.unwrap_or_else(|| {
            let new = ArcTrigger::new();
            self.triggers.update_value(|triggers| drop(triggers.chats.set(id, new.clone())));
            new
        });
        trigger.track();
    }
}
