//! A circuit: after several failures in a row nobody waits for the remote any more, but for one who tries.
//!
//! Times come from the hub's clock. The libraries for this count by the machine's own, which a test can't move.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chathub_domain::Timestamp;
use chathub_hub::Clock;

/// Failures in a row that open the circuit: more than one unlucky call with all its retries.
const FAILURES: u32 = 5;

/// How long it stays open at first; doubled with each probe that fails.
const OPEN: Duration = Duration::from_secs(5);

/// How long it stays open at the most.
const OPEN_AT_MOST: Duration = Duration::from_secs(60);

pub(crate) struct Circuit {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed { failures: u32 },
    Open { since: Timestamp, lasts: Duration, probing: bool },
}

/// The right to make one call; tells the circuit how it went, or, when dropped, that nobody knows.
pub(crate) struct Permit<'a> {
    circuit: &'a Circuit,
    is_probe: bool,
}

impl Circuit {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(*self.lock(), State::Open { .. })
    }

    /// Lets a call through, or says how long not to ask again.
    pub(crate) fn admit(&self) -> Result<Permit<'_>, Duration> {
        let now = self.clock.now();
        let mut state = self.lock();
        let is_probe = match &mut *state {
            State::Closed { .. } => false,
            State::Open { since, lasts, probing } => {
                let left = left(now, *since, *lasts);
                if *probing || !left.is_zero() {
                    return Err(left.max(Duration::from_secs(1)));
                }
                *probing = true;
                true
            }
        };
        Ok(Permit { circuit: self, is_probe })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn judge(&self, is_probe: bool, well: bool) {
        let now = self.clock.now();
        let mut state = self.lock();
        let next = match (*state, well) {
            (State::Closed { .. }, true) => State::Closed { failures: 0 },
            (State::Closed { failures }, false) if failures + 1 < FAILURES => {
                State::Closed { failures: failures + 1 }
            }
            (State::Closed { .. }, false) => {
                tracing::warn!("the remote directory does not answer; asking it rests for a while");
                State::Open { since: now, lasts: OPEN, probing: false }
            }
            // What was sent before it opened proves nothing.
            (State::Open { .. }, _) if !is_probe => return,
            (State::Open { .. }, true) => {
                tracing::info!("the remote directory answers again");
                State::Closed { failures: 0 }
            }
            (State::Open { lasts, .. }, false) => {
                State::Open { since: now, lasts: (lasts * 2).min(OPEN_AT_MOST), probing: false }
            }
        };
        *state = next;
    }
}

impl Permit<'_> {
    pub(crate) fn well(mut self) {
        self.circuit.judge(std::mem::take(&mut self.is_probe), true);
    }

    pub(crate) fn failed(mut self) {
        self.circuit.judge(std::mem::take(&mut self.is_probe), false);
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        // Given up before its end: another one may try.
        if self.is_probe
            && let State::Open { probing, .. } = &mut *self.circuit.lock()
        {
            *probing = false;
        }
    }
}

/// What is left of the rest; nothing when the clock was set back.
fn left(now: Timestamp, since: Timestamp, lasts: Duration) -> Duration {
    match u64::try_from(now.0 - since.0) {
        Ok(passed) => lasts.saturating_sub(Duration::from_millis(passed)),
        Err(_) => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    fn circuit() -> (Circuit, Arc<AtomicI64>) {
        let now = Arc::new(AtomicI64::new(1_000_000));
        let shared = Arc::clone(&now);
        (Circuit::new(Clock::new(move || Timestamp(shared.load(Ordering::SeqCst)))), now)
    }

    fn fail(circuit: &Circuit, times: u32) {
        for _ in 0..times {
            circuit.admit().ok().unwrap().failed();
        }
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_not_before() {
        let (circuit, _) = circuit();
        fail(&circuit, FAILURES - 1);
        circuit.admit().ok().unwrap().well();
        fail(&circuit, FAILURES - 1);
        assert!(!circuit.is_open());
        fail(&circuit, 1);
        assert!(circuit.is_open());
        assert_eq!(circuit.admit().err(), Some(OPEN));
    }

    #[test]
    fn one_probe_decides_and_failing_ones_come_rarer() {
        let (circuit, now) = circuit();
        fail(&circuit, FAILURES);
        let mut wait = OPEN;
        for _ in 0..6 {
            now.fetch_add(i64::try_from(wait.as_millis()).unwrap(), Ordering::SeqCst);
            let probe = circuit.admit().ok().unwrap();
            assert!(circuit.admit().is_err(), "only one at a time");
            probe.failed();
            wait = (wait * 2).min(OPEN_AT_MOST);
            assert_eq!(circuit.admit().err(), Some(wait));
        }
        now.fetch_add(i64::try_from(wait.as_millis()).unwrap(), Ordering::SeqCst);
        // Nobody waited for the answer of this one.
        drop(circuit.admit().ok().unwrap());
        circuit.admit().ok().unwrap().well();
        assert!(!circuit.is_open());
    }

    #[test]
    fn what_was_sent_before_it_opened_proves_nothing() {
        let (circuit, _) = circuit();
        let early = circuit.admit().ok().unwrap();
        fail(&circuit, FAILURES);
        early.well();
        assert!(circuit.is_open());
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_out() {
        let (circuit, now) = circuit();
        fail(&circuit, FAILURES);
        now.store(0, Ordering::SeqCst);
        assert!(circuit.admit().is_ok());
    }
}
