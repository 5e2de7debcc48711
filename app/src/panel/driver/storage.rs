//! What is kept for the next panel: a moment after it changed, and at the latest when the page goes. Somebody else's page
//! is told, a page of ours keeps it for as long as its tab lives.

use std::cell::RefCell;

use leptos::prelude::WithUntracked;
use web_sys::{Event, Storage};

use super::Driver;
use super::browser::{Timeout, window};
use crate::panel::props::Door;
use crate::panel::state::{Input, State};

/// Milliseconds from a change to its keeping: what a crash of the page may cost.
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
        let kept = self.keeper.kept.take().or_else(|| {
            let (store, name) = self.store()?;
            store.get_item(&name).ok()?
        });
        if let Some(kept) = kept {
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
        if soon.is_none() {
            *soon = Some(Timeout::new(SOON_MS, self.callback(Self::keep)));
        }
    }

    /// Keeps what there is to keep, if that is something else than before.
    pub(super) fn keep(&self) {
        self.keeper.soon.take();
        let kept = self.to_keep();
        if *self.keeper.told.borrow() == kept {
            return;
        }
        self.tell("state", &kept.as_str().into());
        if let Some((store, name)) = self.store() {
            // In a browser that keeps nothing, the question before leaving is all there is.
            drop(store.set_item(&name, &kept));
        }
        *self.keeper.told.borrow_mut() = kept;
    }

    /// Asks before the page goes with something unsent.
    pub(super) fn before_leaving(&self, event: &Event) {
        if self.state.try_with_untracked(State::unsent).unwrap_or(false) {
            event.prevent_default();
        }
    }

    /// Where a page of ours keeps it, and under what name.
    fn store(&self) -> Option<(Storage, String)> {
        if self.door != Door::Console {
            return None;
        }
        let operator = self.state.try_with_untracked(|state| state.me.operator.id)?;
        Some((window().session_storage().ok()??, ["chathub:console:", &operator.to_string()].concat()))
    }
}
