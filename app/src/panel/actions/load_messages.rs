//! Asks for the messages before the first one shown, or for the last ones if none are.

use crate::panel::state::{About, Action, Topic, allowed};
use crate::texts::{PanelTexts, Texts};

pub static LOAD_MESSAGES: Action = Action {
    about: About { name: "load_messages", text: Texts::load_earlier, key: None },
    topics: &[Topic::Thread, Topic::Link],
    allowed: |state, ()| {
        let thread = state.open_thread().filter(|thread| thread.loading.is_none());
        allowed(state.link.is_live() && thread.is_some_and(|thread| thread.more || !thread.current))
    },
    perform: |state, (), turn| {
        state.load_thread(turn);
        state.threads.load_older(turn);
    },
};
