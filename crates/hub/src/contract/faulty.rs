//! A log whose writing can be made to wait, to fail or to panic, over one that works.

use std::sync::Arc;

use async_trait::async_trait;
use chathub_domain::{Epoch, OrganizationId, Seq, Timestamp, VisitorId};
use futures::future::BoxFuture;

use crate::ports::{Batch, CustomerRecord, Erase, Log, PortError, Portion, Recorded, Wanted};

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
