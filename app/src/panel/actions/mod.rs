//! What an operator can do, an action a file. Whatever is chosen or written shows at once; what can't be sent yet waits.
//!
//! A new one is a file here, and a line in [`ALL`]: what it is called, when it is possible, and how it is done. The views
//! put it where it belongs, and know nothing of that.

mod assign;
mod block;
mod close;
mod discard;
mod let_go;
mod load_chats;
mod load_messages;
mod open;
mod retry;
mod send;
mod set_status;
mod speak;
mod upgrade;
mod write;

pub use assign::ASSIGN;
pub use block::{BLOCK, Span};
pub use close::CLOSE;
pub use discard::DISCARD;
pub use let_go::LET_GO;
pub use load_chats::LOAD_CHATS;
pub use load_messages::LOAD_MESSAGES;
pub use open::OPEN;
pub use retry::RETRY;
pub use send::SEND;
pub use set_status::SET_STATUS;
pub use speak::SPEAK;
pub use upgrade::UPGRADE;
pub use write::WRITE;

use super::state::{About, Action};

/// An action in the list of all.
pub enum Entry {
    /// It needs nothing more than to be chosen.
    Plain(&'static Action),
    /// Something has to be given to it.
    Given(&'static About),
}

/// Everything an operator can do.
pub static ALL: [Entry; 14] = [
    Entry::Given(&OPEN.about),
    Entry::Plain(&CLOSE),
    Entry::Given(&WRITE.about),
    Entry::Given(&SEND.about),
    Entry::Given(&RETRY.about),
    Entry::Given(&DISCARD.about),
    Entry::Given(&SET_STATUS.about),
    Entry::Given(&ASSIGN.about),
    Entry::Given(&BLOCK.about),
    Entry::Plain(&LOAD_MESSAGES),
    Entry::Plain(&LOAD_CHATS),
    Entry::Plain(&LET_GO),
    Entry::Plain(&UPGRADE),
    Entry::Given(&SPEAK.about),
];

impl Entry {
    #[must_use]
    pub fn about(&self) -> &'static About {
        match self {
            Self::Plain(action) => &action.about,
            Self::Given(about) => about,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_keys_tell_actions_apart() {
        let all = ALL.iter().map(Entry::about);
        let names: BTreeSet<_> = all.clone().map(|about| about.name).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(all.clone().all(|about| !(about.text)(&crate::texts::chosen([]).panel).is_empty()));
        let keys: Vec<_> = all.filter_map(|about| about.key).collect();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    }
}
