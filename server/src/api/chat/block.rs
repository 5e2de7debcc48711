//! Keeping a chat's visitor out, and letting them in again.

use axum::Json;
use axum::extract::{Path, State};
use chathub_hub::Hub;
use chathub_hub::door::Blocked;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::chat_id;
use crate::api::refusals::refusals;
use crate::api::schemas;
use crate::api::time::rfc3339;
use crate::api::token::Either;
use crate::body::{Body, FromFields, Reader};
use crate::problem::Failure;

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
    BlockRefusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind,
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
    responses((status = 200, description = "The visitor is blocked.", body = BlockedVisitor), BlockRefusals),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn block(
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

refusals!(
    UnblockRefusals: TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, OperatorInactive, NotFound
);

/// Let a chat's visitor write again
///
/// And whoever comes from the address that was blocked with them. A second time does no harm.
#[utoipa::path(
    delete,
    path = "/chat/chats/{id}/block",
    tag = "Chats",
    operation_id = "unblockVisitor",
    params(("id" = schemas::Id, Path, description = "The chat's.")),
    responses((status = 200, description = "Done. The body is empty."), UnblockRefusals),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn unblock(
    State(hub): State<Hub>,
    Either(caller): Either,
    Path(id): Path<String>,
) -> Result<(), Failure> {
    hub.unblock(&caller, chat_id(&id)?).await?;
    Ok(())
}
