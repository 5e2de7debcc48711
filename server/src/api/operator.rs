//! Operators: the list, the staff's changes, and tokens.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chathub_domain::{CompanyId, Operator as OperatorBody, OperatorId, OperatorStatus, OrganizationId};
use chathub_hub::operators::Validity;
use chathub_hub::ports::NewOperator;
use chathub_hub::{Error, Hub};
use serde::{Deserialize, Serialize};

use super::parameters::Parameters;
use super::time::{parse_time, rfc3339};
use super::token::{self, Company, Either};
use crate::problem::{Body, Failure};

/// `GET /api/operator?organizationId=N`
pub(crate) async fn list(
    State(hub): State<Hub>,
    Either(caller): Either,
    mut given: Parameters,
) -> Result<Json<Vec<OperatorBody>>, Failure> {
    let organization = given.number("organizationId", "must be a whole number.").map(OrganizationId);
    given.check()?;
    Ok(Json(hub.operators(&caller, organization).await?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToAdd {
    organization_id: OrganizationId,
    name: String,
}

#[derive(Serialize)]
pub(crate) struct Added {
    id: OperatorId,
    name: String,
    status: OperatorStatus,
}

/// `POST /api/operator/synchronize`
pub(crate) async fn synchronize(
    State(hub): State<Hub>,
    Company(company): Company,
    Body(operators): Body<Vec<ToAdd>>,
) -> Result<Json<Vec<Added>>, Failure> {
    let operators = operators
        .into_iter()
        .map(|ToAdd { organization_id, name }| NewOperator { organization_id, name })
        .collect();
    let added = hub.synchronize(&company, operators).await?;
    Ok(Json(added.into_iter().map(|o| Added { id: o.id, name: o.name, status: o.status }).collect()))
}

#[derive(Deserialize)]
pub(crate) struct NewStatus {
    id: OperatorId,
    status: OperatorStatus,
}

/// `POST /api/operator/status`
pub(crate) async fn set_status(
    State(hub): State<Hub>,
    Company(company): Company,
    Body(NewStatus { id, status }): Body<NewStatus>,
) -> Result<(), Failure> {
    Ok(hub.set_operator_status(&company, id, status).await?)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenRequest {
    id: OperatorId,
    expires_at: Option<String>,
}

/// `POST /api/operator/get-token`
pub(crate) async fn get_token(
    State(hub): State<Hub>,
    Company(company): Company,
    headers: HeaderMap,
    Body(TokenRequest { id, expires_at }): Body<TokenRequest>,
) -> Result<Response, Failure> {
    let text = expires_at.ok_or_else(|| {
        Error::field("/expiresAt", "is missing; name a time to come, at most 24 hours ahead.")
    })?;
    let expires_at = parse_time(&text).ok_or_else(|| {
        Error::field("/expiresAt", format!("“{text}” is no time; write it like 2030-01-31T12:00:00Z."))
    })?;
    let (token, _) = hub.operator_token(&company, id, expires_at).await?;
    Ok(token::answer(token, &headers))
}

#[derive(Deserialize)]
pub(crate) struct ToValidate {
    token: String,
}

/// Both names of the verdict: published clients read either.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Validation {
    valid: bool,
    is_valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_id: Option<OperatorId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<CompanyId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    error: Option<String>,
}

/// `POST /api/operator/validate-token`
pub(crate) async fn validate_token(
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
