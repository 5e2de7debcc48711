//! The port that remembers who has been let in, and who must stay out: of this server, whoever keeps its people.

use async_trait::async_trait;
use chathub_domain::{CompanyId, OrganizationId, Timestamp, VisitorId};
use uuid::Uuid;

use super::PortError;

/// A console session, by what the secret in its cookie hashes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionId(pub Uuid);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    pub id: SessionId,
    pub company: CompanyId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// An address from which a login has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAddress {
    /// As it is counted at the door: one for all ways to write it.
    pub login: String,
    /// A keyed hash: nobody reads an address out of it.
    pub address: String,
    pub seen_at: Timestamp,
}

/// A visitor whom an organization does not want to hear from for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub organization: OrganizationId,
    pub visitor: VisitorId,
    /// A keyed hash of the address that is blocked with them.
    pub address: Option<String>,
    pub until: Timestamp,
}

/// Sessions, known addresses and blocked visitors. Every call names the tenant, but what sweeps and what is read at
/// the start.
#[async_trait]
pub trait Door: Send + Sync {
    /// Keeps a session, of a company at most so many: the one that was used least lately goes. Sessions of any company
    /// that are over go as well.
    async fn add_session(&self, session: &SessionRecord, most: usize) -> Result<(), PortError>;

    /// When the session was last used, roughly, if the company has it and it is not over at `now`.
    async fn session(
        &self,
        company: CompanyId,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, PortError>;

    /// Notes that the session is used.
    async fn use_session(&self, company: CompanyId, id: SessionId, now: Timestamp) -> Result<(), PortError>;

    async fn end_session(&self, company: CompanyId, id: SessionId) -> Result<(), PortError>;

    /// Ends all of a company's.
    async fn end_sessions(&self, company: CompanyId) -> Result<(), PortError>;

    /// All that were seen since, the latest of a login last.
    async fn known_addresses(&self, since: Timestamp) -> Result<Vec<KnownAddress>, PortError>;

    /// Keeps an address, of a login at most so many: the latest. What was last seen before `since` goes.
    async fn keep_address(
        &self,
        known: &KnownAddress,
        most: usize,
        since: Timestamp,
    ) -> Result<(), PortError>;

    /// Blocks a visitor, in place of an earlier block, in an organization at most so many: those that end last. What is
    /// over at `now` goes.
    async fn block(&self, block: &Block, most: usize, now: Timestamp) -> Result<(), PortError>;

    async fn unblock(&self, organization: OrganizationId, visitor: VisitorId) -> Result<(), PortError>;

    /// The blocks of an organization, or of all, that are not over at `now`.
    async fn blocks(
        &self,
        organization: Option<OrganizationId>,
        now: Timestamp,
    ) -> Result<Vec<Block>, PortError>;
}
