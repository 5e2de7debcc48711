//! `GET /api/chathub/token`.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chathub_domain::error::ErrorCode;
use chathub_domain::{OperatorId, OperatorStatus, Timestamp};
use chathub_edge::cookies::Cookies;
use chathub_hub::door::access::Caller;
use chathub_hub::{Error, Hub, Origin};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::api::parameters::Parameters;
use crate::api::refusals::refusals;
use crate::api::schemas;
use crate::api::time::rfc3339;
use crate::http::problem::Failure;

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
    Refusals: InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, OperatorInactive,
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
    responses((status = 200, description = "A token until the session ends, and for 24 hours at most.", body = FreshToken), Refusals),
    security(("consoleSession" = [])),
)]
pub(crate) async fn handle(
    State(hub): State<Hub>,
    State(cookies): State<Cookies>,
    Extension(origin): Extension<Origin>,
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
