//! Sends what is written in the open chat, under a name of its own.

use chathub_domain::ClientId;

use crate::panel::state::{About, Action, Topic, allowed};
use crate::texts::{PanelTexts, Texts};

pub static SEND: Action<ClientId> = Action {
    about: About { name: "send", text: Texts::send, key: Some("Enter") },
    topics: &[Topic::Draft],
    allowed: |state, _| allowed(state.can_send()),
    perform: |state, client_id, turn| {
        let Some(id) = state.threads.open else { return };
        let Some(text) = state.drafts.take(id, turn) else { return };
        state.outbox.push(id, client_id, text.trim().to_owned(), turn);
        state.typing.sent();
        state.send_outbox(turn);
    },
};
