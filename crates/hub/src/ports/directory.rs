//! The port that knows companies, their organizations and the people who answer.

use async_trait::async_trait;
use chathub_domain::{CompanyId, Operator, OperatorId, OperatorStatus, Organization, OrganizationId};

use super::PortError;

/// A company with what is needed to let it in.
#[derive(Clone, Debug)]
pub struct CompanyRecord {
    pub id: CompanyId,
    pub name: String,
    pub login: String,
    /// An argon2id hash in PHC form.
    pub password_hash: String,
    /// Grows when every token issued so far must die.
    pub generation: i64,
}

/// An operator with what is needed to judge a token.
#[derive(Clone, Debug)]
pub struct OperatorRecord {
    pub operator: Operator,
    pub company_id: CompanyId,
    /// Grows when every token issued so far must die: with the operator's status and with the company's password.
    pub generation: i64,
}

#[derive(Clone, Debug)]
pub struct NewOperator {
    pub organization_id: OrganizationId,
    pub name: String,
}

/// Companies, organizations, operators. Every call names the tenant, but the three that find out who it is: a
/// company by id or login, and an organization for a customer.
#[async_trait]
pub trait Directory: Send + Sync {
    async fn company(&self, id: CompanyId) -> Result<Option<CompanyRecord>, PortError>;

    /// By login, in any case of letters.
    async fn company_by_login(&self, login: &str) -> Result<Option<CompanyRecord>, PortError>;

    /// # Errors
    /// [`PortError::Taken`] when the login is in use.
    async fn add_company(&self, login: &str, name: &str, password_hash: &str)
    -> Result<CompanyId, PortError>;

    /// Sets the password and starts a new generation. `false` when there is no such company.
    async fn set_password(&self, company: CompanyId, password_hash: &str) -> Result<bool, PortError>;

    /// By id.
    async fn organizations(&self, company: CompanyId) -> Result<Vec<Organization>, PortError>;

    /// Whichever company's it is: for a customer, who knows no company.
    async fn organization(&self, id: OrganizationId) -> Result<Option<Organization>, PortError>;

    /// # Errors
    /// [`PortError::Taken`] when the company has an organization of this name.
    async fn add_organization(
        &self,
        company: CompanyId,
        name: &str,
        allowed_origins: &[String],
    ) -> Result<OrganizationId, PortError>;

    /// Replaces the allowed origins. `false` when the company has no such organization.
    async fn set_allowed_origins(
        &self,
        company: CompanyId,
        organization: OrganizationId,
        allowed_origins: &[String],
    ) -> Result<bool, PortError>;

    /// The operators that are not deleted, by id; of one organization, or of all.
    async fn operators(
        &self,
        company: CompanyId,
        organization: Option<OrganizationId>,
    ) -> Result<Vec<Operator>, PortError>;

    /// Deleted ones too: a token of theirs must be told why it is refused.
    async fn operator(&self, company: CompanyId, id: OperatorId)
    -> Result<Option<OperatorRecord>, PortError>;

    /// Adds all or none, active, in the order given. `None` when one of the organizations is not the company's.
    async fn add_operators(
        &self,
        company: CompanyId,
        operators: &[NewOperator],
    ) -> Result<Option<Vec<Operator>>, PortError>;

    /// Grows with every generation, whoever starts it: also another process.
    async fn revocations(&self) -> Result<i64, PortError>;

    /// Sets the status, and starts a new generation when it changes to one that may not work. `false` when the
    /// company has no such operator.
    async fn set_operator_status(
        &self,
        company: CompanyId,
        id: OperatorId,
        status: OperatorStatus,
    ) -> Result<bool, PortError>;
}
