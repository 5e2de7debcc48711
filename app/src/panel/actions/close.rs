//! Back to the list.

use crate::panel::state::{About, Action, Topic, allowed};

pub static CLOSE: Action = Action {
    about: About { name: "close", text: "Back to the list", key: Some("Escape") },
    topics: &[Topic::Open],
    allowed: |state, ()| allowed(state.threads.open.is_some()),
    perform: |state, (), turn| state.threads.show(None, turn),
};
