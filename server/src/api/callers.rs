//! Who calls: a company, an operator, or either, by the token of the request.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use chathub_domain::token::tidy;
use chathub_edge::token;
use chathub_hub::door::access::{Caller, CompanyAccess, OperatorAccess};
use chathub_hub::{Hub, Origin};

use crate::http::problem::Failure;

/// A call for companies.
pub(crate) struct Company(pub CompanyAccess);

impl<S: Send + Sync> FromRequestParts<S> for Company
where
    Hub: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let (hub, token) = (Hub::from_ref(state), token::sent(&parts.headers));
        Ok(Self(hub.company_by_token(&token).await?))
    }
}

/// A call for companies and operators.
pub(crate) struct Either(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for Either
where
    Hub: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let (hub, token) = (Hub::from_ref(state), token::sent(&parts.headers));
        Ok(Self(hub.caller(&token).await?))
    }
}

/// A call for operators, from pages that their organization allows.
pub(crate) struct Operator {
    pub access: OperatorAccess,
    pub token: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Operator
where
    Hub: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let (hub, token) = (Hub::from_ref(state), token::sent(&parts.headers));
        let access = hub.operator_by_token(&token).await?;
        let origin = parts.extensions.get::<Origin>().cloned().unwrap_or(Origin::Absent);
        hub.check_operator_origin(&access, &origin).await?;
        Ok(Self { access, token: tidy(&token) })
    }
}
