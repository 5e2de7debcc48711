//! `DELETE /api/chat/chats/{id}`.

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

/// Erase a chat
///
/// Its messages, its place in searches, and its customer's name and number when it was their last. There is no way back, and
/// a second time is a 404.
#[utoipa::path(
    delete,
    path = "/chat/chats/{id}",
    tag = "Chats",
    operation_id = "eraseChat",
    params(("id" = schemas::Id, Path, description = "The chat's.")),
    responses((status = 200, description = "Done. The body is empty."), Refusals),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn handle(
    State(hub): State<Hub>,
    Either(caller): Either,
    Path(id): Path<String>,
) -> Result<(), Failure> {
    hub.erase(&caller, chat_id(&id)?).await?;
    Ok(())
}
