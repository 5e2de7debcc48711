//! Companies: their token, their organizations.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Extension, Json};
use chathub_domain::OrganizationId;
use chathub_hub::Hub;
use chathub_hub::pace::Peer;
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::refusals;
use super::schemas;
use super::token::{self, Company};
use crate::body::{Body, fields};
use crate::problem::Failure;

/// A company's login.
#[derive(ToSchema)]
#[schema(example = json!({ "login": "demo", "password": "demo" }))]
pub(crate) struct Credentials {
    login: String,
    #[schema(format = Password)]
    password: String,
}

fields!(Credentials { login: "login", password: "password" });

refusals!(SignInRefusals: Malformed, InvalidField, LoginRefused, TooLarge, Silent);

/// Get a company token
///
/// For your own server: it administers, and must never reach a browser. It lives until the company's password changes, or
/// as many days as the installation says. An unknown login and a wrong password are refused in the same words.
#[utoipa::path(
    post,
    path = "/company/get-token",
    tag = "Tokens",
    operation_id = "getCompanyToken",
    request_body = Credentials,
    responses(token::Issued, SignInRefusals),
    security(()),
)]
pub(crate) async fn get_token(
    State(hub): State<Hub>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Body(Credentials { login, password }): Body<Credentials>,
) -> Result<Response, Failure> {
    let token = hub.company_token(&login, password, peer).await?;
    Ok(token::answer(token, &headers))
}

/// An organization of the company: a department or a brand, with its own operators and chats.
#[derive(Serialize, ToSchema)]
pub(crate) struct Organization {
    #[schema(value_type = schemas::Id)]
    id: OrganizationId,
    #[schema(example = "Sales")]
    name: String,
}

impl From<chathub_domain::OrganizationRef> for Organization {
    fn from(chathub_domain::OrganizationRef { id, name }: chathub_domain::OrganizationRef) -> Self {
        Self { id, name }
    }
}

impl From<chathub_domain::Organization> for Organization {
    fn from(organization: chathub_domain::Organization) -> Self {
        Self { id: organization.id, name: organization.name }
    }
}

refusals!(CompanyRefusals: TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind);

/// List the organizations
///
/// All of the company's organizations, by id.
#[utoipa::path(
    get,
    path = "/company/organization",
    tag = "Organizations",
    operation_id = "listOrganizations",
    responses((status = 200, description = "The organizations.", body = Vec<Organization>), CompanyRefusals),
    security(("companyToken" = []), ("companyKey" = [])),
)]
pub(crate) async fn organizations(
    State(hub): State<Hub>,
    Company(company): Company,
) -> Result<Json<Vec<Organization>>, Failure> {
    Ok(Json(hub.organizations(&company).await?.into_iter().map(Organization::from).collect()))
}
