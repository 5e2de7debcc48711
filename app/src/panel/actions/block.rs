//! Keeps the open chat's visitor out for a time. Nothing of it is kept here: the server says what came of it.

use chathub_domain::wire::ClientFrame;

use crate::panel::state::{About, Action, NO, Topic};
use crate::texts::{PanelTexts, Texts};

/// For how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// For none, they may write again.
    pub hours: u32,
    /// And everybody who comes from where they write.
    pub address: bool,
}

pub static BLOCK: Action<Span> = Action {
    about: About { name: "block", text: Texts::block_visitor, key: None },
    topics: &[Topic::Open, Topic::Link],
    allowed: |state, _| match state.threads.open {
        None => NO,
        Some(_) if state.link.is_live() => Ok(()),
        Some(_) => Err(Some(Texts::not_connected)),
    },
    perform: |state, Span { hours, address }, turn| {
        let Some(chat_id) = state.threads.open else { return };
        turn.send(match hours {
            0 => ClientFrame::Unblock { chat_id },
            hours => ClientFrame::Block { chat_id, hours, address },
        });
    },
};
