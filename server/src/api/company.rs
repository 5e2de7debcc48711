//! Companies: their token, their organizations.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Extension, Json};
use chathub_domain::OrganizationRef;
use chathub_hub::Hub;
use chathub_hub::limits::Peer;
use serde::Deserialize;

use super::token::{self, Company};
use crate::problem::{Body, Failure};

#[derive(Deserialize)]
pub(crate) struct Credentials {
    login: String,
    password: String,
}

/// `POST /api/company/get-token`
pub(crate) async fn get_token(
    State(hub): State<Hub>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Body(Credentials { login, password }): Body<Credentials>,
) -> Result<Response, Failure> {
    let token = hub.company_token(&login, password, peer).await?;
    Ok(token::answer(token, &headers))
}

/// `GET /api/company/organization`
pub(crate) async fn organizations(
    State(hub): State<Hub>,
    Company(company): Company,
) -> Result<Json<Vec<OrganizationRef>>, Failure> {
    let all = hub.organizations(&company).await?;
    Ok(Json(all.into_iter().map(|own| OrganizationRef { id: own.id, name: own.name }).collect()))
}
