//! Asks for the next page of the list.

use crate::panel::state::{About, Action, Topic, allowed};
use crate::texts::{PanelTexts, Texts};

pub static LOAD_CHATS: Action = Action {
    about: About { name: "load_chats", text: Texts::older_chats, key: None },
    topics: &[Topic::List, Topic::Link],
    allowed: |state, ()| {
        let view = &state.chats.view;
        allowed(state.link.is_live() && view.more && !view.is_loading())
    },
    perform: |state, (), turn| state.chats.view.load(state.link.is_live(), turn),
};
