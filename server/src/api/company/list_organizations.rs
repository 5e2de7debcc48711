//! `GET /api/company/organization`.

use axum::Json;
use axum::extract::State;
use chathub_hub::Hub;

use crate::api::callers::Company;
use crate::api::organization::Organization;
use crate::api::refusals::refusals;
use crate::http::problem::Failure;

refusals!(Refusals: TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind);

/// List the organizations
///
/// All of the company's organizations, by id.
#[utoipa::path(
    get,
    path = "/company/organization",
    tag = "Organizations",
    operation_id = "listOrganizations",
    responses((status = 200, description = "The organizations.", body = Vec<Organization>), Refusals),
    security(("companyToken" = []), ("companyKey" = [])),
)]
pub(crate) async fn handle(
    State(hub): State<Hub>,
    Company(company): Company,
) -> Result<Json<Vec<Organization>>, Failure> {
    Ok(Json(hub.organizations(&company).await?.into_iter().map(Organization::from).collect()))
}
