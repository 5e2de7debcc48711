//! Operators: the list, the staff's changes, and tokens.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chathub_domain::{CompanyId, OperatorId, OperatorStatus, OrganizationId, Timestamp};
use chathub_hub::people::operators::Validity;
use chathub_hub::ports::NewOperator;
use chathub_hub::{Error, Hub};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::company::Organization;
use super::parameters::Parameters;
use super::refusals::refusals;
use super::schemas;
use super::time::{parse_time, rfc3339};
use super::token::{self, Company, Either};
use crate::body::{Body, fields};
use crate::problem::Failure;

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
    ListRefusals: InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, OperatorInactive, NotFound
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
    responses((status = 200, description = "The operators.", body = Vec<Operator>), ListRefusals),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn list(
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
    SynchronizeRefusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, NotFound,
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
    responses((status = 200, description = "The operators with their ids.", body = Vec<Added>), SynchronizeRefusals),
    security(("companyToken" = []), ("companyKey" = [])),
)]
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
    StatusRefusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, NotFound, TooLarge, Silent
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
    responses((status = 200, description = "Done. The body is empty."), StatusRefusals),
    security(("companyToken" = []), ("companyKey" = [])),
)]
pub(crate) async fn set_status(
    State(hub): State<Hub>,
    Company(company): Company,
    Body(NewStatus { id, status }): Body<NewStatus>,
) -> Result<(), Failure> {
    Ok(hub.set_operator_status(&company, id, status).await?)
}

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
    GetTokenRefusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind,
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
    responses(token::Issued, GetTokenRefusals),
    security(("companyToken" = []), ("companyKey" = [])),
)]
pub(crate) async fn get_token(
    State(hub): State<Hub>,
    Company(company): Company,
    headers: HeaderMap,
    Body(TokenRequest { id, expires_at: ExpiresAt(at) }): Body<TokenRequest>,
) -> Result<Response, Failure> {
    let (token, _) = hub.operator_token(&company, id, at).await?;
    Ok(token::answer(token, &headers))
}

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
    ValidateRefusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, TooLarge, Silent
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
    responses((status = 200, description = "The verdict.", body = Validation), ValidateRefusals),
    security(("companyToken" = []), ("companyKey" = [])),
)]
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
