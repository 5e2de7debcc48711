//! Back to the list.

use crate::panel::state::{About, Action, Topic, allowed};
use crate::texts::{PanelTexts, Texts};

pub static CLOSE: Action = Action {
    about: About { name: "close", text: Texts::back, key: Some("Escape") },
    topics: &[Topic::Open],
    allowed: |state, ()| allowed(state.threads.open.is_some()),
    perform: |state, (), turn| state.threads.show(None, turn),
};
