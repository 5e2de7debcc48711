//! `GET /api/operator`.

use axum::Json;
use axum::extract::State;
use chathub_domain::{OperatorId, OperatorStatus, OrganizationId};
use chathub_hub::{Error, Hub};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::api::callers::Either;
use crate::api::organization::Organization;
use crate::api::parameters::Parameters;
use crate::api::refusals::refusals;
use crate::api::schemas;
use crate::http::problem::Failure;

/// An operator: a person, or a program, who answers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Operator {
    #[schema(value_type = schemas::Id)]
    id: OperatorId,
    #[schema(example = "Anna Meyer")]
    name: String,
    #[schema(value_type = schemas::OperatorStatus)]
    status: OperatorStatus,
    organization: Organization,
}

impl From<chathub_domain::Operator> for Operator {
    fn from(chathub_domain::Operator { id, name, status, organization }: chathub_domain::Operator) -> Self {
        Self { id, name, status, organization: organization.into() }
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes what is read from Parameters")]
pub(crate) struct ListParams {
    /// Which organization's operators. Needed with a company token; with an operator token it is their own, and may be
    /// left out.
    #[param(value_type = schemas::Id, required = false)]
    #[param(rename = "organizationId")]
    organization_id: Option<OrganizationId>,
}

refusals!(
    Refusals: InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, OperatorInactive, NotFound
);

/// List the operators
///
/// The operators of an organization that are not deleted, by id.
#[utoipa::path(
    get,
    path = "/operator",
    tag = "Operators",
    operation_id = "listOperators",
    params(ListParams),
    responses((status = 200, description = "The operators.", body = Vec<Operator>), Refusals),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn handle(
    State(hub): State<Hub>,
    Either(caller): Either,
    mut given: Parameters,
) -> Result<Json<Vec<Operator>>, Failure> {
    let organization = given.id("organizationId").map(OrganizationId);
    given.check()?;
    let staff = hub.operators(&caller, organization).await.map_err(in_query)?;
    Ok(Json(staff.into_iter().map(Operator::from).collect()))
}

/// Fields at fault, which came as parameters of the query.
fn in_query(mut error: Error) -> Error {
    for field in &mut error.fields {
        field.pointer = field.pointer.replacen('/', "?", 1);
    }
    Error::fields(std::mem::take(&mut error.fields)).unwrap_or(error)
}
