//! `POST /api/operator/get-token`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chathub_domain::{OperatorId, Timestamp};
use chathub_hub::Hub;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::api::callers::Company;
use crate::api::issued::{self, Issued};
use crate::api::refusals::refusals;
use crate::api::schemas;
use crate::api::time::parse_time;
use crate::http::body::{Body, fields};
use crate::http::problem::Failure;

/// Whom an operator token is for, and until when.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[schema(example = json!({ "id": 1, "expiresAt": "2099-12-31T23:59:59Z" }))]
pub(crate) struct TokenRequest {
    #[schema(value_type = schemas::Id)]
    id: OperatorId,
    /// RFC 3339, with or without fractions of a second; without an offset it is UTC. In the past it is refused, and more than
    /// 24 hours ahead the token lives 24 hours: its true end is in its `exp`, and in the answer of `validate-token`.
    #[schema(value_type = String, format = DateTime)]
    expires_at: ExpiresAt,
}

fields!(TokenRequest { id: "id", expires_at: "expiresAt" });

/// A time as clients write it.
pub(crate) struct ExpiresAt(Timestamp);

impl<'de> Deserialize<'de> for ExpiresAt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        let text = text.ok_or_else(|| {
            serde::de::Error::custom("is missing; name a time to come, at most 24 hours ahead")
        })?;
        let time = parse_time(&text).map(Self);
        time.ok_or_else(|| {
            serde::de::Error::custom(format!("“{text}” is no time; write it like 2030-01-31T12:00:00Z"))
        })
    }
}

refusals!(
    Refusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind,
    OperatorInactive, NotFound, TooLarge, Silent
);

/// Get an operator token
///
/// For a page that shows the operator panel, and for the chat calls. It lives 24 hours at most.
#[utoipa::path(
    post,
    path = "/operator/get-token",
    tag = "Tokens",
    operation_id = "getOperatorToken",
    request_body = TokenRequest,
    responses(Issued, Refusals),
    security(("companyToken" = []), ("companyKey" = [])),
)]
pub(crate) async fn handle(
    State(hub): State<Hub>,
    Company(company): Company,
    headers: HeaderMap,
    Body(TokenRequest { id, expires_at: ExpiresAt(at) }): Body<TokenRequest>,
) -> Result<Response, Failure> {
    let (token, _) = hub.operator_token(&company, id, at).await?;
    Ok(issued::answer(token, &headers))
}
