//! The port that keeps the log: the order of everything, and the tables that follow from it.
//!
//! A batch is one transaction. The adapter loads what the commands may touch, `hub` decides, the adapter writes
//! what was decided and commits. So the rules are pure and the same over every database, and a refusal costs its
//! neighbours in the batch nothing.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use async_trait::async_trait;
use chathub_domain::{
    Body, ChatId, ChatStatus, ClientId, CustomerEvent, CustomerId, Epoch, Event, MessageId, OperatorId,
    OrganizationId, Seq, Source, Timestamp, VisitorId,
};

use super::PortError;
use super::ids::{Ids, NewRows};

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
    /// How many rows the batch may make at the most.
    pub ids: NewRows,
}

impl Wanted {
    /// A chat of this organization, with all that is decided over it.
    pub(crate) fn chat(&mut self, organization: OrganizationId, chat: ChatId) {
        self.organizations.insert(organization);
        self.chats.insert((organization, chat));
    }
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

/// The present, as far as a batch may touch it.
#[derive(Clone, Debug)]
pub struct LogState {
    /// The head of each wanted organization that exists.
    pub heads: HashMap<OrganizationId, Seq>,
    /// When each wanted organization's newest chat was updated; nothing for one without chats.
    pub newest: HashMap<OrganizationId, Timestamp>,
    /// The wanted chats that are their organization's, those that the wanted marks turn out to be in, and the open chats
    /// of the wanted visitors and of the wanted chats' customers.
    pub chats: HashMap<ChatId, ChatHead>,
    /// The wanted visitors, and the customers of the wanted chats.
    pub customers: HashMap<CustomerId, CustomerHead>,
    pub visitors: HashMap<(OrganizationId, VisitorId), CustomerId>,
    pub posted: HashMap<(Sender, ClientId), Posted>,
    pub positions: HashMap<(ChatId, OperatorId), Seq>,
    pub marks: HashMap<MarkAt, Mark>,
    pub ids: Ids,
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
    pub body: Body,
    pub at: Timestamp,
}

/// Who did what an event tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Customer(CustomerId),
    Operator(OperatorId),
    /// The company itself, by its own token or on the command line.
    Company,
    /// Nobody that is known: earlier versions did not note it.
    Unknown,
}

/// One event of the log, as told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub organization_id: OrganizationId,
    pub seq: Seq,
    pub at: Timestamp,
    pub actor: Actor,
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
    /// New ones, and those of whom something else is known now.
    pub customers: Vec<CustomerHead>,
    /// The heads of the countings that have moved.
    pub countings: Vec<(CustomerId, Seq)>,
    pub chats: Vec<ChatHead>,
    pub messages: Vec<MessageRow>,
    pub positions: Vec<((ChatId, OperatorId), Seq)>,
    pub erased: Vec<ErasedChat>,
    pub events: Vec<Recorded>,
}

/// A chat that is gone for everybody once the batch is committed, before anything else of it is written. Its events
/// stay; with nothing to join, they are told as tombstones. What was said in it goes by [`Erase::erase_some`](super::Erase::erase_some), and what
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

/// The log itself: its one way to change, and the events in their order. Every read names the tenant.
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

    /// The last seq of each of these organizations that exists.
    async fn heads(&self, organizations: &[OrganizationId]) -> Result<Vec<(OrganizationId, Seq)>, PortError>;
}
