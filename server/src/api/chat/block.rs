//! `POST /api/chat/chats/{id}/block`.

use axum::Json;
use axum::extract::{Path, State};
use chathub_hub::Hub;
use chathub_hub::door::Blocked;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::id::chat_id;
use crate::api::callers::Either;
use crate::api::refusals::refusals;
use crate::api::schemas;
use crate::api::time::rfc3339;
use crate::http::body::{Body, FromFields, Reader};
use crate::http::problem::Failure;

/// For how long, and whether the address is meant as well.
#[derive(ToSchema)]
#[schema(as = NewBlock, example = json!({ "hours": 24, "address": true }))]
pub(crate) struct NewBlock {
    #[schema(minimum = 1, maximum = 720)]
    hours: i64,
    /// Also everybody who comes from the address that the visitor has last written from. Others may share it.
    #[schema(required = false, default = false)]
    address: bool,
}

impl FromFields for NewBlock {
    fn from_fields(value: Value, reader: &mut Reader) -> Option<Self> {
        let mut object = reader.object(value)?;
        object.entry("address").or_insert(false.into());
        let (hours, address) = (reader.field(&mut object, "hours"), reader.field(&mut object, "address"));
        Some(Self { hours: hours?, address: address? })
    }
}

/// What is blocked, and until when.
#[derive(Serialize, ToSchema)]
pub(crate) struct BlockedVisitor {
    #[schema(format = DateTime, example = "2030-01-31T12:00:00Z")]
    until: String,
    /// Whether the address is: it is known for some hours after the visitor has written, and not after a restart.
    address: bool,
}

refusals!(
    Refusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind,
    OperatorInactive, NotFound, TooLarge, Silent
);

/// Block a chat's visitor
///
/// For a time, in the chat's organization: their windows close, and what they write is refused with `blocked`. What was
/// written stays. Blocking again sets the time anew.
#[utoipa::path(
    post,
    path = "/chat/chats/{id}/block",
    tag = "Chats",
    operation_id = "blockVisitor",
    params(("id" = schemas::Id, Path, description = "The chat's.")),
    request_body = NewBlock,
    responses((status = 200, description = "The visitor is blocked.", body = BlockedVisitor), Refusals),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn handle(
    State(hub): State<Hub>,
    Either(caller): Either,
    Path(id): Path<String>,
    Body(NewBlock { hours, address }): Body<NewBlock>,
) -> Result<Json<BlockedVisitor>, Failure> {
    // No number of hours is as many as one that is none.
    let hours = u32::try_from(hours).unwrap_or(0);
    let Blocked { until, address } = hub.block(&caller, chat_id(&id)?, hours, address).await?;
    Ok(Json(BlockedVisitor { until: rfc3339(until), address }))
}
