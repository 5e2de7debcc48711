//! Gives the open chat to somebody, or back.

use chathub_domain::OperatorId;

use crate::panel::state::{About, Action, Topic, allowed};
use crate::texts::{PanelTexts, Texts};

pub static ASSIGN: Action<Option<OperatorId>> = Action {
    about: About { name: "assign", text: Texts::assigned_to, key: None },
    topics: &[Topic::Open],
    allowed: |state, operator| {
        allowed(state.open_chat().is_some_and(|chat| state.shown_operator(chat) != *operator))
    },
    perform: |state, operator, turn| {
        let Some(id) = state.threads.open else { return };
        state.wishes.wish_operator(id, operator, state.link.is_live(), turn);
    },
};
