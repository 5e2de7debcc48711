//! What goes into the state, and what comes out of it.

use chathub_domain::wire::{ClientFrame, ServerFrame};
use chathub_domain::{ChatId, ChatStatus, ClientId, ErrorCode, OperatorId, Timestamp};

/// What happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// A connection is being tried.
    Connecting,
    /// It is open, nothing was said yet.
    Opened,
    Frame(ServerFrame),
    /// It is gone, or did not come about.
    Lost,
    Act(Action),
    /// What a former panel kept.
    Kept(String),
    /// A fresh token for the same operator.
    Token {
        token: String,
        expires_at: Option<Timestamp>,
    },
    /// Whether the operator looks at the panel.
    Visible(bool),
    /// Time has passed.
    Tick,
}

/// What the operator did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    Open(ChatId),
    /// Back to the list.
    Close,
    /// The draft of the open chat is now this.
    Draft(String),
    /// Send the draft of the open chat, under this name.
    Send(ClientId),
    Retry(ClientId),
    /// Give up a message that was refused.
    Discard(ClientId),
    SetStatus(ChatStatus),
    Assign(Option<OperatorId>),
    /// Keep the open chat's visitor out for so many hours, or for none let them write again.
    Block {
        hours: u32,
        /// And everybody who comes from where they write.
        address: bool,
    },
    /// The messages before the first one shown, or the last ones if none are.
    LoadMessages,
    LoadChats,
    /// What is stranded has been copied, or is not needed.
    LetGo,
    /// Go over to the server's new build.
    Upgrade,
}

/// What is to be done about it.
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
    Error {
        code: ErrorCode,
        detail: String,
    },
}
