//! One limit: so many in so long for each key, by GCRA, in bounded memory.

use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};

use governor::clock::{Clock, MonotonicClock, Reference};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::error::exceeded::whole_seconds;
use crate::error::{Error, Exceeded, Policy, Result};

/// How a key stands after it was let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub policy: Policy,
    /// How many more are possible at once.
    pub remaining: u32,
}

/// Keys that are told apart; see [`Limiter::check`] for what happens to more. An entry takes some 32 bytes.
const KEYS: usize = 50_000;

/// What all share when there are more.
const CROWD: u64 = 1_024;

/// Milliseconds between two looks for keys that have their whole quota again, and need no entry any more.
const SWEEP_MS: u64 = 10_000;

type Keys<C> = RateLimiter<u64, DashMapStateStore<u64>, C, StateInformationMiddleware>;

/// A limit.
pub struct Limiter<C: Clock = MonotonicClock> {
    policy: Policy,
    keys: Keys<C>,
    /// Keys are kept as hashes that nobody outside can aim at: no token stays in memory, and none is long.
    hashes: RandomState,
    started: C::Instant,
    /// Milliseconds after `started` at which the next sweep is due.
    sweep_at: AtomicU64,
}

impl Limiter {
    /// The machine's steady clock, not the hub's: a clock that is set back must not lock everybody out. None for a
    /// quota of nothing, which stands for no limit.
    #[must_use]
    pub fn new(policy: Policy) -> Option<Self> {
        Self::with_clock(policy, MonotonicClock)
    }
}

impl<C: Clock> Limiter<C> {
    /// As [`new`](Limiter::new), by another clock.
    #[must_use]
    pub fn with_clock(policy: Policy, clock: C) -> Option<Self> {
        let quota = NonZeroU32::new(policy.quota)?;
        let quota = Quota::with_period(policy.window / policy.quota)?.allow_burst(quota);
        let started = clock.now();
        let keys = RateLimiter::dashmap_with_clock(quota, clock).with_middleware();
        let sweep_at = AtomicU64::new(SWEEP_MS);
        Some(Self { policy, keys, hashes: RandomState::new(), started, sweep_at })
    }

    /// Counts one for `key`, if it may.
    ///
    /// # Errors
    /// [`Exceeded`], and nothing was counted.
    pub fn check(&self, key: &impl Hash) -> Result<Standing, Exceeded> {
        self.count(key, NonZeroU32::MIN)
    }

    /// Counts so many for `key`, if it may: more than the whole quota are as many as the quota.
    ///
    /// Memory is bounded: entries that mean nothing any more go every ten seconds, and when there are
    /// [`KEYS`] of them all the same, everybody shares a few until the next sweep. So an attack with very many
    /// addresses costs those who share with it some refusals, but neither memory nor the limit.
    ///
    /// # Errors
    /// [`Exceeded`], and nothing was counted.
    pub fn count(&self, key: &impl Hash, number: NonZeroU32) -> Result<Standing, Exceeded> {
        self.sweep();
        let hash = self.hashes.hash_one(key);
        let key = if self.keys.len() < KEYS { hash } else { hash % CROWD };
        let number = number.min(NonZeroU32::new(self.policy.quota).unwrap_or(NonZeroU32::MIN));
        let Ok(outcome) = self.keys.check_key_n(&key, number) else {
            // Only for a number beyond the quota, which this one is not.
            return Err(Exceeded { policy: self.policy, wait: self.policy.window });
        };
        match outcome {
            Ok(state) => Ok(Standing { policy: self.policy, remaining: state.remaining_burst_capacity() }),
            Err(until) => {
                Err(Exceeded { policy: self.policy, wait: until.wait_time_from(self.keys.clock().now()) })
            }
        }
    }

    fn sweep(&self) {
        let now = self.keys.clock().now().duration_since(self.started).as_u64() / 1_000_000;
        let due = self.sweep_at.load(Ordering::Relaxed);
        let next = now.saturating_add(SWEEP_MS);
        // Whoever exchanges it sweeps: a millisecond's work, shard by shard.
        if now >= due
            && self.sweep_at.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            self.keys.retain_recent();
            self.keys.shrink_to_fit();
        }
    }
}

impl Standing {
    /// Whole seconds until the whole quota is there again.
    #[must_use]
    pub fn reset(&self) -> u64 {
        let used = self.policy.quota.saturating_sub(self.remaining);
        whole_seconds(self.policy.window / self.policy.quota.max(1) * used)
    }
}

/// Whether it may go on; always where there is no limit.
pub(super) fn check(limiter: Option<&Limiter>, key: &impl Hash, what: &str) -> Result<()> {
    let outcome = limiter.map(|limiter| limiter.check(key)).transpose();
    outcome.map(drop).map_err(|exceeded| Error::too_many(what, exceeded))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;

    fn limiter(quota: u32, seconds: u64) -> (Limiter<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let policy = Policy { name: "test", quota, window: Duration::from_secs(seconds) };
        (Limiter::with_clock(policy, clock.clone()).unwrap(), clock)
    }

    #[test]
    fn a_burst_then_an_even_pace() {
        let (limiter, clock) = limiter(5, 10);
        for remaining in (0..5).rev() {
            let standing = limiter.check(&"a").unwrap();
            assert_eq!((standing.remaining, standing.reset()), (remaining, u64::from(5 - remaining) * 2));
        }
        let refused = limiter.check(&"a").unwrap_err();
        assert_eq!((refused.wait, refused.retry_after()), (Duration::from_secs(2), 2));
        // Another one is not concerned, and what was refused was not counted.
        limiter.check(&"b").unwrap();
        clock.advance(Duration::from_millis(1_999));
        assert_eq!(limiter.check(&"a").unwrap_err().retry_after(), 1);
        clock.advance(Duration::from_millis(1));
        limiter.check(&"a").unwrap();
        assert!(limiter.check(&"a").is_err());
        clock.advance(Duration::from_secs(10));
        assert_eq!((0..9).filter(|_| limiter.check(&"a").is_ok()).count(), 5);
    }

    #[test]
    fn entries_go_when_they_mean_nothing() {
        let (limiter, clock) = limiter(5, 10);
        for key in 0..1_000 {
            limiter.check(&key).unwrap();
        }
        assert_eq!(limiter.keys.len(), 1_000);
        clock.advance(Duration::from_millis(SWEEP_MS));
        limiter.check(&"somebody").unwrap();
        assert_eq!(limiter.keys.len(), 1);
    }

    #[test]
    fn a_flood_of_keys_takes_bounded_memory_and_is_limited_all_the_same() {
        let (limiter, _) = limiter(5, 10);
        let through = (0..KEYS + 100_000).filter(|key| limiter.check(key).is_ok()).count();
        assert!(limiter.keys.len() <= KEYS + usize::try_from(CROWD).unwrap(), "{}", limiter.keys.len());
        assert!(through <= KEYS + 5 * usize::try_from(CROWD).unwrap(), "{through}");
    }
}
