//! Goes over to another language, by its tag.

use crate::panel::state::{About, Action, Told};
use crate::texts::{PanelTexts, Texts};

pub static SPEAK: Action<String> = Action {
    about: About { name: "speak", text: Texts::language, key: None },
    topics: &[],
    allowed: |_, _| Ok(()),
    perform: |_, tag, turn| turn.tell(Told::Language(tag)),
};
