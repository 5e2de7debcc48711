//! The port that keeps a remote directory's people here, under the remote's own ids: chats refer to them, and they must
//! be known while the remote is not there.

use async_trait::async_trait;
use chathub_domain::{CompanyId, Operator, OrganizationId, OrganizationRef, Timestamp};

use super::{PortError, Register};

/// What a company is at the remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The remote's token for the company, as the directory's adapter has sealed it; none after it was refused.
    pub token: Option<Vec<u8>>,
    /// The id by which the remote's integrators know the company, once it has been told.
    pub remote_id: Option<CompanyId>,
    /// When the remote last answered for this company, to some minutes.
    pub answered_at: Timestamp,
}

/// The people of a remote directory, as they were last seen. As a [`Register`] it answers what it remembers. A row
/// never passes from one company to another, whatever the remote says: [`PortError::Failed`].
#[async_trait]
pub trait Mirror: Register {
    /// The company that the remote let in as `login` and that owns `organizations` there, known already or new. Who
    /// owns an organization that is known here is that company, whatever its login; a login alone says so only while
    /// the company it had has none.
    async fn keep_company(
        &self,
        login: &str,
        organizations: &[OrganizationRef],
        at: Timestamp,
    ) -> Result<CompanyId, PortError>;

    /// The company that last signed in with exactly this login.
    async fn company_of_login(&self, login: &str) -> Result<Option<CompanyId>, PortError>;

    async fn account(&self, company: CompanyId) -> Result<Option<Account>, PortError>;

    async fn keep_token(&self, company: CompanyId, sealed: &[u8]) -> Result<(), PortError>;

    async fn keep_remote_id(&self, company: CompanyId, id: CompanyId) -> Result<(), PortError>;

    async fn keep_answered(&self, company: CompanyId, at: Timestamp) -> Result<(), PortError>;

    /// Starts a new generation and forgets the remote's token.
    async fn revoke(&self, company: CompanyId) -> Result<(), PortError>;

    /// All of the company's organizations. One that is not among them is gone, and so are its operators.
    async fn keep_organizations(
        &self,
        company: CompanyId,
        organizations: &[OrganizationRef],
    ) -> Result<(), PortError>;

    /// All of an organization's operators. One that is not among them is deleted; one that may no longer work, or
    /// works elsewhere now, starts a new generation.
    async fn keep_operators(
        &self,
        company: CompanyId,
        organization: OrganizationId,
        operators: &[Operator],
    ) -> Result<(), PortError>;

    /// Operators who have just been added: the others of the organization stay as they are.
    async fn keep_added(&self, company: CompanyId, operators: &[Operator]) -> Result<(), PortError>;
}
