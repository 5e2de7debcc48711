//! `POST /api/operator/status`.

use axum::extract::State;
use chathub_domain::{OperatorId, OperatorStatus};
use chathub_hub::Hub;
use utoipa::ToSchema;

use crate::api::callers::Company;
use crate::api::refusals::refusals;
use crate::api::schemas;
use crate::http::body::{Body, fields};
use crate::http::problem::Failure;

/// An operator's status to be.
#[derive(ToSchema)]
#[schema(example = json!({ "id": 2, "status": 0 }))]
pub(crate) struct NewStatus {
    #[schema(value_type = schemas::Id)]
    id: OperatorId,
    #[schema(value_type = schemas::OperatorStatus)]
    status: OperatorStatus,
}

fields!(NewStatus { id: "id", status: "status" });

refusals!(
    Refusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, NotFound, TooLarge, Silent
);

/// Set an operator's status
///
/// An operator that is set inactive or deleted loses every token and every open panel at once. A later return to active needs
/// new tokens.
#[utoipa::path(
    post,
    path = "/operator/status",
    tag = "Operators",
    operation_id = "setOperatorStatus",
    request_body = NewStatus,
    responses((status = 200, description = "Done. The body is empty."), Refusals),
    security(("companyToken" = []), ("companyKey" = [])),
)]
pub(crate) async fn handle(
    State(hub): State<Hub>,
    Company(company): Company,
    Body(NewStatus { id, status }): Body<NewStatus>,
) -> Result<(), Failure> {
    Ok(hub.set_operator_status(&company, id, status).await?)
}
