//! A limit that somebody has met.

use std::time::Duration;

/// So many in so long: all of them at once, if there were none before, and then evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub name: &'static str,
    pub quota: u32,
    pub window: Duration,
}

/// A key was not let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    pub policy: Policy,
    /// Until the next one is possible.
    pub wait: Duration,
}

impl Exceeded {
    /// Whole seconds after which it is worth trying again.
    #[must_use]
    pub fn retry_after(&self) -> u64 {
        whole_seconds(self.wait).max(1)
    }
}

pub(crate) fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
