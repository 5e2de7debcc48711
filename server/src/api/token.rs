//! Tokens at the door: where they come in, and how they go out.

use axum::Json;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chathub_domain::error::ErrorCode;
use chathub_domain::{OperatorId, OperatorStatus, Timestamp};
use chathub_hub::access::{Caller, CompanyAccess, OperatorAccess};
use chathub_hub::{Error, Hub, Origin};
use serde::{Deserialize, Serialize};

use super::time::rfc3339;
use crate::problem::Failure;
use crate::routes::AppState;

/// The token of a request, in either header.
pub(crate) struct Token(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Token {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(chathub_app::fns::token_of(&parts.headers)))
    }
}

/// A call for companies.
pub(crate) struct Company(pub CompanyAccess);

impl FromRequestParts<AppState> for Company {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let Ok(Token(token)) = Token::from_request_parts(parts, state).await;
        Ok(Self(state.hub.company_by_token(&token).await?))
    }
}

/// A call for companies and operators.
pub(crate) struct Either(pub Caller);

impl FromRequestParts<AppState> for Either {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let Ok(Token(token)) = Token::from_request_parts(parts, state).await;
        Ok(Self(state.hub.caller(&token).await?))
    }
}

/// A call for operators, from pages that their organization allows.
pub(crate) struct Operator {
    pub access: OperatorAccess,
    pub token: String,
}

impl FromRequestParts<AppState> for Operator {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let Ok(Token(token)) = Token::from_request_parts(parts, state).await;
        let access = state.hub.operator_by_token(&token).await?;
        let origin = parts.extensions.get::<Origin>().cloned().unwrap_or(Origin::Absent);
        state.hub.check_operator_origin(&access, &origin).await?;
        Ok(Self { access, token: chathub_domain::token::tidy(&token) })
    }
}

/// A token as the published clients read it: a JSON string, or bare for those that ask for text and not for JSON.
pub(crate) fn answer(token: String, headers: &HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let accept = accept.to_ascii_lowercase();
    let mut response = if accept.contains("text/plain") && !accept.contains("json") {
        token.into_response()
    } else {
        Json(token).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store"));
    response
}

#[derive(Deserialize)]
pub(crate) struct ForConsole {
    /// Which of the organization's operators.
    operator: Option<OperatorId>,
    /// The organization, by id or by name in any case of letters.
    org: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FreshToken {
    token: String,
    expires_at: String,
}

/// A fresh operator token for a page of this server, by the console's session: of the operator that is named, or of
/// the organization's first active one.
pub(crate) async fn for_console(
    State(hub): State<Hub>,
    axum::Extension(origin): axum::Extension<Origin>,
    Query(query): Query<ForConsole>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if matches!(origin, Origin::Foreign(_)) {
        return Err(Error::new(ErrorCode::OriginNotAllowed, "Only pages of this server may ask here.").into());
    }
    let company = hub.company_by_session(&chathub_app::fns::session_of(&headers)).await?;
    let operator = match (query.operator, query.org) {
        (Some(operator), _) => operator,
        (None, organization) => {
            let organization = match organization {
                Some(text) => hub.find_organization(&company, &text).await?,
                None => {
                    let first = hub.organizations(&company).await?.into_iter().next();
                    first.ok_or_else(|| Error::not_found("organization"))?
                }
            };
            let staff = hub.operators(&Caller::Company(company.clone()), Some(organization.id)).await?;
            let active = staff.into_iter().find(|operator| operator.status == OperatorStatus::Active);
            active.ok_or_else(|| Error::not_found("active operator"))?.id
        }
    };
    let (token, expires_at) = hub.operator_token(&company, operator, Timestamp(i64::MAX)).await?;
    let body = Json(FreshToken { token, expires_at: rfc3339(expires_at) });
    Ok(([(header::CACHE_CONTROL, "no-store")], body).into_response())
}
