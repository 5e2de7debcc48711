//! Goes over to the server's new build.

use crate::panel::state::{About, Action, Told, Topic, allowed};

pub static UPGRADE: Action = Action {
    about: About { name: "upgrade", text: "Reload", key: None },
    topics: &[Topic::Upgrade],
    allowed: |state, ()| allowed(state.upgrade.offered),
    perform: |_, (), turn| turn.tell(Told::Upgrade),
};
