//! What a panel is given to begin with, by either door.

use chathub_domain::decode::{self, Decode};
use chathub_domain::wire::{Me, Snapshot};
use chathub_domain::{Cursor, Timestamp};
use serde::Serialize;

use crate::texts::Texts;

/// How the panel came into the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Decode)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// A page of ours: same origin, and a session that can fetch fresh tokens.
    Console,
    /// Somebody else's page, inside a shadow root; fresh tokens come from there.
    Embed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Decode)]
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

impl PanelProps {
    /// From their JSON; none when it is not what a panel of this build begins with.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        decode::read(text)
    }
}

#[cfg(test)]
mod tests {
    use chathub_domain::{Epoch, OperatorId, OperatorRef, OrganizationId, OrganizationRef};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn props_survive_the_journey() {
        let cursor = Cursor { epoch: Epoch(Uuid::nil()), seq: 12 };
        let anna = OperatorRef { id: OperatorId(7), name: "Anna".into() };
        let snapshot = Snapshot { chats: Vec::new(), more: true, operators: vec![anna.clone()], unread: 7 };
        for door in [Door::Console, Door::Embed] {
            let props = PanelProps {
                hub: "https://hub.example".into(),
                token: "eyJ".into(),
                me: Me {
                    operator: anna.clone(),
                    organization: OrganizationRef { id: OrganizationId(1), name: "Sales".into() },
                },
                expires_at: Timestamp(5),
                cursor,
                snapshot: snapshot.clone(),
                build: "1".into(),
                door,
                texts: serde_json::json!({ "language": "lv", "texts": ["Sarunas", { "other": "{0}" }] })
                    .into(),
            };
            let text = serde_json::to_string(&props).unwrap();
            assert_eq!(PanelProps::read(&text), Some(props));
        }
        assert_eq!(PanelProps::read("{}"), None);
    }
}
