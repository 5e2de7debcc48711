//! A log whose writing can be made to wait, to fail or to panic, over one that works.

use std::sync::Arc;

use async_trait::async_trait;
use chathub_domain::wire::ChatsBefore;
use chathub_domain::{Chat, ChatId, Epoch, OperatorId, OrganizationId, Seq, Timestamp, VisitorId};
use futures::future::BoxFuture;

use crate::ports::{
    Batch, ChatFilter, ChatHead, ChatPage, CountedChat, CustomerPage, CustomerRecord, FoundPage, Log,
    MessagePage, Overview, PortError, Portion, Recorded, Span, Wanted,
};

/// Asked before every batch, with what it may touch, and before every probe and every piece of erasing.
pub type Judge = Box<dyn Fn(Option<Wanted>) -> BoxFuture<'static, Result<(), PortError>> + Send + Sync>;

/// The log under test, as the judge lets it be.
pub struct Faulty {
    pub log: Arc<dyn Log>,
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

    async fn chats(
        &self,
        organization: OrganizationId,
        operator: OperatorId,
        before: Option<ChatsBefore>,
        limit: usize,
    ) -> Result<(Vec<Chat>, Seq), PortError> {
        self.log.chats(organization, operator, before, limit).await
    }

    async fn overview(
        &self,
        organization: OrganizationId,
        operator: OperatorId,
        chats: usize,
        unread: usize,
    ) -> Result<Overview, PortError> {
        self.log.overview(organization, operator, chats, unread).await
    }

    async fn unread_in(
        &self,
        organization: OrganizationId,
        operator: OperatorId,
        chats: &[ChatId],
        earlier: Seq,
    ) -> Result<(Vec<CountedChat>, Seq), PortError> {
        self.log.unread_in(organization, operator, chats, earlier).await
    }

    async fn messages(
        &self,
        organization: OrganizationId,
        chat: ChatId,
        span: Span,
        portion: Portion,
    ) -> Result<Option<MessagePage>, PortError> {
        self.log.messages(organization, chat, span, portion).await
    }

    async fn chat(
        &self,
        organizations: &[OrganizationId],
        chat: ChatId,
    ) -> Result<Option<ChatHead>, PortError> {
        self.log.chat(organizations, chat).await
    }

    async fn find(&self, filter: &ChatFilter, page: ChatPage) -> Result<FoundPage, PortError> {
        self.log.find(filter, page).await
    }

    async fn erase_some(&self) -> Result<bool, PortError> {
        (self.judge)(None).await?;
        self.log.erase_some().await
    }

    async fn scrub(&self) -> Result<(), PortError> {
        self.log.scrub().await
    }

    async fn visitor_page(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
        before: Option<Seq>,
        portion: Portion,
    ) -> Result<CustomerPage, PortError> {
        self.log.visitor_page(organization, visitor, before, portion).await
    }

    async fn chat_visitor(
        &self,
        organization: OrganizationId,
        chat: ChatId,
    ) -> Result<Option<VisitorId>, PortError> {
        self.log.chat_visitor(organization, chat).await
    }

    async fn open_chat(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
    ) -> Result<Option<ChatId>, PortError> {
        self.log.open_chat(organization, visitor).await
    }
}
