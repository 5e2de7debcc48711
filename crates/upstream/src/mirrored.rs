//! The directory as commands need it: what is remembered, without a call to anybody.

use std::sync::Arc;

use async_trait::async_trait;
use chathub_domain::error::ErrorCode;
use chathub_domain::{CompanyId, Operator, OperatorId, OperatorStatus, Organization, OrganizationId};
use chathub_hub::ports::{
    CompanyEntry, CompanyRecord, Directory, Mirror, NewOperator, OperatorRecord, OriginsChange, PortError,
    Register,
};

/// What was last seen of the remote at `address`. Its people are changed there; what is set here is set.
pub struct Mirrored {
    pub mirror: Arc<dyn Mirror>,
    pub address: String,
}

/// Why something is not done here.
pub(crate) fn kept_there(what: &str, address: impl std::fmt::Display) -> PortError {
    PortError::Refused {
        code: ErrorCode::Conflict,
        detail: format!(
            "{what} of this installation are kept by the ChatHub at {address}: change them there."
        ),
    }
}

#[async_trait]
impl Directory for Mirrored {
    async fn company(&self, id: CompanyId) -> Result<Option<CompanyRecord>, PortError> {
        self.mirror.company(id).await
    }

    async fn company_by_organization(&self, id: OrganizationId) -> Result<Option<CompanyRecord>, PortError> {
        self.mirror.company_by_organization(id).await
    }

    async fn company_by_login(&self, login: &str) -> Result<Option<CompanyRecord>, PortError> {
        match self.mirror.company_by_login(login).await? {
            Some(record) => Ok(Some(record)),
            None => Err(PortError::Refused {
                code: ErrorCode::NotFound,
                detail: format!(
                    "The company “{login}” has not signed in here yet, and is not known before. Companies are kept \
                     by the ChatHub at {}.",
                    self.address
                ),
            }),
        }
    }

    async fn add_company(&self, _: &str, _: &str, _: &str) -> Result<CompanyId, PortError> {
        Err(kept_there("Companies", &self.address))
    }

    async fn set_login(&self, _: CompanyId, _: &str) -> Result<bool, PortError> {
        Err(kept_there("Logins", &self.address))
    }

    async fn set_password(&self, _: CompanyId, _: &str) -> Result<bool, PortError> {
        Err(kept_there("Passwords", &self.address))
    }

    async fn organizations(&self, company: CompanyId) -> Result<Vec<Organization>, PortError> {
        self.mirror.organizations(company).await
    }

    async fn organization(&self, id: OrganizationId) -> Result<Option<Organization>, PortError> {
        self.mirror.organization(id).await
    }

    async fn add_organization(
        &self,
        _: CompanyId,
        _: &str,
        _: &[String],
    ) -> Result<OrganizationId, PortError> {
        Err(kept_there("Organizations", &self.address))
    }

    async fn set_allowed_origins(
        &self,
        company: CompanyId,
        organization: OrganizationId,
        change: OriginsChange<'_>,
    ) -> Result<Option<Vec<String>>, PortError> {
        self.mirror.set_allowed_origins(company, organization, change).await
    }

    async fn operators(
        &self,
        company: CompanyId,
        organization: Option<OrganizationId>,
    ) -> Result<Vec<Operator>, PortError> {
        self.mirror.operators(company, organization).await
    }

    async fn operator(
        &self,
        company: CompanyId,
        id: OperatorId,
    ) -> Result<Option<OperatorRecord>, PortError> {
        self.mirror.operator(company, id).await
    }

    async fn add_operators(
        &self,
        _: CompanyId,
        _: &[NewOperator],
    ) -> Result<Option<Vec<Operator>>, PortError> {
        Err(kept_there("Operators", &self.address))
    }

    async fn changes(&self) -> Result<i64, PortError> {
        self.mirror.changes().await
    }

    async fn set_operator_status(
        &self,
        _: CompanyId,
        _: OperatorId,
        _: OperatorStatus,
    ) -> Result<bool, PortError> {
        Err(kept_there("Operators", &self.address))
    }
}

#[async_trait]
impl Register for Mirrored {
    async fn companies(&self, after: CompanyId, most: u32) -> Result<Vec<CompanyEntry>, PortError> {
        self.mirror.companies(after, most).await
    }

    async fn operators_after(
        &self,
        company: CompanyId,
        after: OperatorId,
        most: u32,
    ) -> Result<Vec<Operator>, PortError> {
        self.mirror.operators_after(company, after, most).await
    }

    async fn rename_organization(&self, _: CompanyId, _: OrganizationId, _: &str) -> Result<bool, PortError> {
        Err(kept_there("Organizations", &self.address))
    }

    async fn rename_operator(&self, _: CompanyId, _: OperatorId, _: &str) -> Result<bool, PortError> {
        Err(kept_there("Operators", &self.address))
    }
}
