//! What goes into the state: what happened.

use chathub_domain::Timestamp;
use chathub_domain::wire::ServerFrame;

use super::action::Deed;

#[derive(Debug)]
pub enum Input {
    /// A connection is being tried.
    Connecting,
    /// It is open, nothing was said yet.
    Opened,
    Frame(ServerFrame),
    /// It is gone, or did not come about.
    Lost,
    /// What the panel needed did not come, or is not what it must be.
    PartMissing,
    /// The operator does something.
    Act(Deed),
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
