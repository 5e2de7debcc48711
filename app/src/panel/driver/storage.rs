//! What is kept for the next panel: a moment after it changed, and at the latest when the page goes. Somebody else's page
//! is told, a page of ours keeps it for as long as its tab lives.

use std::cell::RefCell;

use chathub_domain::OperatorId;
use web_sys::Storage;

use super::browser::{Timeout, window};
use crate::panel::props::Door;

/// Milliseconds from a change to its keeping: what a crash of the page may cost.
const SOON_MS: i32 = 250;

pub(super) struct Keeper {
    door: Door,
    /// Of a former panel, until it is taken up.
    kept: RefCell<Option<String>>,
    told: RefCell<String>,
    soon: RefCell<Option<Timeout>>,
}

impl Keeper {
    pub(super) fn new(door: Door, kept: Option<String>) -> Self {
        Self { door, kept: RefCell::new(kept), told: RefCell::default(), soon: RefCell::default() }
    }

    pub(super) fn stop(&self) {
        self.soon.take();
    }

    /// What the operator's former panel has kept.
    pub(super) fn take(&self, operator: OperatorId) -> Option<String> {
        self.kept.take().or_else(|| {
            let (store, name) = self.store(operator)?;
            store.get_item(&name).ok()?
        })
    }

    /// Something has changed: calls in a moment.
    pub(super) fn soon(&self, call: impl Fn() + 'static) {
        let mut soon = self.soon.borrow_mut();
        if soon.is_none() {
            *soon = Some(Timeout::new(SOON_MS, call));
        }
    }

    /// Keeps what there is to keep now. Says whether that is something else than before.
    pub(super) fn keep(&self, operator: OperatorId, kept: &str) -> bool {
        self.soon.take();
        if *self.told.borrow() == kept {
            return false;
        }
        if let Some((store, name)) = self.store(operator) {
            // In a browser that keeps nothing, the question before leaving is all there is.
            drop(store.set_item(&name, kept));
        }
        kept.clone_into(&mut self.told.borrow_mut());
        true
    }

    /// Where a page of ours keeps it, and under what name.
    fn store(&self, operator: OperatorId) -> Option<(Storage, String)> {
        if self.door != Door::Console {
            return None;
        }
        Some((window().session_storage().ok()??, ["chathub:console:", &operator.to_string()].concat()))
    }
}
