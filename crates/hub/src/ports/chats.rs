//! The port that reads chats.

use async_trait::async_trait;
use chathub_domain::message::CustomerMessage;
use chathub_domain::wire::ChatsBefore;
use chathub_domain::{Chat, ChatId, ChatStatus, Message, OperatorId, OrganizationId, Seq, VisitorId};

use super::PortError;
use super::log::{ChatHead, Portion};

/// Which part of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// The end of it.
    Last,
    Before(Seq),
    After(Seq),
}

/// A part of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessagePage {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// There are more, further from where the span is measured from.
    pub more: bool,
}

/// A customer's thread, newest page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerPage {
    /// The head of the customer's counting when the page was read.
    pub seq: Seq,
    /// Oldest first.
    pub messages: Vec<CustomerMessage>,
    pub more: bool,
    pub status: Option<ChatStatus>,
    pub read_by_me: Seq,
    pub read_by_operators: Seq,
}

/// The customers' messages that an operator has not read, in all chats of the organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    pub messages: u32,
    /// How many chats have some.
    pub chats: u32,
    /// Those of them in which something was said last, newest first.
    pub newest: Vec<UnreadChat>,
}

/// The same for one chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadChat {
    pub id: ChatId,
    pub unread: u32,
    /// The seq of its customer's last message, read or not.
    pub last: Seq,
}

/// A chat that was looked at for its own sake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedChat {
    pub chat: UnreadChat,
    /// How many of the unread messages were there at an earlier place in the log.
    pub earlier: u32,
    /// What its customer is called, or empty.
    pub customer: String,
}

/// What an operator begins with, all of it at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// As [`Chats::chats`] gives the first page.
    pub chats: Vec<Chat>,
    pub unread: Unread,
    /// The head it was read at.
    pub seq: Seq,
}

/// Chats and what is said in them, as those who take part see them. Every read names the tenant.
#[async_trait]
pub trait Chats: Send + Sync {
    /// A page of the list as this operator sees it, newest first, and the head it was read at.
    async fn chats(
        &self,
        organization: OrganizationId,
        operator: OperatorId,
        before: Option<ChatsBefore>,
        limit: usize,
    ) -> Result<(Vec<Chat>, Seq), PortError>;

    /// The first page of the list as this operator sees it, with `chats` chats at the most, and what waits to be read, with
    /// the `unread` newest of its chats.
    async fn overview(
        &self,
        organization: OrganizationId,
        operator: OperatorId,
        chats: usize,
        unread: usize,
    ) -> Result<Overview, PortError>;

    /// What waits for this operator in each of these chats that is the organization's, how much of it was said up to
    /// `earlier`, and the head it was read at.
    async fn unread_in(
        &self,
        organization: OrganizationId,
        operator: OperatorId,
        chats: &[ChatId],
        earlier: Seq,
    ) -> Result<(Vec<CountedChat>, Seq), PortError>;

    /// A part of a chat: the messages nearest to where the span is measured from. `None` when the chat is not the
    /// organization's.
    async fn messages(
        &self,
        organization: OrganizationId,
        chat: ChatId,
        span: Span,
        portion: Portion,
    ) -> Result<Option<MessagePage>, PortError>;

    /// The chat, if it is one of these organizations'.
    async fn chat(
        &self,
        organizations: &[OrganizationId],
        chat: ChatId,
    ) -> Result<Option<ChatHead>, PortError>;

    /// A page of a visitor's thread through all their chats; empty for one who never wrote.
    async fn visitor_page(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
        before: Option<Seq>,
        portion: Portion,
    ) -> Result<CustomerPage, PortError>;

    /// Who writes to, and reads in, a chat, if it is the organization's.
    async fn chat_visitor(
        &self,
        organization: OrganizationId,
        chat: ChatId,
    ) -> Result<Option<VisitorId>, PortError>;

    /// The visitor's chat that is not closed.
    async fn open_chat(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
    ) -> Result<Option<ChatId>, PortError>;
}
