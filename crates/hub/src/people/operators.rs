//! Operators: who they are, whether they may work, and their tokens.

use chathub_domain::error::{ErrorCode, FieldError, NAMED_AT_MOST};
use chathub_domain::limits::OPERATOR_TOKEN_MS;
use chathub_domain::{
    CompanyId, Operator, OperatorId, OperatorRef, OperatorStatus, OrganizationId, Timestamp,
};

use crate::audit::{Action, Deed};
use crate::clock::seconds;
use crate::door::access::{Caller, CompanyAccess, OperatorAccess};
use crate::door::tokens::OperatorClaims;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::people::companies::check_name;
use crate::ports::NewOperator;

/// Operators in one synchronization: a page of a large company's staff.
const SYNCHRONIZE_AT_ONCE: usize = 1_000;

/// What a validation found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Validity {
    Valid {
        operator_id: OperatorId,
        company_id: CompanyId,
        expires_at: Timestamp,
    },
    /// Why not, in the published API's words.
    Invalid {
        reason: String,
    },
}

impl Hub {
    /// The operators of an organization that are not deleted. A company names one of its organizations; an
    /// operator sees their own, named or not.
    ///
    /// # Errors
    /// `invalid_field` when a company names none, `not_found` for one that is not theirs.
    pub async fn operators(
        &self,
        caller: &Caller,
        organization: Option<OrganizationId>,
    ) -> Result<Vec<Operator>> {
        let (company_id, organization) = match caller {
            Caller::Company(company) => {
                let id = organization
                    .ok_or_else(|| Error::field("/organizationId", "name one of your organizations."))?;
                let own = self.inner.directory.organizations(company.id).await?;
                if !own.iter().any(|organization| organization.id == id) {
                    return Err(Error::not_found("organization"));
                }
                (company.id, id)
            }
            Caller::Operator(operator) => {
                if organization.is_some_and(|id| id != operator.organization.id) {
                    return Err(Error::not_found("organization"));
                }
                (operator.company_id, operator.organization.id)
            }
        };
        Ok(self.inner.directory.operators(company_id, Some(organization)).await?)
    }

    /// Every operator of a company that is not deleted.
    ///
    /// # Errors
    /// When the directory fails.
    pub async fn all_operators(&self, company: &CompanyAccess) -> Result<Vec<Operator>> {
        Ok(self.inner.directory.operators(company.id, None).await?)
    }

    /// Adds operators, all or none, active. Equal names are allowed.
    ///
    /// # Errors
    /// Every entry that is wrong, by JSON pointer.
    pub async fn synchronize(
        &self,
        company: &CompanyAccess,
        operators: Vec<NewOperator>,
    ) -> Result<Vec<Operator>> {
        if operators.len() > SYNCHRONIZE_AT_ONCE {
            return Err(Error::new(
                ErrorCode::TooLarge,
                format!("At most {SYNCHRONIZE_AT_ONCE} operators at once; send the rest in further calls."),
            ));
        }
        let own = self.inner.directory.organizations(company.id).await?;
        let (mut checked, mut wrong) = (Vec::with_capacity(operators.len()), Vec::new());
        for (index, NewOperator { organization_id, name }) in operators.into_iter().enumerate() {
            match check_name(&format!("/{index}/name"), &name) {
                Ok(name) => checked.push(NewOperator { organization_id, name: name.to_owned() }),
                Err(error) => wrong.extend(error.fields),
            }
            if !own.iter().any(|organization| organization.id == organization_id) {
                wrong.push(FieldError {
                    pointer: format!("/{index}/organizationId"),
                    detail: "you have no such organization.".into(),
                });
            }
        }
        wrong.truncate(NAMED_AT_MOST);
        if let Some(error) = Error::fields(wrong) {
            return Err(error);
        }
        let added = self.inner.directory.add_operators(company.id, &checked).await?;
        let added = added.ok_or_else(|| Error::not_found("organization"))?;
        let operators: Vec<_> = added.iter().map(|operator| operator.id).collect();
        let deed = Deed { operators: &operators, ..Deed::default() };
        self.inner.audit.done(Action::AddOperators, company.id, &deed);
        self.inner.feed.look_soon();
        Ok(added)
    }

    /// Sets an operator's status. One that may no longer work loses every token and every open panel at once.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn set_operator_status(
        &self,
        company: &CompanyAccess,
        id: OperatorId,
        status: OperatorStatus,
    ) -> Result<()> {
        if !self.inner.directory.set_operator_status(company.id, id, status).await? {
            return Err(Error::not_found("operator"));
        }
        let deed = Deed { operators: &[id], status: Some(status), ..Deed::default() };
        self.inner.audit.done(Action::OperatorStatus, company.id, &deed);
        self.inner.feed.look_soon();
        if status != OperatorStatus::Active {
            let detail = "Your company has set this operator inactive.";
            match self.inner.directory.operator(company.id, id).await {
                Ok(Some(record)) => self.inner.feed.dismiss_operator(
                    record.operator.organization.id,
                    id,
                    ErrorCode::OperatorInactive,
                    detail,
                ),
                // Whoever looks at their token again finds it out.
                Ok(None) | Err(_) => self.inner.feed.recheck(),
            }
        }
        Ok(())
    }

    /// An operator token that lives until `expires_at`, or 24 hours if that is sooner, and its true end. One that is
    /// asked for through a console session ends with that.
    ///
    /// # Errors
    /// `not_found`; `operator_inactive`; a time in the past; `too_many_requests`.
    pub async fn operator_token(
        &self,
        company: &CompanyAccess,
        id: OperatorId,
        expires_at: Timestamp,
    ) -> Result<(String, Timestamp)> {
        let now = self.now();
        if expires_at <= now {
            return Err(Error::field(
                "/expiresAt",
                "is in the past; name a time to come, at most 24 hours ahead.",
            ));
        }
        self.inner.limits.token(company.id)?;
        let expires_at = expires_at.min(now.plus(OPERATOR_TOKEN_MS));
        let expires_at = company.session.map_or(expires_at, |session| expires_at.min(session.expires_at));
        let record = self.inner.directory.operator_to_mint(company.id, id, expires_at).await?;
        let record = record
            .filter(|record| record.operator.status != OperatorStatus::Deleted)
            .ok_or_else(|| Error::not_found("operator"))?;
        if record.operator.status != OperatorStatus::Active {
            return Err(Error::new(
                ErrorCode::OperatorInactive,
                "Operator is not active: set the status to 0 first.",
            ));
        }
        // Whole seconds, as JWT counts; never later than asked, and never now.
        let exp = seconds(expires_at).max(seconds(now) + 1);
        let sid = company.session.map(|session| session.id.0);
        let claims = OperatorClaims { sub: id, company: company.id, generation: record.generation, exp, sid };
        Ok((self.inner.keys.sign(claims, now)?, Timestamp(exp * 1_000)))
    }

    /// Whether a token is a good operator token of this company.
    ///
    /// # Errors
    /// Only when the directory fails: a bad token is an answer.
    pub async fn validate_token(&self, company: &CompanyAccess, token: &str) -> Result<Validity> {
        let reason = match self.operator_by_token_for(Some(company.id), token).await {
            Ok(OperatorAccess { company_id, operator, expires_at, .. }) if company_id == company.id => {
                let company_id = self.inner.directory.public_id(company_id).await?;
                return Ok(Validity::Valid { operator_id: operator.id, company_id, expires_at });
            }
            Ok(_) => "Invalid token",
            Err(error) => match error.code {
                ErrorCode::TokenExpired => "Token expired",
                ErrorCode::OperatorInactive => "Operator is not active",
                ErrorCode::TokenInvalid | ErrorCode::TokenMissing | ErrorCode::WrongTokenKind => {
                    "Invalid token"
                }
                _ => return Err(error),
            },
        };
        Ok(Validity::Invalid { reason: reason.into() })
    }

    /// The active operators of an organization, by name: for lists to choose from.
    pub(crate) async fn colleagues(&self, operator: &OperatorAccess) -> Result<Vec<OperatorRef>> {
        let all = self.inner.directory.operators(operator.company_id, Some(operator.organization.id)).await?;
        let mut refs: Vec<_> = all
            .into_iter()
            .filter(|operator| operator.status == OperatorStatus::Active)
            .map(|operator| OperatorRef { id: operator.id, name: operator.name })
            .collect();
        refs.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        Ok(refs)
    }
}
