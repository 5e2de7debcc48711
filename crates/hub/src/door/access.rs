//! Who is asking: tokens become people here, and only here.

use chathub_domain::error::ErrorCode;
use chathub_domain::limits::NAME_CHARS;
use chathub_domain::wire::Introduction;
use chathub_domain::{
    CompanyId, OperatorId, OperatorRef, OperatorStatus, Organization, OrganizationId, OrganizationRef,
    Timestamp, VisitorId, text, token,
};
use uuid::Uuid;

use crate::door::origin::Origin;
use crate::door::tokens::{CompanyClaims, OperatorClaims, TokenKeys, VisitorClaims};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::pace::Peer;
use crate::phone::has_digit;
use crate::ports::{CompanyRecord, SessionId, Vouch};
use crate::rules::{Guest, Member};

/// Characters of a phone number: the 15 digits that there can be (E.164) and what people put between them.
const PHONE_CHARS: usize = 40;

/// What an operator token that came of a session is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub expires_at: Timestamp,
}

/// A company that administers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyAccess {
    pub id: CompanyId,
    pub name: String,
    /// The console session it speaks through, if it is one: what is issued there ends with it.
    pub session: Option<Session>,
}

/// An operator who chats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorAccess {
    pub company_id: CompanyId,
    pub operator: OperatorRef,
    pub organization: OrganizationRef,
    pub expires_at: Timestamp,
}

/// A customer, or one who may become one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitorAccess {
    pub organization: OrganizationRef,
    pub visitor_id: VisitorId,
    /// What their page says of them.
    pub introduction: Introduction,
    /// Where they come from.
    pub peer: Peer,
}

/// Where either level of token may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    Company(CompanyAccess),
    Operator(OperatorAccess),
}

impl Hub {
    /// # Errors
    /// When it is no company token that is still good.
    pub async fn company_by_token(&self, token: &str) -> Result<CompanyAccess> {
        self.inner.audit.token(self.company_of_token(token).await)
    }

    async fn company_of_token(&self, token: &str) -> Result<CompanyAccess> {
        let claims: CompanyClaims = self.inner.keys.verify(token, self.now())?;
        self.company_of(claims.sub, claims.generation).await
    }

    /// # Errors
    /// When it is no operator token that is still good, or the operator may not work.
    pub async fn operator_by_token(&self, token: &str) -> Result<OperatorAccess> {
        self.inner.audit.token(self.operator_by_token_for(None, token).await)
    }

    /// By a token of ours, or by one that the directory issued and vouches for when it is asked for `company`.
    pub(crate) async fn operator_by_token_for(
        &self,
        company: Option<CompanyId>,
        token: &str,
    ) -> Result<OperatorAccess> {
        let (company, id, generation, expires_at) = match self.operator_claims(token).await {
            Ok(OperatorClaims { sub, company, generation, exp, sid }) => {
                if let Some(session) = sid {
                    self.check_session(company, SessionId(session)).await?;
                }
                (company, sub, Some(generation), Timestamp(exp.saturating_mul(1_000)))
            }
            Err(error) if error.code == ErrorCode::TokenInvalid => {
                match self.inner.directory.vouch(company, &token::tidy(token)).await? {
                    Vouch::Unknown => return Err(error),
                    Vouch::Bad(code) => return Err(not_vouched_for(code)),
                    Vouch::Good { company, operator, expires_at } => (company, operator, None, expires_at),
                }
            }
            Err(error) => return Err(error),
        };
        let record = self.inner.directory.operator(company, id).await?;
        let record = record.ok_or_else(|| {
            Error::new(ErrorCode::TokenInvalid, "The token names an operator that does not exist.")
        })?;
        if record.operator.status != OperatorStatus::Active {
            return Err(Error::new(ErrorCode::OperatorInactive, "Operator is not active."));
        }
        if generation.is_some_and(|generation| generation != record.generation) {
            return Err(Error::new(
                ErrorCode::TokenInvalid,
                "The operator token has been revoked: get a new one.",
            ));
        }
        Ok(OperatorAccess {
            company_id: record.company_id,
            operator: OperatorRef { id: record.operator.id, name: record.operator.name },
            organization: record.operator.organization,
            expires_at,
        })
    }

    async fn operator_claims(&self, token: &str) -> Result<OperatorClaims> {
        match self.is_development_token(token) {
            true => self.development_claims().await,
            false => self.inner.keys.verify(token, self.now()),
        }
    }

    /// # Errors
    /// When it is neither kind of token, or one that is no longer good.
    pub async fn caller(&self, token: &str) -> Result<Caller> {
        self.inner.audit.token(self.caller_of_token(token).await)
    }

    async fn caller_of_token(&self, token: &str) -> Result<Caller> {
        // One verification for most: a company's token is the only other kind that is good here.
        if self.is_development_token(token) || TokenKeys::claims_to_be::<OperatorClaims>(token) {
            return self.operator_by_token_for(None, token).await.map(Caller::Operator);
        }
        let refused = match self.company_of_token(token).await {
            // Not ours at all, or a company's that was revoked: the directory may know it as an operator's.
            Err(error) if matches!(error.code, ErrorCode::WrongTokenKind | ErrorCode::TokenInvalid) => error,
            other => return other.map(Caller::Company),
        };
        match self.operator_by_token_for(None, token).await {
            Err(other)
                if refused.code == ErrorCode::TokenInvalid
                    && matches!(other.code, ErrorCode::TokenInvalid | ErrorCode::WrongTokenKind) =>
            {
                Err(refused)
            }
            Err(error) if error.code == ErrorCode::WrongTokenKind => Err(Error::new(
                ErrorCode::WrongTokenKind,
                "This call takes a company token or an operator token; the token is of another kind.",
            )),
            other => other.map(Caller::Operator),
        }
    }

    /// The organizations that the caller may see into: an operator's own, a company's all.
    ///
    /// # Errors
    /// When the directory fails.
    pub(crate) async fn scope(&self, caller: &Caller) -> Result<Vec<OrganizationId>> {
        Ok(match caller {
            Caller::Operator(operator) => vec![operator.organization.id],
            Caller::Company(company) => {
                self.organizations(company).await?.into_iter().map(|organization| organization.id).collect()
            }
        })
    }

    /// A visitor of an organization: the one that `token` names, or a new one. The second value is the token to
    /// keep.
    ///
    /// # Errors
    /// `not_found` for an unknown organization, `origin_not_allowed`, a bad visitor token, `too_many_requests`, or
    /// `blocked`.
    pub async fn visitor(
        &self,
        organization: OrganizationId,
        token: Option<&str>,
        origin: &Origin,
        peer: Peer,
    ) -> Result<(VisitorAccess, String)> {
        let found = self.inner.directory.organization(organization).await?;
        let found = found.ok_or_else(|| Error::not_found("organization"))?;
        self.check_visitors_origin(&found, origin).await?;
        let (visitor_id, token) = match token {
            Some(token) => {
                let claims: VisitorClaims = self.inner.keys.verify(token, self.now())?;
                if claims.organization != organization {
                    return Err(Error::new(
                        ErrorCode::TokenInvalid,
                        "The visitor token belongs to another organization.",
                    ));
                }
                (claims.sub, token.to_owned())
            }
            None => {
                self.inner.limits.newcomer_of(organization)?;
                let visitor_id = VisitorId(Uuid::new_v4());
                let claims = VisitorClaims { sub: visitor_id, organization };
                (visitor_id, self.inner.keys.sign(claims, self.now())?)
            }
        };
        let organization = OrganizationRef { id: found.id, name: found.name };
        let introduction = Introduction::default();
        let access = VisitorAccess { organization, visitor_id, introduction, peer };
        self.check_not_blocked(&access)?;
        Ok((access, token))
    }

    /// Lets an operator's page in, or names the setting that would.
    ///
    /// # Errors
    /// `origin_not_allowed`.
    pub async fn check_operator_origin(&self, operator: &OperatorAccess, origin: &Origin) -> Result<()> {
        if !matches!(origin, Origin::Foreign(_)) {
            return Ok(());
        }
        let organization = self.organization_of(operator.organization.id).await?;
        let outcome = origin.check(&organization, self.is_demo());
        self.inner.audit.token(self.note_origin(&organization, origin, outcome).await)
    }

    /// Whether an organization still lists the origin of a visitor's page.
    pub(crate) async fn recheck_visitors_origin(
        &self,
        organization: OrganizationId,
        origin: &Origin,
    ) -> Result<()> {
        let organization = self.organization_of(organization).await?;
        self.check_visitors_origin(&organization, origin).await
    }

    async fn check_visitors_origin(&self, organization: &Organization, origin: &Origin) -> Result<()> {
        let outcome = origin.check_visitors(organization, self.is_demo());
        self.note_origin(organization, origin, outcome).await
    }

    async fn organization_of(&self, id: OrganizationId) -> Result<Organization> {
        let found = self.inner.directory.organization(id).await?;
        found.ok_or_else(|| Error::not_found("organization"))
    }

    pub(crate) async fn company_of(&self, id: CompanyId, generation: i64) -> Result<CompanyAccess> {
        let record = self.inner.directory.company(id).await?;
        match record {
            Some(CompanyRecord { id, name, generation: current, .. }) if current == generation => {
                Ok(CompanyAccess { id, name, session: None })
            }
            _ => Err(Error::new(
                ErrorCode::TokenInvalid,
                "The company's tokens have been revoked: sign in again.",
            )),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }
}

impl Caller {
    pub(crate) fn company_id(&self) -> CompanyId {
        match self {
            Self::Company(company) => company.id,
            Self::Operator(operator) => operator.company_id,
        }
    }

    pub(crate) fn operator(&self) -> Option<&OperatorRef> {
        match self {
            Self::Company(_) => None,
            Self::Operator(operator) => Some(&operator.operator),
        }
    }
}

impl From<OperatorAccess> for Caller {
    fn from(access: OperatorAccess) -> Self {
        Self::Operator(access)
    }
}

/// Why the directory does not vouch for a token, as we say it of our own.
fn not_vouched_for(code: ErrorCode) -> Error {
    Error::new(
        code,
        match code {
            ErrorCode::TokenExpired => "The operator token has expired: get a new one.",
            ErrorCode::OperatorInactive => "Operator is not active.",
            _ => "This is not a valid operator token: get a new one.",
        },
    )
}

impl OperatorAccess {
    pub(crate) fn member(&self) -> Member {
        Member { organization_id: self.organization.id, operator: self.operator.clone() }
    }

    #[must_use]
    pub fn id(&self) -> OperatorId {
        self.operator.id
    }
}

impl VisitorAccess {
    /// With what their page says of them.
    #[must_use]
    pub fn introduced(self, introduction: Introduction) -> Self {
        Self { introduction: tidy(introduction), ..self }
    }

    pub(crate) fn guest(&self) -> Guest {
        Guest {
            organization_id: self.organization.id,
            visitor_id: self.visitor_id,
            introduction: self.introduction.clone(),
        }
    }
}

/// What a page says of its visitor is no reason to turn them away: what no name may hold is left out, too long a name is
/// cut, and what holds no digit is no phone number.
fn tidy(Introduction { name, phone }: Introduction) -> Introduction {
    let phone = text::tidy_name(&phone, PHONE_CHARS);
    let phone = if has_digit(&phone) { phone } else { String::new() };
    Introduction { name: text::tidy_name(&name, NAME_CHARS), phone }
}
