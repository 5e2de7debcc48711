//! The port that knows companies, their organizations and the people who answer.

use async_trait::async_trait;
use chathub_domain::error::ErrorCode;
use chathub_domain::{
    CompanyId, Operator, OperatorId, OperatorStatus, Organization, OrganizationId, Timestamp,
};

use super::PortError;
use crate::pace::Peer;

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

/// Who judges a sign-in.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// The login's record, whose hash decides.
    ByHash(Option<CompanyRecord>),
    /// The directory has judged the password itself: the company, if it is let in.
    Judged(Option<CompanyRecord>),
}

/// What the directory says of an operator token that was not issued here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vouch {
    /// It issues none, or can't be asked about them.
    Unknown,
    /// It is its own, and good at this time.
    Good { company: CompanyId, operator: OperatorId, expires_at: Timestamp },
    /// It is not good, and why: expired, of an operator who may not work, or no token at all.
    Bad(ErrorCode),
}

/// How well the directory can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    Well,
    /// It does not answer: what is known goes on, and nothing new is agreed on.
    Away,
    /// It answers, and refuses this server's own sign-in.
    Refuses,
}

/// What becomes of an organization's allowed origins.
#[derive(Clone, Copy, Debug)]
pub enum OriginsChange<'a> {
    /// These and no others.
    Replace(&'a [String]),
    /// Those that are there, with some more and without others.
    Amend { add: &'a [String], remove: &'a [String] },
}

impl OriginsChange<'_> {
    /// What is there after it: sorted, each once.
    #[must_use]
    pub fn applied_to(self, mut origins: Vec<String>) -> Vec<String> {
        match self {
            Self::Replace(all) => origins = all.to_vec(),
            Self::Amend { add, remove } => {
                origins.extend_from_slice(add);
                origins.retain(|origin| !remove.contains(origin));
            }
        }
        origins.sort();
        origins.dedup();
        origins
    }
}

/// Companies, organizations, operators. Every call names the tenant, but the four that find out who it is: a
/// company by id, by login or by an organization of its own, and an organization for a customer.
#[async_trait]
pub trait Directory: Send + Sync {
    async fn company(&self, id: CompanyId) -> Result<Option<CompanyRecord>, PortError>;

    /// By login, however it is written ([`Login`](super::Login)): of those that [`exact_logins`](Self::exact_logins) tells
    /// the one that has its lower case, else the one that is prepared to the same.
    async fn company_by_login(&self, login: &str) -> Result<Option<CompanyRecord>, PortError>;

    /// Whose organization it is.
    async fn company_by_organization(&self, id: OrganizationId) -> Result<Option<CompanyRecord>, PortError>;

    /// Finds out who signs in, from where. A directory that shows no hashes judges the password itself.
    async fn sign_in(&self, login: &str, _password: &str, _from: Peer) -> Result<SignIn, PortError> {
        Ok(SignIn::ByHash(self.company_by_login(login).await?))
    }

    /// # Errors
    /// [`PortError::Taken`] when a company has the login, or one that is equal to it.
    async fn add_company(&self, login: &str, name: &str, password_hash: &str)
    -> Result<CompanyId, PortError>;

    /// Gives a company another login. `false` when there is no such company.
    ///
    /// # Errors
    /// [`PortError::Taken`] when another company has the login, or one that is equal to it.
    async fn set_login(&self, company: CompanyId, login: &str) -> Result<bool, PortError>;

    /// The logins of earlier versions that are found by their lower case alone, as they were then: PRECIS refuses them or
    /// takes them for the same as others, or would part what their lower case does not (Σ and ς).
    async fn exact_logins(&self) -> Result<Vec<String>, PortError> {
        Ok(Vec::new())
    }

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

    /// Changes the allowed origins, in one transaction, and tells what they are then. None when the company has no such
    /// organization.
    async fn set_allowed_origins(
        &self,
        company: CompanyId,
        organization: OrganizationId,
        change: OriginsChange<'_>,
    ) -> Result<Option<Vec<String>>, PortError>;

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

    /// Grows with every change of what can be read here, whoever makes it: also another process.
    async fn changes(&self) -> Result<i64, PortError>;

    /// Sets the status, and starts a new generation when it changes to one that may not work. `false` when the
    /// company has no such operator.
    async fn set_operator_status(
        &self,
        company: CompanyId,
        id: OperatorId,
        status: OperatorStatus,
    ) -> Result<bool, PortError>;

    /// The operator for whom a token is about to be issued, as the directory knows them at this moment, if it agrees
    /// that they get one until `expires_at`. Nothing remembered will do.
    async fn operator_to_mint(
        &self,
        company: CompanyId,
        id: OperatorId,
        _expires_at: Timestamp,
    ) -> Result<Option<OperatorRecord>, PortError> {
        self.operator(company, id).await
    }

    /// What the directory says of an operator token that was not issued here, asked for `company`, or for this server
    /// itself.
    async fn vouch(&self, _company: Option<CompanyId>, _token: &str) -> Result<Vouch, PortError> {
        Ok(Vouch::Unknown)
    }

    /// The id by which integrators know the company.
    async fn public_id(&self, company: CompanyId) -> Result<CompanyId, PortError> {
        Ok(company)
    }

    /// Whether another server judges the passwords, and counts all that are tried here as one address's.
    fn is_remote(&self) -> bool {
        false
    }

    fn health(&self) -> Health {
        Health::Well
    }
}
