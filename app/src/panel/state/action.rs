//! What an operator can do, as values.

use std::fmt;

use super::touched::Topic;
use super::turn::Turn;
use super::whole::State;
use crate::texts::Texts;

/// Something that an operator can do. `G` is what has to be given to it: which chat, which status.
///
/// Buttons, menus and keys are made of these, so that each knows the same of it.
pub struct Action<G: 'static = ()> {
    pub about: About,
    /// What `allowed` looks at.
    pub topics: &'static [Topic],
    pub allowed: fn(&State, &G) -> Allowed,
    /// Does it, once it is allowed.
    pub perform: fn(&mut State, G, &mut Turn),
}

/// What is known of an action whatever it is done to.
pub struct About {
    /// Never changes: tests and settings go by it.
    pub name: &'static str,
    /// What a button or a menu says.
    pub text: Sentence,
    /// Its key, as the browser calls it, where it has one.
    pub key: Option<&'static str>,
}

/// A text of the catalogue, by its name.
pub type Sentence = fn(&Texts) -> String;

/// Whether something can be done now, and if not, why: in a sentence, or in none where it is plain to see.
pub type Allowed = Result<(), Option<Sentence>>;

/// It is plain to see why not.
pub const NO: Allowed = Err(None);

type Perform = dyn FnOnce(&mut State, &mut Turn);

/// An action with what it needs: what the state is given to do.
pub struct Deed {
    name: &'static str,
    perform: Box<Perform>,
}

impl<G> Action<G> {
    #[must_use]
    pub fn is_allowed(&self, state: &State, given: &G) -> bool {
        (self.allowed)(state, given).is_ok()
    }

    #[must_use]
    pub fn with(&'static self, given: G) -> Deed {
        let perform =
            Box::new(move |state: &mut State, turn: &mut Turn| match (self.allowed)(state, &given) {
                Ok(()) => (self.perform)(state, given, turn),
                Err(None) => {}
                Err(Some(why)) => {
                    let why = why(&state.texts);
                    state.notices.show(why, turn);
                }
            });
        Deed { name: self.about.name, perform }
    }
}

impl About {
    #[must_use]
    pub fn is_key(&self, key: &str) -> bool {
        self.key == Some(key)
    }
}

impl Deed {
    pub(super) fn perform(self, state: &mut State, turn: &mut Turn) {
        (self.perform)(state, turn);
    }
}

impl fmt::Debug for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Allowed where this holds; where it does not, that is plain to see.
pub fn allowed(holds: bool) -> Allowed {
    if holds { Ok(()) } else { NO }
}
