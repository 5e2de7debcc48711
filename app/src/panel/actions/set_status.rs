//! Says how far the open chat has come.

use chathub_domain::ChatStatus;

use crate::panel::state::{About, Action, Topic, allowed};
use crate::texts::{PanelTexts, Texts};

pub static SET_STATUS: Action<ChatStatus> = Action {
    about: About { name: "set_status", text: Texts::chat_status, key: None },
    topics: &[Topic::Open],
    allowed: |state, status| {
        allowed(state.open_chat().is_some_and(|chat| state.shown_status(chat) != *status))
    },
    perform: |state, status, turn| {
        let Some(id) = state.threads.open else { return };
        state.wishes.wish_status(id, status, state.link.is_live(), turn);
    },
};
