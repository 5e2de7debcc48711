//! Ports that can be made to wait, to fail or to panic, over some that work: the writing of a log, the lists of a door.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use chathub_domain::{CompanyId, Epoch, OrganizationId, Seq, Timestamp, VisitorId};
use futures::future::BoxFuture;

use crate::ports::{
    Batch, Block, CustomerRecord, Door, Erase, KnownAddress, Log, PortError, Portion, Recorded, SessionId,
    SessionRecord, Wanted,
};

/// Asked before every batch, with what it may touch, and before every probe and every piece of erasing.
pub type Judge = Box<dyn Fn(Option<Wanted>) -> BoxFuture<'static, Result<(), PortError>> + Send + Sync>;

/// The log under test, as the judge lets it be.
pub struct Faulty {
    pub log: Arc<dyn Log>,
    pub erase: Arc<dyn Erase>,
    pub judge: Judge,
}

#[async_trait]
impl Log for Faulty {
    async fn epoch(&self) -> Result<Epoch, PortError> {
        self.log.epoch().await
    }

    async fn probe(&self) -> Result<(), PortError> {
        (self.judge)(None).await?;
        self.log.probe().await
    }

    async fn begin(&self, wanted: &Wanted) -> Result<Box<dyn Batch>, PortError> {
        (self.judge)(Some(wanted.clone())).await?;
        self.log.begin(wanted).await
    }

    async fn head(&self, organization: OrganizationId) -> Result<Seq, PortError> {
        self.log.head(organization).await
    }

    async fn events(
        &self,
        organization: OrganizationId,
        after: Seq,
        portion: Portion,
    ) -> Result<Vec<Recorded>, PortError> {
        self.log.events(organization, after, portion).await
    }

    async fn visitor_events(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
        after: Seq,
        portion: Portion,
    ) -> Result<(Vec<(Timestamp, CustomerRecord)>, Seq), PortError> {
        self.log.visitor_events(organization, visitor, after, portion).await
    }

    async fn heads(&self, organizations: &[OrganizationId]) -> Result<Vec<(OrganizationId, Seq)>, PortError> {
        self.log.heads(organizations).await
    }
}

#[async_trait]
impl Erase for Faulty {
    async fn erase_some(&self) -> Result<bool, PortError> {
        (self.judge)(None).await?;
        self.erase.erase_some().await
    }

    async fn scrub(&self) -> Result<(), PortError> {
        self.erase.scrub().await
    }
}

/// A door whose list of blocked visitors can't be read the next times.
pub struct FaultyDoor {
    pub door: Arc<dyn Door>,
    pub fails: AtomicUsize,
}

#[async_trait]
impl Door for FaultyDoor {
    async fn blocks(
        &self,
        organization: Option<OrganizationId>,
        now: Timestamp,
    ) -> Result<Vec<Block>, PortError> {
        let less = |fails: usize| fails.checked_sub(1);
        match self.fails.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less) {
            Ok(_) => Err(PortError::Failed { operation: "reading blocks", source: "not now".into() }),
            Err(_) => self.door.blocks(organization, now).await,
        }
    }

    async fn block(&self, block: &Block, most: usize, now: Timestamp) -> Result<(), PortError> {
        self.door.block(block, most, now).await
    }

    async fn unblock(&self, organization: OrganizationId, visitor: VisitorId) -> Result<(), PortError> {
        self.door.unblock(organization, visitor).await
    }

    async fn add_session(&self, session: &SessionRecord, most: usize) -> Result<(), PortError> {
        self.door.add_session(session, most).await
    }

    async fn session(
        &self,
        company: CompanyId,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, PortError> {
        self.door.session(company, id, now).await
    }

    async fn use_session(&self, company: CompanyId, id: SessionId, now: Timestamp) -> Result<(), PortError> {
        self.door.use_session(company, id, now).await
    }

    async fn end_session(&self, company: CompanyId, id: SessionId) -> Result<(), PortError> {
        self.door.end_session(company, id).await
    }

    async fn end_sessions(&self, company: CompanyId) -> Result<(), PortError> {
        self.door.end_sessions(company).await
    }

    async fn known_addresses(&self, since: Timestamp) -> Result<Vec<KnownAddress>, PortError> {
        self.door.known_addresses(since).await
    }

    async fn keep_address(
        &self,
        known: &KnownAddress,
        most: usize,
        since: Timestamp,
    ) -> Result<(), PortError> {
        self.door.keep_address(known, most, since).await
    }
}
