//! The directory, remembered: every request asks it who is calling, and few change it.
//!
//! What is written through here is forgotten before the writer is answered. What another process writes (the command
//! line) moves the directory's count of changes, which [`watch`](crate::people::changes::watch) asks for four times a second,
//! through here: at another count, or none, everything is forgotten. When nobody has got a count for a second, nothing
//! remembered is told at all.

mod shelf;

use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chathub_domain::{
    CompanyId, Operator, OperatorId, OperatorStatus, Organization, OrganizationId, Timestamp,
};
use tokio::time::Instant;

use self::shelf::Shelf;
use crate::ports::{CompanyRecord, Directory, NewOperator, OperatorRecord, OriginsChange, PortError};

/// How long a count of changes is good for: a few times as long as until it is asked for again.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// No count: none is negative.
const UNKNOWN: i64 = -1;

/// A directory in front of another one, whose rows it remembers. What is not there is looked for each time, and a sign-in
/// reads its hash where it is kept.
pub struct Cached {
    directory: Arc<dyn Directory>,
    companies: Shelf<CompanyId, CompanyRecord>,
    operators: Shelf<(CompanyId, OperatorId), OperatorRecord>,
    organizations: Shelf<OrganizationId, Organization>,
    organizations_of: Shelf<CompanyId, Vec<Organization>>,
    operators_of: Shelf<(CompanyId, OrganizationId), Vec<Operator>>,
    /// Grows whenever everything is forgotten: what was read before must not be kept after it.
    version: AtomicU64,
    /// The count of changes that was told last.
    count: AtomicI64,
    started: Instant,
    /// Milliseconds after `started` until which that count is good.
    good_until: AtomicU64,
}

impl Cached {
    #[must_use]
    pub fn new(directory: Arc<dyn Directory>) -> Self {
        Self {
            directory,
            companies: Shelf::new(|_| 1),
            operators: Shelf::new(|_| 1),
            organizations: Shelf::new(|_| 1),
            organizations_of: Shelf::new(Vec::len),
            operators_of: Shelf::new(Vec::len),
            version: AtomicU64::new(0),
            count: AtomicI64::new(UNKNOWN),
            started: Instant::now(),
            good_until: AtomicU64::new(0),
        }
    }

    /// What is remembered, or else what `read` reads, to be remembered unless there was a change meanwhile.
    async fn remembered<K: Eq + Hash, V: Clone>(
        &self,
        shelf: &Shelf<K, V>,
        key: K,
        read: impl Future<Output = Result<Option<V>, PortError>>,
    ) -> Result<Option<V>, PortError> {
        if self.milliseconds() < self.good_until.load(Ordering::Acquire)
            && let Some(value) = shelf.get(&key)
        {
            return Ok(Some(V::clone(&value)));
        }
        let version = self.version.load(Ordering::Acquire);
        let value = read.await?;
        if let Some(value) = &value {
            shelf.put(key, value, || self.version.load(Ordering::Acquire) == version);
        }
        Ok(value)
    }

    /// Passes a write on, and forgets everything whether it is done, fails or is given up. One that is given up and done
    /// later all the same is counted, like another process's.
    async fn changing<T>(&self, write: impl Future<Output = T>) -> T {
        let _forgets = Forgets(self);
        write.await
    }

    fn forget(&self) {
        // The version first: a reader looks at it under the lock that clearing needs.
        self.version.fetch_add(1, Ordering::AcqRel);
        self.companies.clear();
        self.operators.clear();
        self.organizations.clear();
        self.organizations_of.clear();
        self.operators_of.clear();
    }

    /// Since `started`.
    fn milliseconds(&self) -> u64 {
        whole_milliseconds(self.started.elapsed())
    }
}

/// Forgets when it is dropped.
struct Forgets<'a>(&'a Cached);

impl Drop for Forgets<'_> {
    fn drop(&mut self) {
        self.0.forget();
    }
}

#[async_trait]
impl Directory for Cached {
    async fn company(&self, id: CompanyId) -> Result<Option<CompanyRecord>, PortError> {
        self.remembered(&self.companies, id, async { self.directory.company(id).await }).await
    }

    /// Asked a few times an hour: not remembered.
    async fn company_by_organization(&self, id: OrganizationId) -> Result<Option<CompanyRecord>, PortError> {
        self.directory.company_by_organization(id).await
    }

    async fn company_by_login(&self, login: &str) -> Result<Option<CompanyRecord>, PortError> {
        let found = self.directory.company_by_login(login).await?;
        // Of whoever signs in after another process's change, nothing older is told.
        self.changes().await?;
        Ok(found)
    }

    async fn operator_to_mint(
        &self,
        company: CompanyId,
        id: OperatorId,
        expires_at: Timestamp,
    ) -> Result<Option<OperatorRecord>, PortError> {
        let found = self.directory.operator_to_mint(company, id, expires_at).await?;
        self.changes().await?;
        Ok(found)
    }

    async fn add_company(
        &self,
        login: &str,
        name: &str,
        password_hash: &str,
    ) -> Result<CompanyId, PortError> {
        self.changing(self.directory.add_company(login, name, password_hash)).await
    }

    async fn set_login(&self, company: CompanyId, login: &str) -> Result<bool, PortError> {
        self.changing(self.directory.set_login(company, login)).await
    }

    async fn exact_logins(&self) -> Result<Vec<String>, PortError> {
        self.directory.exact_logins().await
    }

    async fn set_password(&self, company: CompanyId, password_hash: &str) -> Result<bool, PortError> {
        self.changing(self.directory.set_password(company, password_hash)).await
    }

    async fn organizations(&self, company: CompanyId) -> Result<Vec<Organization>, PortError> {
        let read = async { self.directory.organizations(company).await.map(Some) };
        self.remembered(&self.organizations_of, company, read).await.map(Option::unwrap_or_default)
    }

    async fn organization(&self, id: OrganizationId) -> Result<Option<Organization>, PortError> {
        self.remembered(&self.organizations, id, async { self.directory.organization(id).await }).await
    }

    async fn add_organization(
        &self,
        company: CompanyId,
        name: &str,
        allowed_origins: &[String],
    ) -> Result<OrganizationId, PortError> {
        self.changing(self.directory.add_organization(company, name, allowed_origins)).await
    }

    async fn set_allowed_origins(
        &self,
        company: CompanyId,
        organization: OrganizationId,
        change: OriginsChange<'_>,
    ) -> Result<Option<Vec<String>>, PortError> {
        self.changing(self.directory.set_allowed_origins(company, organization, change)).await
    }

    async fn operators(
        &self,
        company: CompanyId,
        organization: Option<OrganizationId>,
    ) -> Result<Vec<Operator>, PortError> {
        let read = async { self.directory.operators(company, organization).await.map(Some) };
        let operators = match organization {
            Some(organization) => self.remembered(&self.operators_of, (company, organization), read).await?,
            None => read.await?,
        };
        Ok(operators.unwrap_or_default())
    }

    async fn operator(
        &self,
        company: CompanyId,
        id: OperatorId,
    ) -> Result<Option<OperatorRecord>, PortError> {
        let read = async { self.directory.operator(company, id).await };
        self.remembered(&self.operators, (company, id), read).await
    }

    async fn add_operators(
        &self,
        company: CompanyId,
        operators: &[NewOperator],
    ) -> Result<Option<Vec<Operator>>, PortError> {
        self.changing(self.directory.add_operators(company, operators)).await
    }

    async fn changes(&self) -> Result<i64, PortError> {
        // From before the question: a change that comes after the answer is not in it.
        let good_until = self.milliseconds().saturating_add(whole_milliseconds(GOOD_FOR));
        let count = self.directory.changes().await;
        let told = count.as_ref().copied().unwrap_or(UNKNOWN);
        if self.count.swap(told, Ordering::AcqRel) != told {
            self.forget();
        }
        self.good_until.store(if told == UNKNOWN { 0 } else { good_until }, Ordering::Release);
        count
    }

    async fn set_operator_status(
        &self,
        company: CompanyId,
        id: OperatorId,
        status: OperatorStatus,
    ) -> Result<bool, PortError> {
        self.changing(self.directory.set_operator_status(company, id, status)).await
    }
}

fn whole_milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
