//! One sender's messages stay in order when one of them is refused for the moment.
//!
//! A client sends its messages in a row, without waiting. When one is refused for its pace, or could not be stored, a
//! moment later there is room again, and one from behind would overtake it. So all that follow on its connection are
//! refused as well until the refused one has come again: those that the client sends, and those that wait for the
//! writer already.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chathub_domain::ClientId;
use chathub_domain::error::ErrorCode;
use chathub_domain::limits::SILENCE_MS;
use tokio::time::Instant;

use crate::error::{Error, Result};
use crate::pace::Exceeded;

/// As long as a silent connection is kept: what was sent before its sender heard of the refusal has come by then, or
/// never will. Our clients try again within half a minute; one that has not done so by now has given the message up.
const HELD_FOR: Duration = Duration::from_millis(SILENCE_MS as u64);

/// What a refusal says to those behind it.
const AGAIN_FIRST: &str = "An earlier message of yours must be sent again first.";

/// The order of one connection's messages. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Lane(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Grows when a message could not be stored: what was sent before that is behind it, and must come again.
    turn: u64,
    held: Option<Held>,
}

/// The refused message that others wait for.
struct Held {
    first: ClientId,
    until: Instant,
    /// The limit that it met, when it was one.
    exceeded: Option<Exceeded>,
}

/// A message's place in its lane.
pub(crate) struct Place {
    lane: Lane,
    client_id: ClientId,
    turn: u64,
}

impl Lane {
    /// Gives a message its place behind the earlier ones, if its turn has come and it is not too much for its sender's
    /// `pace`, which is asked only then.
    pub fn enter(&self, client_id: ClientId, pace: impl FnOnce() -> Result<()>) -> Result<Place> {
        let mut state = self.lock();
        if let Some(Held { exceeded, .. }) =
            state.held.as_ref().filter(|held| held.first != client_id && Instant::now() < held.until)
        {
            return Err(behind(*exceeded));
        }
        if let Err(refusal) = pace() {
            state.hold(client_id, refusal.exceeded.as_deref().copied());
            return Err(refusal);
        }
        state.held = None;
        Ok(Place { lane: self.clone(), client_id, turn: state.turn })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is one assignment: there is no half of it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn hold(&mut self, first: ClientId, exceeded: Option<Exceeded>) {
        self.held = Some(Held { first, until: Instant::now() + HELD_FOR, exceeded });
    }
}

impl Place {
    /// Whether an earlier message of the lane could not be stored after this one was sent.
    pub fn overtakes(&self) -> Option<Error> {
        (self.lane.lock().turn != self.turn).then(|| behind(None))
    }

    /// The message could not be stored. The first one of a lane is the one that must come again first.
    pub fn failed(&self) {
        let mut state = self.lane.lock();
        if state.turn == self.turn {
            state.turn += 1;
            state.hold(self.client_id, None);
        }
    }
}

fn behind(exceeded: Option<Exceeded>) -> Error {
    match exceeded {
        Some(exceeded) => Error::too_many(AGAIN_FIRST, exceeded),
        None => Error::new(ErrorCode::Unavailable, AGAIN_FIRST),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::pace::Policy;

    fn refuse() -> Result<()> {
        let policy = Policy { name: "messages", quota: 1, window: Duration::from_secs(1) };
        Err(Error::too_many("No.", Exceeded { policy, wait: policy.window }))
    }

    fn names() -> [ClientId; 4] {
        [1, 2, 3, 4].map(|number| ClientId(Uuid::from_u128(number)))
    }

    fn code(refused: Result<Place>) -> ErrorCode {
        refused.err().unwrap().code
    }

    #[tokio::test(start_paused = true)]
    async fn later_messages_wait_for_the_one_that_was_too_many() {
        let ([first, second, third, _], lane) = (names(), Lane::default());
        assert_eq!(code(lane.enter(first, refuse)), ErrorCode::TooManyRequests);
        let unasked = || panic!("a message that is held back counts for nobody's pace");
        assert_eq!(code(lane.enter(second, unasked)), ErrorCode::TooManyRequests);
        assert_eq!(code(lane.enter(first, refuse)), ErrorCode::TooManyRequests);
        assert!(lane.enter(third, || Ok(())).is_err());
        lane.enter(first, || Ok(())).unwrap();
        lane.enter(second, || Ok(())).unwrap();
        // Given up by its sender.
        assert!(lane.enter(second, refuse).is_err());
        tokio::time::advance(HELD_FOR).await;
        lane.enter(third, || Ok(())).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_on_its_way_already_passes_nothing_however_late_it_comes() {
        let ([first, second, ..], lane) = (names(), Lane::default());
        assert!(lane.enter(first, refuse).is_err());
        tokio::time::advance(Duration::from_millis(SILENCE_MS.into()) - Duration::from_millis(1)).await;
        assert!(lane.enter(second, || Ok(())).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_behind_one_that_failed_fails_with_it() {
        let ([first, second, third, fourth], lane) = (names(), Lane::default());
        let free = || Ok(());
        let [one, two, three] = [first, second, third].map(|name| lane.enter(name, free).unwrap());
        assert!(one.overtakes().is_none());
        two.failed();
        assert_eq!(three.overtakes().unwrap().code, ErrorCode::Unavailable);
        // In the same batch: the second stays the one that must come first.
        three.failed();
        assert_eq!(code(lane.enter(third, free)), ErrorCode::Unavailable);
        let again = lane.enter(second, free).unwrap();
        let behind = lane.enter(third, free).unwrap();
        assert!(again.overtakes().is_none() && behind.overtakes().is_none());
        // What was sent before the failure stays behind it, however late it is looked at.
        assert!(three.overtakes().is_some());
        again.failed();
        assert!(behind.overtakes().is_some());
        tokio::time::advance(HELD_FOR).await;
        lane.enter(fourth, free).unwrap();
    }
}
