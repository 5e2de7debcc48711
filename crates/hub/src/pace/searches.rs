//! One company's searches leave room for those of others.
//!
//! Searching takes processor and disk, and the store does only so much of it at once. So a company searches one thing
//! at a time; some of its searches wait for their turn, and more are refused. Plain lists are not concerned.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chathub_domain::CompanyId;
use chathub_domain::error::ErrorCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// Searches of one company that run or wait: some operators at once, each within seconds.
const AT_ONCE: usize = 5;

/// When it is worth trying again.
const AGAIN: Duration = Duration::from_secs(1);

/// The searches of all companies. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Searches {
    /// Held for looking up only, never over an await. It has the companies that search now and no others.
    companies: Arc<Mutex<HashMap<CompanyId, Company>>>,
}

struct Company {
    turn: Arc<Semaphore>,
    here: usize,
}

/// A company's turn to search, given back by dropping it.
pub(crate) struct Turn {
    place: Option<OwnedSemaphorePermit>,
    searches: Searches,
    company: CompanyId,
}

impl Searches {
    /// Waits for the company's turn.
    ///
    /// # Errors
    /// `unavailable` when too many of its own wait already.
    pub async fn turn(&self, company: CompanyId) -> Result<Turn> {
        let turns = {
            let mut companies = self.lock();
            let entry = companies
                .entry(company)
                .or_insert_with(|| Company { turn: Arc::new(Semaphore::new(1)), here: 0 });
            if entry.here >= AT_ONCE {
                return Err(busy());
            }
            entry.here += 1;
            Arc::clone(&entry.turn)
        };
        // From here on the place is given back, also by whoever stops waiting.
        let mut turn = Turn { place: None, searches: self.clone(), company };
        turn.place = turns.acquire_owned().await.ok();
        Ok(turn)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CompanyId, Company>> {
        // Whole after every statement.
        self.companies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.place.take());
        let mut companies = self.searches.lock();
        if let Some(company) = companies.get_mut(&self.company) {
            company.here -= 1;
            if company.here == 0 {
                companies.remove(&self.company);
            }
        }
    }
}

fn busy() -> Error {
    let mut error = Error::new(
        ErrorCode::Unavailable,
        "Your company's searches wait for each other already. Try again in a moment.",
    );
    error.retry_after = Some(AGAIN);
    error
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_company_searches_one_thing_at_a_time_and_keeps_nobody_else_waiting() {
        let searches = Searches::default();
        let (noisy, quiet) = (CompanyId(1), CompanyId(2));
        let first = searches.turn(noisy).await.unwrap();
        let mut waiting: Vec<_> = (1..AT_ONCE).map(|_| Box::pin(searches.turn(noisy))).collect();
        for search in &mut waiting {
            assert!(search.now_or_never().is_none(), "it waits for the first");
        }
        let refused = searches.turn(noisy).await.err().unwrap();
        assert_eq!(refused.code, ErrorCode::Unavailable);
        assert!(refused.retry_after.is_some());
        drop(searches.turn(quiet).await.unwrap());
        // Whoever stops waiting, and whoever is done, makes room.
        waiting.pop();
        drop(first);
        for search in waiting {
            drop(search.await.unwrap());
        }
        assert!(searches.lock().is_empty(), "nothing is kept of who searches no more");
    }
}
