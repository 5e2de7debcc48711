//! `DELETE /api/chat/chats/{id}/block`.

use axum::extract::{Path, State};
use chathub_hub::Hub;

use super::id::chat_id;
use crate::api::callers::Either;
use crate::api::refusals::refusals;
use crate::api::schemas;
use crate::http::problem::Failure;

refusals!(
    Refusals: TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, OperatorInactive, NotFound
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
    responses((status = 200, description = "Done. The body is empty."), Refusals),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn handle(
    State(hub): State<Hub>,
    Either(caller): Either,
    Path(id): Path<String>,
) -> Result<(), Failure> {
    hub.unblock(&caller, chat_id(&id)?).await?;
    Ok(())
}
