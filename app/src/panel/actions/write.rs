//! What is half-written in the open chat is now this.

use crate::panel::state::{About, Action, Topic, allowed};
use crate::texts::{PanelTexts, Texts};

pub static WRITE: Action<String> = Action {
    about: About { name: "write", text: Texts::write, key: None },
    topics: &[Topic::Open],
    allowed: |state, _| allowed(state.threads.open.is_some()),
    perform: |state, text, turn| {
        let Some(id) = state.threads.open else { return };
        if !text.trim().is_empty() && state.link.is_live() {
            state.typing.tell(id, turn);
        }
        state.drafts.write(id, text, turn);
    },
};
