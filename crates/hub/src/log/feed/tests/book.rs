//! A log in memory, which fails when it is told to.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use chathub_domain::{Epoch, OrganizationId, Seq, Timestamp, VisitorId};
use tokio::task::yield_now;

use crate::ports::{Batch, CustomerRecord, Log, PortError, Portion, Recorded, Trouble, Wanted};

#[derive(Default)]
pub struct Book {
    /// Where each organization's log has begun.
    heads: HashMap<OrganizationId, Seq>,
    events: Mutex<Vec<Recorded>>,
    /// So many reads will fail.
    failures: AtomicUsize,
}

impl Book {
    pub fn new(heads: &[(OrganizationId, Seq)]) -> Self {
        Self { heads: heads.iter().copied().collect(), ..Self::default() }
    }

    pub fn write(&self, recorded: Recorded) {
        self.events.lock().unwrap().push(recorded);
    }

    pub fn fail(&self, reads: usize) {
        self.failures.store(reads, Ordering::Relaxed);
    }

    /// One read, which takes its time and sees what was there at one moment of it.
    async fn read<T>(&self, read: impl FnOnce(&[Recorded]) -> T) -> Result<T, PortError> {
        yield_now().await;
        let fails = |left: usize| left.checked_sub(1);
        if self.failures.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fails).is_ok() {
            let (operation, trouble) = ("reading a book", Trouble::Failing);
            return Err(PortError::Unavailable { operation, trouble, source: "as it was told to".into() });
        }
        let read = read(&self.events.lock().unwrap());
        yield_now().await;
        Ok(read)
    }

    fn head_of(&self, events: &[Recorded], organization: OrganizationId) -> Seq {
        let own = events.iter().filter(|recorded| recorded.organization_id == organization);
        own.map(|recorded| recorded.seq).max().or(self.heads.get(&organization).copied()).unwrap_or_default()
    }
}

#[async_trait]
impl Log for Book {
    async fn epoch(&self) -> Result<Epoch, PortError> {
        unreachable!("nobody asks")
    }

    async fn probe(&self) -> Result<(), PortError> {
        unreachable!("nobody asks")
    }

    async fn begin(&self, _wanted: &Wanted) -> Result<Box<dyn Batch>, PortError> {
        unreachable!("nobody writes")
    }

    async fn head(&self, organization: OrganizationId) -> Result<Seq, PortError> {
        self.read(|events| self.head_of(events, organization)).await
    }

    async fn events(
        &self,
        organization: OrganizationId,
        after: Seq,
        portion: Portion,
    ) -> Result<Vec<Recorded>, PortError> {
        let later = |recorded: &&Recorded| recorded.organization_id == organization && recorded.seq > after;
        self.read(|events| events.iter().filter(later).take(portion.rows).cloned().collect()).await
    }

    async fn visitor_events(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
        after: Seq,
        portion: Portion,
    ) -> Result<(Vec<(Timestamp, CustomerRecord)>, Seq), PortError> {
        self.read(|events| {
            let own = events.iter().filter(|recorded| recorded.organization_id == organization);
            let told = own.filter_map(|recorded| Some((recorded.at, recorded.customer.clone()?)));
            let told: Vec<_> = told.filter(|(_, record)| record.visitor_id == visitor).collect();
            let head = told.last().map_or(0, |(_, record)| record.seq);
            let later = told.into_iter().filter(|(_, record)| record.seq > after);
            (later.take(portion.rows).collect(), head)
        })
        .await
    }

    async fn heads(&self, organizations: &[OrganizationId]) -> Result<Vec<(OrganizationId, Seq)>, PortError> {
        self.read(|events| organizations.iter().map(|id| (*id, self.head_of(events, *id))).collect()).await
    }
}
