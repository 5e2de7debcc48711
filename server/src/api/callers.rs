//! Tokens at the door: where they come in, and how they go out.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chathub_app::fns::Cookies;
use chathub_domain::error::ErrorCode;
use chathub_domain::{OperatorId, OperatorStatus, Timestamp};
use chathub_hub::door::access::{Caller, CompanyAccess, OperatorAccess};
use chathub_hub::{Error, Hub, Origin};
use serde::Serialize;
use serde_json::json;
use utoipa::openapi::{ContentBuilder, ObjectBuilder, RefOr, ResponseBuilder, Type};
use utoipa::{IntoParams, IntoResponses, ToSchema};

use super::parameters::Parameters;
use super::refusals::refusals;
use super::schemas;
use super::time::rfc3339;
use crate::problem::Failure;
use crate::routes::AppState;

/// What a token looks like, in the document.
const TOKEN_EXAMPLE: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.…";

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

/// How [`answer`] is described.
pub(crate) struct Issued;

impl IntoResponses for Issued {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let content = || {
            let schema = ObjectBuilder::new().schema_type(Type::String);
            ContentBuilder::new().schema(Some(schema)).example(Some(json!(TOKEN_EXAMPLE))).build()
        };
        let response = ResponseBuilder::new()
            .description(
                "The token, as a JSON string; to a request whose `Accept` names `text/plain` and not JSON, the bare token.",
            )
            .content("application/json", content())
            .content("text/plain", content());
        BTreeMap::from([("200".into(), response.into())])
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes what is read from Parameters")]
pub(crate) struct ForConsole {
    /// Which of the company's operators; goes before `org`.
    #[param(value_type = schemas::Id, required = false)]
    operator: Option<OperatorId>,
    /// The organization whose first active operator it is, by id or by name in any case of letters; without it, the company's
    /// first.
    #[param(required = false, example = "sales")]
    org: Option<String>,
}

/// An operator token and its end.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FreshToken {
    #[schema(example = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.…")]
    token: String,
    /// RFC 3339 in UTC.
    #[schema(format = DateTime, example = "2030-01-31T12:00:00Z")]
    expires_at: String,
}

refusals!(
    ForConsoleRefusals: InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, OperatorInactive,
    OriginNotAllowed, NotFound
);

/// Get an operator token for a page of this server
///
/// With the console's session cookie instead of a token, and only for pages of this server's own address. A page of yours asks
/// your own server, which holds the company token; the path is the same as in the published samples.
#[utoipa::path(
    get,
    path = "/chathub/token",
    tag = "Tokens",
    operation_id = "getConsoleToken",
    params(ForConsole),
    responses((status = 200, description = "A token until the session ends, and for 24 hours at most.", body = FreshToken), ForConsoleRefusals),
    security(("consoleSession" = [])),
)]
pub(crate) async fn for_console(
    State(hub): State<Hub>,
    State(cookies): State<Cookies>,
    axum::Extension(origin): axum::Extension<Origin>,
    mut given: Parameters,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if matches!(origin, Origin::Foreign(_)) {
        return Err(Error::new(ErrorCode::OriginNotAllowed, "Only pages of this server may ask here.").into());
    }
    let company = hub.company_by_session(&cookies.session(&headers).unwrap_or_default()).await?;
    let operator = given.id("operator").map(OperatorId);
    let organization = given.text("org");
    given.check()?;
    let operator = match (operator, organization) {
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
