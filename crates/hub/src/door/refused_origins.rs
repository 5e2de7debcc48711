//! Which pages were refused lately, for who can let them in: with the very command that does, in the words of the command
//! line.

use chathub_domain::{Organization, OrganizationId};

use crate::door::access::CompanyAccess;
use crate::door::origin::{Origin, normalize};
use crate::error::Result;
use crate::hub::Hub;
use crate::ports::CompanyRecord;

/// Bytes of an origin: the longest name that there can be, and what stands around it.
const ORIGIN_BYTES: usize = 300;

/// A page's origin that an organization does not list, and what would put it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedOrigin {
    pub organization: OrganizationId,
    pub origin: String,
    /// For the shell of the machine that runs the server; none where no command would do it.
    pub command: Option<String>,
}

impl Hub {
    /// The origins that were refused lately to each of the company's organizations and are not on its list by now.
    ///
    /// # Errors
    /// When the directory fails.
    pub async fn refused_origins(&self, company: &CompanyAccess) -> Result<Vec<RefusedOrigin>> {
        let now = self.now();
        let mut refused = Vec::new();
        for Organization { id, allowed_origins, .. } in self.organizations(company).await? {
            let origins = self.inner.refused_origins.of(id, now).into_iter();
            let still = origins.filter(|origin| !allowed_origins.contains(origin));
            refused.extend(still.map(|origin| RefusedOrigin { organization: id, origin, command: None }));
        }
        if refused.is_empty() {
            return Ok(refused);
        }
        if let Some(login) = self.login_for_commands(self.inner.directory.company(company.id).await?).await {
            for RefusedOrigin { organization, origin, command: text } in &mut refused {
                *text = (self.inner.settings.allow_origin)(&login, *organization, origin);
            }
        }
        Ok(refused)
    }

    /// The outcome of judging an origin. A refusal is kept for the console, and told to the log a few times an hour.
    pub(crate) async fn note_origin(
        &self,
        organization: &Organization,
        origin: &Origin,
        outcome: Result<()>,
    ) -> Result<()> {
        let (Err(_), Origin::Foreign(origin)) = (&outcome, origin) else { return outcome };
        // One that could not be on the list is whatever somebody has sent.
        let Some(origin) = normalize(origin).ok().filter(|origin| origin.len() <= ORIGIN_BYTES) else {
            return outcome;
        };
        self.inner.refused_origins.note(organization.id, &origin, self.now());
        if self.inner.limits.refused_origin(organization.id) {
            let owner = self.inner.directory.company_by_organization(organization.id).await;
            let login = self.login_for_commands(owner.unwrap_or_default()).await;
            let allow = self.inner.settings.allow_origin;
            let command = login.and_then(|login| allow(&login, organization.id, &origin));
            let refused =
                format_args!("pages of {origin} are not on the list of organization {}", organization.id);
            // The command last, so that it can be copied to the line's end.
            match command {
                Some(command) => tracing::info!("{refused}; if they are yours, allow them: {command}"),
                None => tracing::info!("{refused}"),
            }
        }
        outcome
    }

    /// The login by which commands find a company. In front of another ChatHub it may be another's meanwhile.
    async fn login_for_commands(&self, company: Option<CompanyRecord>) -> Option<String> {
        let CompanyRecord { id, login, .. } = company?;
        let found = self.inner.directory.company_by_login(&login).await.ok()??;
        (found.id == id).then_some(login)
    }
}
