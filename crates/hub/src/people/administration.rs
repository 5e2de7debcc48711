//! What whoever administers the machine may look at and call by another name, without a server and beside one.

use std::sync::Arc;

use chathub_domain::error::ErrorCode;
use chathub_domain::{CompanyId, Operator, OperatorId, OperatorStatus, Organization, OrganizationId};

use crate::door::access::CompanyAccess;
use crate::error::{Error, Result};
use crate::people::companies::{check_name, choose_organization, find_company};
use crate::ports::{CompanyEntry, Register};

/// Rows in a page of a list.
const PAGE: u32 = 1_000;

/// Ids of equal names that a refusal tells.
const TOLD: usize = 10;

/// The people of an installation, for its administrator. Running servers see what is changed by the directory's count of
/// changes.
#[derive(Clone)]
pub struct Administration {
    register: Arc<dyn Register>,
}

impl Administration {
    #[must_use]
    pub fn new(register: Arc<dyn Register>) -> Self {
        Self { register }
    }

    /// The page of companies after one, by id; an empty page is the end.
    ///
    /// # Errors
    /// When the directory fails.
    pub async fn companies(&self, after: CompanyId) -> Result<Vec<CompanyEntry>> {
        Ok(self.register.companies(after, PAGE).await?)
    }

    /// # Errors
    /// `not_found`.
    pub async fn company(&self, login: &str) -> Result<CompanyAccess> {
        find_company(&*self.register, login).await
    }

    /// As [`company`](Self::company), as a list shows it.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn company_entry(&self, login: &str) -> Result<CompanyEntry> {
        let company = self.company(login).await?;
        let record = self.register.company(company.id).await?.ok_or_else(|| Error::not_found("company"))?;
        Ok(CompanyEntry { id: record.id, login: record.login, name: record.name })
    }

    /// The company's organizations, by id.
    ///
    /// # Errors
    /// When the directory fails.
    pub async fn organizations(&self, company: CompanyId) -> Result<Vec<Organization>> {
        Ok(self.register.organizations(company).await?)
    }

    /// One of the company's, by id or by name in any case of letters.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn organization(&self, company: &CompanyAccess, text: &str) -> Result<Organization> {
        choose_organization(self.organizations(company.id).await?, text)
    }

    /// The page of the company's operators after one, by id, without deleted ones; an empty page is the end.
    ///
    /// # Errors
    /// When the directory fails.
    pub async fn operators(&self, company: CompanyId, after: OperatorId) -> Result<Vec<Operator>> {
        Ok(self.register.operators_after(company, after, PAGE).await?)
    }

    /// One of the company's, by id (also a deleted one), or by a name that nobody else has, in any case of letters.
    ///
    /// # Errors
    /// `not_found`; `conflict` when several have the name.
    pub async fn operator(&self, company: &CompanyAccess, text: &str) -> Result<OperatorId> {
        let wanted = text.trim();
        if let Ok(id) = wanted.parse().map(OperatorId)
            && self.register.operator(company.id, id).await?.is_some()
        {
            return Ok(id);
        }
        let key = wanted.to_lowercase();
        let mut found = Vec::new();
        let mut last = OperatorId(0);
        loop {
            let page = self.operators(company.id, last).await?;
            let Some(end) = page.last() else { break };
            last = end.id;
            found.extend(page.into_iter().filter(|one| one.name.to_lowercase() == key).map(|one| one.id));
        }
        match *found {
            [] => Err(Error::not_found("operator")),
            [id] => Ok(id),
            _ => {
                let ids: Vec<_> = found.iter().take(TOLD).map(ToString::to_string).collect();
                let more = if found.len() > TOLD { " …" } else { "" };
                let ids = ids.join(", ");
                let detail =
                    format!("Several operators are called “{wanted}”: name one by id ({ids}{more}).");
                Err(Error::new(ErrorCode::Conflict, detail))
            }
        }
    }

    /// # Errors
    /// `not_found`; `conflict` when the company has another of this name; a name that is none.
    pub async fn rename_organization(
        &self,
        company: &CompanyAccess,
        id: OrganizationId,
        name: &str,
    ) -> Result<()> {
        let name = check_name("/name", name)?;
        match self.register.rename_organization(company.id, id, name).await? {
            true => Ok(()),
            false => Err(Error::not_found("organization")),
        }
    }

    /// # Errors
    /// `not_found`, also for a deleted one; a name that is none.
    pub async fn rename_operator(&self, company: &CompanyAccess, id: OperatorId, name: &str) -> Result<()> {
        let name = check_name("/name", name)?;
        match self.register.rename_operator(company.id, id, name).await? {
            true => Ok(()),
            false => Err(Error::not_found("operator")),
        }
    }

    /// Sets an operator's status. Open panels of one that may no longer work end when their server has looked.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn set_operator_status(
        &self,
        company: &CompanyAccess,
        id: OperatorId,
        status: OperatorStatus,
    ) -> Result<()> {
        match self.register.set_operator_status(company.id, id, status).await? {
            true => Ok(()),
            false => Err(Error::not_found("operator")),
        }
    }
}
