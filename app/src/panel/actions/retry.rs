//! Sends a refused message once more.

use chathub_domain::ClientId;

use crate::panel::state::{About, Action, Topic, allowed};
use crate::texts::{PanelTexts, Texts};

pub static RETRY: Action<ClientId> = Action {
    about: About { name: "retry", text: Texts::try_again, key: None },
    topics: &[Topic::Outbox],
    allowed: |state, name| allowed(state.outbox.has_failed(*name)),
    perform: |state, name, turn| {
        state.outbox.retry(name, turn);
        state.send_outbox(turn);
    },
};
