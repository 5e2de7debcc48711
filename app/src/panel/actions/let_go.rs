//! What is stranded has been copied, or is not needed.

use crate::panel::state::{About, Action, Topic, allowed};
use crate::texts::{PanelTexts, Texts};

pub static LET_GO: Action = Action {
    about: About { name: "let_go", text: Texts::discard, key: None },
    topics: &[Topic::Stranded],
    allowed: |state, ()| allowed(!state.stranded.text.is_empty()),
    perform: |state, (), turn| state.stranded.clear(turn),
};
