//! From which address a visitor has written lately: what an operator can block with them. Only in memory, never told
//! to anybody, and forgotten within a day.

use std::collections::HashMap;
use std::mem::take;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chathub_domain::{OrganizationId, VisitorId};
use tokio::time::Instant;

use crate::pace::Peer;

/// Visitors in each of the two halves: some 3 MB in all.
const HALF: usize = 25_000;

/// How long a half is filled; what it holds is forgotten when the next one ends.
const FILLED_FOR: Duration = Duration::from_secs(12 * 60 * 60);

type Key = (OrganizationId, VisitorId);

/// Two halves, the newer one filled. The std mutex is held for looking up and putting in only.
pub(super) struct Lately(Mutex<Halves>);

struct Halves {
    newer: HashMap<Key, Peer>,
    older: HashMap<Key, Peer>,
    since: Instant,
}

impl Lately {
    pub(super) fn new() -> Self {
        let (newer, older) = Default::default();
        Self(Mutex::new(Halves { newer, older, since: Instant::now() }))
    }

    pub(super) fn note(&self, organization: OrganizationId, visitor: VisitorId, peer: Peer) {
        if peer.address().is_some() {
            self.with(|halves| {
                if halves.newer.len() == HALF {
                    halves.turn();
                }
                halves.newer.insert((organization, visitor), peer);
            });
        }
    }

    pub(super) fn peer(&self, organization: OrganizationId, visitor: VisitorId) -> Option<Peer> {
        let key = (organization, visitor);
        self.with(|halves| halves.newer.get(&key).or_else(|| halves.older.get(&key)).copied())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Halves) -> T) -> T {
        // Nothing panics in between.
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Twice after a long silence: nothing of before is left.
        for _ in 0..2 {
            if halves.since.elapsed() >= FILLED_FOR {
                let since = halves.since + FILLED_FOR;
                halves.turn();
                halves.since = since;
            }
        }
        if halves.since.elapsed() >= FILLED_FOR {
            halves.since = Instant::now();
        }
        work(&mut halves)
    }
}

impl Halves {
    fn turn(&mut self) {
        self.older = take(&mut self.newer);
        self.since = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use uuid::Uuid;

    use super::*;

    const SALES: OrganizationId = OrganizationId(1);

    fn visitor(number: usize) -> VisitorId {
        VisitorId(Uuid::from_u128(u128::try_from(number).unwrap()))
    }

    #[tokio::test(start_paused = true)]
    async fn addresses_are_forgotten_in_time_and_when_there_are_too_many() {
        let (lately, peer) = (Lately::new(), Peer::from(IpAddr::from([192, 0, 2, 1])));
        lately.note(SALES, visitor(0), peer);
        tokio::time::advance(FILLED_FOR).await;
        assert_eq!(lately.peer(SALES, visitor(0)), Some(peer));
        assert_eq!(lately.peer(OrganizationId(2), visitor(0)), None);
        tokio::time::advance(FILLED_FOR).await;
        assert_eq!(lately.peer(SALES, visitor(0)), None);
        lately.note(SALES, visitor(0), peer);
        tokio::time::advance(10 * FILLED_FOR).await;
        assert_eq!(lately.peer(SALES, visitor(0)), None);
        for number in 0..3 * HALF {
            lately.note(SALES, visitor(number), peer);
        }
        assert_eq!(lately.peer(SALES, visitor(0)), None);
        assert_eq!(lately.peer(SALES, visitor(3 * HALF - 1)), Some(peer));
        lately.with(|halves| assert!(halves.newer.len() + halves.older.len() <= 2 * HALF));
        // Nobody's address is none.
        lately.note(SALES, visitor(4 * HALF), Peer::UNKNOWN);
        assert_eq!(lately.peer(SALES, visitor(4 * HALF)), None);
    }
}
