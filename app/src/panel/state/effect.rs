//! What comes out of the state: what is to be done about what happened.

use chathub_domain::wire::ClientFrame;
use chathub_domain::{ChatId, ErrorCode};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Send(ClientFrame),
    /// Drop the connection, if there is one, and make another after about so many milliseconds.
    Reconnect(u32),
    /// Drop the connection and stay away.
    Disconnect,
    /// A fresh token is needed: soon (`refused` is false) or before anything else can happen.
    AskToken {
        refused: bool,
    },
    Tell(Told),
}

/// What the page around the panel may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Unread(u32),
    Message {
        chat_id: ChatId,
        customer: String,
        preview: String,
    },
    TokenExpiring,
    /// The operator wants the new build: whoever put this panel up puts up the next in its place.
    Upgrade,
    /// The operator wants this language: whoever put this panel up puts up one that speaks it in its place.
    Language(String),
    Error {
        code: ErrorCode,
        detail: String,
    },
}
