//! The port that keeps the log: the order of everything, and the tables that follow from it.
//!
//! A batch is one transaction. The adapter loads what the commands may touch, `hub` decides, the adapter writes
//! what was decided and commits. So the rules are pure and the same over every database, and a refusal costs its
//! neighbours in the batch nothing.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use async_trait::async_trait;
use chathub_domain::chat::CustomerMessage;
use chathub_domain::wire::ChatsBefore;
use chathub_domain::{
    Chat, ChatId, ChatStatus, ClientId, CustomerEvent, CustomerId, Epoch, Event, Message, MessageId,
    OperatorId, OrganizationId, Seq, Source, Timestamp, VisitorId,
};

use super::PortError;
use super::paging::{ChatPage, FoundPage};
use super::search::{ChatFilter, Span};

/// Who names messages with client ids: `(sender, client id)` is unique for all time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sender {
    Operator(OperatorId),
    Visitor(VisitorId),
}

/// As it is stored.
impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator(id) => write!(f, "operator:{id}"),
            Self::Visitor(id) => write!(f, "visitor:{id}"),
        }
    }
}

/// Where a read position is asked for: as an operator counts, in a chat, or as a customer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkAt {
    Chat(OrganizationId, ChatId, Seq),
    Visitor(OrganizationId, VisitorId, Seq),
}

/// The last message at or before the place that was asked for, in both countings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub chat_id: ChatId,
    pub seq: Seq,
    pub customer_seq: Seq,
}

/// What a batch may touch.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub organizations: BTreeSet<OrganizationId>,
    pub chats: BTreeSet<(OrganizationId, ChatId)>,
    pub visitors: BTreeSet<(OrganizationId, VisitorId)>,
    pub posts: BTreeSet<(Sender, ClientId)>,
    pub positions: BTreeSet<(ChatId, OperatorId)>,
    pub marks: BTreeSet<MarkAt>,
}

/// A chat as decisions need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatHead {
    pub id: ChatId,
    pub organization_id: OrganizationId,
    pub customer_id: CustomerId,
    pub source: Source,
    pub status: ChatStatus,
    pub operator_id: Option<OperatorId>,
    /// The seq of its last message, 0 before the first.
    pub last_seq: Seq,
    pub read_by_customer: Seq,
    /// How far the furthest operator has read.
    pub read_by_operators: Seq,
    pub created_at: Timestamp,
    /// The time of its last message. It orders an organization's chats, so it grows with every message even where the
    /// clock does not.
    pub updated_at: Timestamp,
}

/// A customer as decisions need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerHead {
    pub id: CustomerId,
    pub organization_id: OrganizationId,
    pub visitor_id: VisitorId,
    pub name: String,
    /// As it was given, or empty.
    pub phone: String,
    /// The last number of the customer's own counting.
    pub seq: Seq,
    /// How many chats of theirs there are.
    pub chats: u64,
    /// The one chat of theirs that is not closed.
    pub open_chat: Option<ChatId>,
}

/// What became of an earlier post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posted {
    pub organization_id: OrganizationId,
    pub chat_id: ChatId,
    pub message_id: MessageId,
    pub seq: Seq,
    pub customer_seq: Seq,
}

/// The first ids that are free; the batch takes as many as it needs from there.
#[derive(Clone, Copy, Debug)]
pub struct NextIds {
    pub chat: i64,
    pub message: i64,
    pub customer: i64,
}

/// The present, as far as a batch may touch it.
#[derive(Clone, Debug)]
pub struct LogState {
    /// The head of each wanted organization that exists.
    pub heads: HashMap<OrganizationId, Seq>,
    /// When each wanted organization's newest chat was updated; nothing for one without chats.
    pub newest: HashMap<OrganizationId, Timestamp>,
    /// The wanted chats that are their organization's, and the open chats of the wanted visitors and of those
    /// chats' customers.
    pub chats: HashMap<ChatId, ChatHead>,
    /// The wanted visitors, and the customers of the wanted chats.
    pub customers: HashMap<CustomerId, CustomerHead>,
    pub visitors: HashMap<(OrganizationId, VisitorId), CustomerId>,
    pub posted: HashMap<(Sender, ClientId), Posted>,
    pub positions: HashMap<(ChatId, OperatorId), Seq>,
    pub marks: HashMap<MarkAt, Mark>,
    pub next: NextIds,
}

/// A message to be stored: the one place where its text lives.
#[derive(Clone, Debug)]
pub struct MessageRow {
    pub id: MessageId,
    pub organization_id: OrganizationId,
    pub chat_id: ChatId,
    pub customer_id: CustomerId,
    pub seq: Seq,
    pub customer_seq: Seq,
    pub sender: Sender,
    pub client_id: ClientId,
    pub operator_id: Option<OperatorId>,
    pub text: String,
    pub at: Timestamp,
}

/// One event of the log, as told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub organization_id: OrganizationId,
    pub seq: Seq,
    pub at: Timestamp,
    pub event: Event,
    /// What the customer is told of it, if anything.
    pub customer: Option<CustomerRecord>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerRecord {
    pub customer_id: CustomerId,
    pub visitor_id: VisitorId,
    pub seq: Seq,
    pub event: CustomerEvent,
}

/// What a batch decided: new rows, and the new state of changed ones.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub heads: Vec<(OrganizationId, Seq)>,
    pub customers: Vec<CustomerHead>,
    pub chats: Vec<ChatHead>,
    pub messages: Vec<MessageRow>,
    pub positions: Vec<((ChatId, OperatorId), Seq)>,
    pub erased: Vec<ErasedChat>,
    pub events: Vec<Recorded>,
}

/// A chat that is gone for everybody once the batch is committed, before anything else of it is written. Its events
/// stay; with nothing to join, they are told as tombstones. What was said in it goes by [`Log::erase_some`], and what
/// its customer was called is blank among the batch's customers, if they have no other chat; their counting goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErasedChat {
    pub organization_id: OrganizationId,
    pub chat_id: ChatId,
    pub customer_id: CustomerId,
}

impl Changes {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

/// One transaction of the writer. Dropping it changes nothing.
#[async_trait]
pub trait Batch: Send {
    fn state(&mut self) -> &mut LogState;

    /// Writes and commits. When this returns, the changes survive a power cut.
    ///
    /// # Errors
    /// Nothing of the batch was written, or (when the commit itself failed) it is unknown whether it was; posting
    /// again with the same client ids is safe either way. [`PortError::Unavailable`] for what no other batch would
    /// meet better; anything else may be the fault of one of the changes.
    async fn commit(self: Box<Self>, changes: &Changes) -> Result<(), PortError>;
}

/// How much is read at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portion {
    pub rows: usize,
    /// Bytes of the messages' texts, as JSON writes them. A first row is read whatever it weighs.
    pub bytes: usize,
}

impl Portion {
    /// So many rows, whatever they weigh.
    #[must_use]
    pub const fn rows(rows: usize) -> Self {
        Self { rows, bytes: usize::MAX }
    }
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
    /// As [`Log::chats`] gives the first page.
    pub chats: Vec<Chat>,
    pub unread: Unread,
    /// The head it was read at.
    pub seq: Seq,
}

/// The log, and what is read from it. Every read names the tenant.
#[async_trait]
pub trait Log: Send + Sync {
    async fn epoch(&self) -> Result<Epoch, PortError>;

    /// Whether something could be written now, with all that a commit takes. Nothing changes.
    async fn probe(&self) -> Result<(), PortError>;

    /// Begins the one transaction of the writer. A second one waits for the first.
    async fn begin(&self, wanted: &Wanted) -> Result<Box<dyn Batch>, PortError>;

    /// The organization's last seq; 0 for an unknown one.
    async fn head(&self, organization: OrganizationId) -> Result<Seq, PortError>;

    /// The first events after `after`, in order.
    async fn events(
        &self,
        organization: OrganizationId,
        after: Seq,
        portion: Portion,
    ) -> Result<Vec<Recorded>, PortError>;

    /// What a visitor is told first after `after` of their own counting, in order, and the head of that counting.
    async fn visitor_events(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
        after: Seq,
        portion: Portion,
    ) -> Result<(Vec<(Timestamp, CustomerRecord)>, Seq), PortError>;

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

    /// A page of the chats that the filter describes. Whoever follows its cursors to the end meets every chat that fits all the
    /// while: once in the order of creation, and once or twice in the order of updates.
    ///
    /// # Errors
    /// [`PortError::TooBroad`] for a search that takes too long.
    async fn find(&self, filter: &ChatFilter, page: ChatPage) -> Result<FoundPage, PortError>;

    /// Removes a part of what was said in erased chats, small enough that no batch waits for it long. Whether there is
    /// more.
    async fn erase_some(&self) -> Result<bool, PortError>;

    /// Removes what erased chats may have left in the storage beneath the tables: the end of erasing, which goes on
    /// after a crash where it was.
    ///
    /// # Errors
    /// [`PortError::Unavailable`] while somebody reads what would go.
    async fn scrub(&self) -> Result<(), PortError>;

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
