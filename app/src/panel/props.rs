//! What a panel is given to begin with, by either door.

use chathub_domain::wire::{Me, Snapshot};
use chathub_domain::{Cursor, Timestamp};
use serde::Serialize;

use crate::texts::Texts;

/// How the panel came into the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// A page of ours: same origin, and a session that can fetch fresh tokens.
    Console,
    /// Somebody else's page, inside a shadow root; fresh tokens come from there.
    Embed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PanelProps {
    /// The hub's origin (`https://hub.example`), or empty for the page's own.
    pub hub: String,
    pub token: String,
    pub me: Me,
    pub expires_at: Timestamp,
    pub cursor: Cursor,
    pub snapshot: Snapshot,
    /// The server's build.
    pub build: String,
    pub door: Door,
    /// What it says, in the operator's language.
    pub texts: Texts,
}
