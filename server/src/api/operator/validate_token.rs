//! `POST /api/operator/validate-token`.

use axum::Json;
use axum::extract::State;
use chathub_domain::{CompanyId, OperatorId};
use chathub_hub::Hub;
use chathub_hub::people::operators::Validity;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::callers::Company;
use crate::api::refusals::refusals;
use crate::api::schemas;
use crate::api::time::rfc3339;
use crate::http::body::{Body, fields};
use crate::http::problem::Failure;

/// A token to look at.
#[derive(ToSchema)]
pub(crate) struct ToValidate {
    /// An operator token: bare, in quotes, or as the JSON text of an object with a `token` member.
    #[schema(example = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.…")]
    token: String,
}

fields!(ToValidate { token: "token" });

/// The verdict, under both names that published clients read. The other members are there when the token is valid.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "valid": true,
    "isValid": true,
    "operatorId": 1,
    "clientId": 1,
    "expiresAt": "2030-01-31T12:00:00Z",
    "error": null,
}))]
pub(crate) struct Validation {
    valid: bool,
    /// The same as `valid`.
    is_valid: bool,
    /// Whose token it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schemas::Id, required = false)]
    operator_id: Option<OperatorId>,
    /// The company's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schemas::Id, required = false)]
    client_id: Option<CompanyId>,
    /// When the token ends, RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = DateTime)]
    expires_at: Option<String>,
    /// Why it is not valid: `Token expired`, `Invalid token` or `Operator is not active`. Null when it is.
    #[schema(required = true)]
    error: Option<String>,
}

refusals!(
    Refusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, TooLarge, Silent
);

/// Validate an operator token
///
/// Whether it is a good operator token of this company at this moment. A bad one is an answer as well: 200 with `valid: false`.
#[utoipa::path(
    post,
    path = "/operator/validate-token",
    tag = "Tokens",
    operation_id = "validateOperatorToken",
    request_body = ToValidate,
    responses((status = 200, description = "The verdict.", body = Validation), Refusals),
    security(("companyToken" = []), ("companyKey" = [])),
)]
pub(crate) async fn handle(
    State(hub): State<Hub>,
    Company(company): Company,
    Body(ToValidate { token }): Body<ToValidate>,
) -> Result<Json<Validation>, Failure> {
    Ok(Json(match hub.validate_token(&company, &token).await? {
        Validity::Valid { operator_id, company_id, expires_at } => Validation {
            valid: true,
            is_valid: true,
            operator_id: Some(operator_id),
            client_id: Some(company_id),
            expires_at: Some(rfc3339(expires_at)),
            error: None,
        },
        Validity::Invalid { reason } => Validation {
            valid: false,
            is_valid: false,
            operator_id: None,
            client_id: None,
            expires_at: None,
            error: Some(reason),
        },
    }))
}
