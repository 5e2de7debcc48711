//! Looks into a chat.

use chathub_domain::ChatId;

use crate::panel::state::{About, Action, allowed};
use crate::texts::{PanelTexts, Texts};

pub static OPEN: Action<ChatId> = Action {
    about: About { name: "open", text: Texts::open, key: None },
    topics: &[],
    allowed: |state, id| allowed(state.chat(*id).is_some()),
    perform: |state, id, turn| state.open(id, turn),
};
