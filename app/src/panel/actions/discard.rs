//! Gives up a refused message; one that may have arrived can't be given up.

use chathub_domain::ClientId;

use crate::panel::state::{About, Action, Topic, allowed};
use crate::texts::{PanelTexts, Texts};

pub static DISCARD: Action<ClientId> = Action {
    about: About { name: "discard", text: Texts::discard, key: None },
    topics: &[Topic::Outbox],
    allowed: |state, name| allowed(state.outbox.has_failed(*name)),
    perform: |state, name, turn| state.outbox.discard(name, turn),
};
