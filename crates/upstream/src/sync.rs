//! Keeping the mirror right: what is older than the cache's time is asked for again, once for all who need it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chathub_domain::limits::OPERATOR_TOKEN_MS;
use chathub_domain::{CompanyId, OrganizationId, OrganizationRef, Timestamp};
use chathub_hub::Clock;
use chathub_hub::ports::Mirror;
use futures::{StreamExt, TryStreamExt, stream};
use moka::future::Cache;
use moka::ops::compute::{CompResult, Op};
use tokio::sync::Mutex;

use crate::accounts::Accounts;
use crate::calls;
use crate::trouble::Trouble;

/// How long an answer counts. An open panel looks at its token every 25 s, so that a revocation at the remote is
/// felt everywhere within a minute.
pub(crate) const CACHE: Duration = Duration::from_secs(30);

/// How long a failure counts: those who come together need not all try.
pub(crate) const FAILURE: Duration = Duration::from_secs(1);

/// Lists of this many companies and organizations are known to be right; more are asked for again.
const PARTS: u64 = 10_000;

/// Lists that are asked for at once for one company.
const AT_ONCE: usize = 4;

/// A list that was overtaken by changes made here is asked for again so many times.
const OVERTAKEN: usize = 3;

/// How exactly it is kept when the remote last answered.
const ANSWERED: Duration = Duration::from_secs(10 * 60);

/// How long the mirror speaks for a remote that does not: as long as a token that was issued before may live.
const REMEMBERED: Duration = Duration::from_millis(OPERATOR_TOKEN_MS.unsigned_abs());

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Organizations(CompanyId),
    Operators(CompanyId, OrganizationId),
}

#[derive(Clone, Copy)]
struct Fetched {
    at: Timestamp,
    outcome: Result<(), Trouble>,
}

pub(crate) struct Sync {
    pub(crate) accounts: Accounts,
    pub(crate) mirror: Arc<dyn Mirror>,
    pub(crate) clock: Clock,
    fetched: Cache<Part, Fetched>,
    /// Counts the changes that were made through us, so that no list from before one is written after it.
    changes: Mutex<HashMap<CompanyId, u64>>,
}

impl Sync {
    pub(crate) fn new(accounts: Accounts, mirror: Arc<dyn Mirror>, clock: Clock) -> Self {
        Self { accounts, mirror, clock, fetched: Cache::new(PARTS), changes: Mutex::default() }
    }

    /// Makes sure that a part of the mirror is not older than the cache's time.
    pub(crate) async fn fresh(&self, part: Part) -> Result<(), Trouble> {
        let computed = self.fetched.entry(part).and_compute_with(async |former| {
            let now = self.clock.now();
            if former.is_some_and(|former| former.value().is_fresh(now)) {
                return Op::Nop;
            }
            let outcome = match part {
                Part::Organizations(company) => self.fetch_organizations(company).await,
                Part::Operators(company, organization) => self.fetch_operators(company, organization).await,
            };
            Op::Put(Fetched { at: now, outcome })
        });
        match computed.await {
            CompResult::Inserted(entry) | CompResult::ReplacedWith(entry) | CompResult::Unchanged(entry) => {
                entry.into_value().outcome
            }
            // Not possible: nothing is removed, and what is not there is put.
            CompResult::StillNone(_) | CompResult::Removed(_) => Ok(()),
        }
    }

    /// A part was just asked for by other means.
    pub(crate) async fn note_fresh(&self, part: Part) {
        self.fetched.insert(part, Fetched { at: self.clock.now(), outcome: Ok(()) }).await;
    }

    /// What is known of a part counts no longer.
    pub(crate) async fn forget(&self, part: Part) {
        self.fetched.invalidate(&part).await;
    }

    /// All lists of operators of a company, for one who is on none that is known.
    pub(crate) async fn fresh_operators(&self, company: CompanyId) -> Result<(), Trouble> {
        self.fresh(Part::Organizations(company)).await?;
        let organizations = self.mirror.organizations(company).await?;
        stream::iter(organizations)
            .map(|own| self.fresh(Part::Operators(company, own.id)))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }

    /// As [`fresh_operators`](Self::fresh_operators), whatever is known.
    pub(crate) async fn refetch_operators(&self, company: CompanyId) -> Result<(), Trouble> {
        self.forget(Part::Organizations(company)).await;
        for own in self.mirror.organizations(company).await? {
            self.forget(Part::Operators(company, own.id)).await;
        }
        self.fresh_operators(company).await
    }

    /// Writes what the remote has just been told to change.
    pub(crate) async fn change<T>(
        &self,
        company: CompanyId,
        write: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, Trouble> {
        let mut changes = self.changes.lock().await;
        *changes.entry(company).or_default() += 1;
        write.await
    }

    /// Whether the mirror may still speak for a remote that is away.
    pub(crate) async fn is_remembered(&self, company: CompanyId) -> Result<bool, Trouble> {
        let account = self.mirror.account(company).await?;
        let now = self.clock.now();
        Ok(account.is_some_and(|account| is_within(now, account.answered_at, REMEMBERED)))
    }

    async fn fetch_organizations(&self, company: CompanyId) -> Result<(), Trouble> {
        let list = self.accounts.ask(company, &calls::organizations(), calls::read_organizations).await?;
        self.mirror.keep_organizations(company, &list).await?;
        self.answered(company).await
    }

    async fn fetch_operators(&self, company: CompanyId, organization: OrganizationId) -> Result<(), Trouble> {
        // Its name is the mirror's matter.
        let place = OrganizationRef { id: organization, name: String::new() };
        for _ in 0..OVERTAKEN {
            let before = self.changes.lock().await.get(&company).copied();
            let call = calls::operators(organization);
            let list = self.accounts.ask(company, &call, calls::read_operators).await?.all_in(&place);
            let changes = self.changes.lock().await;
            if changes.get(&company).copied() == before {
                self.mirror.keep_operators(company, organization, &list).await?;
                drop(changes);
                return self.answered(company).await;
            }
        }
        Err(Trouble::busy(FAILURE))
    }

    async fn answered(&self, company: CompanyId) -> Result<(), Trouble> {
        let now = self.clock.now();
        let account = self.mirror.account(company).await?;
        if account.is_some_and(|account| !is_within(now, account.answered_at, ANSWERED)) {
            self.mirror.keep_answered(company, now).await?;
        }
        Ok(())
    }
}

impl Fetched {
    fn is_fresh(&self, now: Timestamp) -> bool {
        is_within(now, self.at, if self.outcome.is_ok() { CACHE } else { FAILURE })
    }
}

/// Whether it is not longer ago; what lies ahead, by a clock that was set back, is.
pub(crate) fn is_within(now: Timestamp, then: Timestamp, time: Duration) -> bool {
    u64::try_from(now.0 - then.0).is_ok_and(|passed| Duration::from_millis(passed) < time)
}
