//! When rows are read again, over a directory of one company that counts how often it is asked.

use std::sync::Mutex;

use chathub_domain::CompanyId;
use tokio::sync::Semaphore;

use super::*;

const ACME: CompanyId = CompanyId(1);

struct Counting {
    hash: Mutex<String>,
    count: AtomicI64,
    reads: AtomicU64,
    fails: AtomicU64,
    /// An answer leaves with a permit, after it was read.
    gate: Semaphore,
}

impl Counting {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            hash: Mutex::new("first".into()),
            count: AtomicI64::new(7),
            reads: AtomicU64::new(0),
            fails: AtomicU64::new(0),
            gate: Semaphore::new(1_000),
        })
    }

    /// As another process does it.
    fn set(&self, hash: &str) {
        *self.hash.lock().unwrap() = hash.into();
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Fails if it is to fail once more.
    fn answer<T>(&self, answer: T) -> Result<T, PortError> {
        let fails = self.fails.try_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        match fails {
            Ok(_) => Err(PortError::Failed { operation: "a test", source: "as it was told to".into() }),
            Err(_) => Ok(answer),
        }
    }
}

#[async_trait]
impl Directory for Counting {
    async fn company(&self, id: CompanyId) -> Result<Option<CompanyRecord>, PortError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let password_hash = self.hash.lock().unwrap().clone();
        self.gate.acquire().await.unwrap().forget();
        let (name, login) = ("Acme".to_owned(), "acme".to_owned());
        self.answer((id == ACME).then_some(CompanyRecord { id, name, login, password_hash, generation: 0 }))
    }

    async fn set_password(&self, _: CompanyId, hash: &str) -> Result<bool, PortError> {
        self.set(hash);
        self.answer(true)
    }

    async fn changes(&self) -> Result<i64, PortError> {
        self.answer(self.count.load(Ordering::Relaxed))
    }

    async fn company_by_organization(&self, _: OrganizationId) -> Result<Option<CompanyRecord>, PortError> {
        unreachable!()
    }

    async fn company_by_login(&self, _: &str) -> Result<Option<CompanyRecord>, PortError> {
        unreachable!()
    }

    async fn add_company(&self, _: &str, _: &str, _: &str) -> Result<CompanyId, PortError> {
        unreachable!()
    }

    async fn set_login(&self, _: CompanyId, _: &str) -> Result<bool, PortError> {
        unreachable!()
    }

    async fn organizations(&self, _: CompanyId) -> Result<Vec<Organization>, PortError> {
        unreachable!()
    }

    async fn organization(&self, _: OrganizationId) -> Result<Option<Organization>, PortError> {
        unreachable!()
    }

    async fn add_organization(
        &self,
        _: CompanyId,
        _: &str,
        _: &[String],
    ) -> Result<OrganizationId, PortError> {
        unreachable!()
    }

    async fn set_allowed_origins(
        &self,
        _: CompanyId,
        _: OrganizationId,
        _: OriginsChange<'_>,
    ) -> Result<Option<Vec<String>>, PortError> {
        unreachable!()
    }

    async fn operators(&self, _: CompanyId, _: Option<OrganizationId>) -> Result<Vec<Operator>, PortError> {
        unreachable!()
    }

    async fn operator(&self, _: CompanyId, _: OperatorId) -> Result<Option<OperatorRecord>, PortError> {
        unreachable!()
    }

    async fn add_operators(
        &self,
        _: CompanyId,
        _: &[NewOperator],
    ) -> Result<Option<Vec<Operator>>, PortError> {
        unreachable!()
    }

    async fn set_operator_status(
        &self,
        _: CompanyId,
        _: OperatorId,
        _: OperatorStatus,
    ) -> Result<bool, PortError> {
        unreachable!()
    }
}

async fn hash(cached: &Cached) -> String {
    cached.company(ACME).await.unwrap().unwrap().password_hash
}

/// A cache that remembers, and what it remembers.
async fn remembering() -> (Arc<Cached>, Arc<Counting>) {
    let directory = Counting::new();
    let cached = Arc::new(Cached::new(directory.clone()));
    cached.changes().await.unwrap();
    (cached, directory)
}

#[tokio::test(start_paused = true)]
async fn a_row_is_read_once_and_what_is_not_there_each_time() {
    let (cached, directory) = remembering().await;
    for _ in 0..3 {
        assert_eq!(hash(&cached).await, "first");
        cached.changes().await.unwrap();
    }
    assert_eq!(directory.reads(), 1);
    for _ in 0..2 {
        assert!(cached.company(CompanyId(2)).await.unwrap().is_none());
    }
    assert_eq!(directory.reads(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_write_is_seen_at_once_even_one_that_seems_to_fail() {
    let (cached, directory) = remembering().await;
    hash(&cached).await;
    cached.set_password(ACME, "second").await.unwrap();
    assert_eq!(hash(&cached).await, "second");
    directory.fails.store(1, Ordering::Relaxed);
    cached.set_password(ACME, "third").await.unwrap_err();
    assert_eq!(hash(&cached).await, "third");
}

#[tokio::test(start_paused = true)]
async fn what_another_process_did_is_seen_when_the_count_is_asked_for() {
    let (cached, directory) = remembering().await;
    assert_eq!(hash(&cached).await, "first");
    directory.set("second");
    assert_eq!(hash(&cached).await, "first");
    cached.changes().await.unwrap();
    assert_eq!(hash(&cached).await, "second");
}

#[tokio::test(start_paused = true)]
async fn a_slow_read_does_not_bring_an_old_row_back() {
    let (cached, directory) = remembering().await;
    directory.gate.forget_permits(1_000);
    let reader = Arc::clone(&cached);
    let slow = tokio::spawn(async move { hash(&reader).await });
    while directory.reads() == 0 {
        tokio::task::yield_now().await;
    }
    cached.set_password(ACME, "second").await.unwrap();
    directory.gate.add_permits(1_000);
    assert_eq!(slow.await.unwrap(), "first", "it was asked for before the change");
    assert_eq!(hash(&cached).await, "second");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_told_from_memory_while_nobody_counts() {
    let (cached, directory) = remembering().await;
    hash(&cached).await;
    directory.set("second");
    tokio::time::advance(GOOD_FOR).await;
    assert_eq!(hash(&cached).await, "second");
    directory.fails.store(1, Ordering::Relaxed);
    cached.changes().await.unwrap_err();
    *directory.hash.lock().unwrap() = "third".into();
    assert_eq!(hash(&cached).await, "third");
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_not_remembered() {
    let (cached, directory) = remembering().await;
    directory.fails.store(1, Ordering::Relaxed);
    assert!(cached.company(ACME).await.is_err());
    assert_eq!(hash(&cached).await, "first");
}
