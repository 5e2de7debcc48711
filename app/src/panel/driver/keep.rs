//! What the page keeps for the next panel: told a moment after it changed, and at the latest when the page goes.

use std::cell::RefCell;

use leptos::prelude::WithUntracked;

use super::Driver;
use super::browser::Timeout;
use crate::panel::session::{Input, State};

/// Milliseconds from a change to its telling: what a crash of the page may cost.
const SOON_MS: i32 = 250;

pub(super) struct Keeper {
    /// Of a former panel, until it is taken up.
    kept: RefCell<Option<String>>,
    told: RefCell<String>,
    soon: RefCell<Option<Timeout>>,
}

impl Keeper {
    pub(super) fn new(kept: Option<String>) -> Self {
        Self { kept: RefCell::new(kept), told: RefCell::default(), soon: RefCell::default() }
    }

    pub(super) fn stop(&self) {
        self.soon.take();
    }
}

impl Driver {
    /// Goes on where the former panel was.
    pub(super) fn take_up(&self) {
        if let Some(kept) = self.keeper.kept.take() {
            self.apply(Input::Kept(kept));
        }
    }

    /// What there is to keep now.
    pub(in crate::panel) fn to_keep(&self) -> String {
        self.state.try_with_untracked(State::keep).unwrap_or_default()
    }

    /// Something may have changed.
    pub(super) fn keep_soon(&self) {
        let mut soon = self.keeper.soon.borrow_mut();
        if self.host.is_some() && soon.is_none() {
            *soon = Some(Timeout::new(SOON_MS, self.callback(Self::keep)));
        }
    }

    /// Tells the page what to keep, if that is something else than before.
    pub(super) fn keep(&self) {
        self.keeper.soon.take();
        let kept = self.to_keep();
        if *self.keeper.told.borrow() != kept {
            self.tell("state", &kept.as_str().into());
            *self.keeper.told.borrow_mut() = kept;
        }
    }
}
