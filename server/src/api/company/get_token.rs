//! `POST /api/company/get-token`.

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chathub_hub::Hub;
use chathub_hub::pace::Peer;
use utoipa::ToSchema;

use crate::api::issued::{self, Issued};
use crate::api::refusals::refusals;
use crate::http::body::{Body, fields};
use crate::http::problem::Failure;

/// A company's login.
#[derive(ToSchema)]
#[schema(example = json!({ "login": "demo", "password": "demo" }))]
pub(crate) struct Credentials {
    login: String,
    #[schema(format = Password)]
    password: String,
}

fields!(Credentials { login: "login", password: "password" });

refusals!(Refusals: Malformed, InvalidField, LoginRefused, TooLarge, Silent);

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
    responses(Issued, Refusals),
    security(()),
)]
pub(crate) async fn handle(
    State(hub): State<Hub>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Body(Credentials { login, password }): Body<Credentials>,
) -> Result<Response, Failure> {
    let token = hub.company_token(&login, password, peer).await?;
    Ok(issued::answer(token, &headers))
}
