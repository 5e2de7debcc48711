//! `POST /api/operator/synchronize`.

use axum::Json;
use axum::extract::State;
use chathub_domain::{OperatorId, OperatorStatus, OrganizationId};
use chathub_hub::Hub;
use chathub_hub::ports::NewOperator;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::callers::Company;
use crate::api::refusals::refusals;
use crate::api::schemas;
use crate::http::body::{Body, fields};
use crate::http::problem::Failure;

/// An operator to add.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[schema(example = json!({ "organizationId": 1, "name": "Elena Rossi" }))]
pub(crate) struct ToAdd {
    /// One of the company's own.
    #[schema(value_type = schemas::Id)]
    organization_id: OrganizationId,
    /// What customers see. Something that is no space, and no line breaks or other control characters.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
    )]
    name: String,
}

fields!(ToAdd { organization_id: "organizationId", name: "name" });

/// An operator as they were added.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "id": 5, "name": "Elena Rossi", "status": 0 }))]
pub(crate) struct Added {
    #[schema(value_type = schemas::Id)]
    id: OperatorId,
    name: String,
    #[schema(value_type = schemas::OperatorStatus)]
    status: OperatorStatus,
}

refusals!(
    Refusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, NotFound,
    TooLarge, Silent
);

/// Add operators
///
/// All of them or none, active, in the order in which they were sent. Equal names are allowed: sending the same list again
/// adds it again. At most 1,000 at once.
#[utoipa::path(
    post,
    path = "/operator/synchronize",
    tag = "Operators",
    operation_id = "addOperators",
    request_body = Vec<ToAdd>,
    responses((status = 200, description = "The operators with their ids.", body = Vec<Added>), Refusals),
    security(("companyToken" = []), ("companyKey" = [])),
)]
pub(crate) async fn handle(
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
