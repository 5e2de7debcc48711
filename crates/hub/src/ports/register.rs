//! The port of whoever administers the machine: who is there, page by page, and what they are called.

use async_trait::async_trait;
use chathub_domain::{CompanyId, Operator, OperatorId, OrganizationId};

use super::{Directory, PortError};

/// A company as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyEntry {
    pub id: CompanyId,
    pub login: String,
    pub name: String,
}

/// A directory that is administered here. Only [`companies`](Self::companies) names no tenant: it is no business of
/// anybody's who has come over the network.
#[async_trait]
pub trait Register: Directory {
    /// By id: the next `most` companies after one.
    async fn companies(&self, after: CompanyId, most: u32) -> Result<Vec<CompanyEntry>, PortError>;

    /// By id: the next `most` of the company's operators after one that are not deleted.
    async fn operators_after(
        &self,
        company: CompanyId,
        after: OperatorId,
        most: u32,
    ) -> Result<Vec<Operator>, PortError>;

    /// `false` when the company has no such organization.
    ///
    /// # Errors
    /// [`PortError::Taken`] when the company has another organization of this name.
    async fn rename_organization(
        &self,
        company: CompanyId,
        organization: OrganizationId,
        name: &str,
    ) -> Result<bool, PortError>;

    /// `false` when the company has no such operator, or has deleted them.
    async fn rename_operator(
        &self,
        company: CompanyId,
        operator: OperatorId,
        name: &str,
    ) -> Result<bool, PortError>;
}
