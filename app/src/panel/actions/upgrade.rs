//! Goes over to the server's new build.

use crate::panel::state::{About, Action, Told, Topic, allowed};
use crate::texts::{PanelTexts, Texts};

pub static UPGRADE: Action = Action {
    about: About { name: "upgrade", text: Texts::reload, key: None },
    topics: &[Topic::Upgrade],
    allowed: |state, ()| allowed(state.upgrade.offered),
    perform: |_, (), turn| turn.tell(Told::Upgrade),
};
