//! `PUT /api/chat/status`.

use axum::extract::State;
use chathub_domain::{ChatId, ChatStatus};
use chathub_hub::Hub;
use utoipa::ToSchema;

use crate::api::callers::Either;
use crate::api::refusals::refusals;
use crate::api::schemas;
use crate::http::body::{Body, fields};
use crate::http::problem::Failure;

/// A chat's status to be.
#[derive(ToSchema)]
#[schema(as = NewChatStatus, example = json!({ "id": 2, "status": 1 }))]
pub(crate) struct NewStatus {
    #[schema(value_type = schemas::Id)]
    id: ChatId,
    #[schema(value_type = schemas::ChatStatus)]
    status: ChatStatus,
}

fields!(NewStatus { id: "id", status: "status" });

refusals!(
    Refusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind,
    OperatorInactive, NotFound, Conflict, TooLarge, Silent
);

/// Set a chat's status
///
/// A closed chat stays closed once its customer has begun another one: 409.
#[utoipa::path(
    put,
    path = "/chat/status",
    tag = "Chats",
    operation_id = "setChatStatus",
    request_body = NewStatus,
    responses((status = 200, description = "Done. The body is empty."), Refusals),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn handle(
    State(hub): State<Hub>,
    Either(caller): Either,
    Body(NewStatus { id, status }): Body<NewStatus>,
) -> Result<(), Failure> {
    hub.set_status(&caller, id, status).await?;
    Ok(())
}
