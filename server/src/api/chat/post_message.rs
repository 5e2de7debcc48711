//! `POST /api/chat/chats/{id}/messages`.

use axum::Json;
use axum::extract::{Path, State};
use chathub_domain::ClientId;
use chathub_hub::Hub;
use utoipa::ToSchema;

use super::id::chat_id;
use super::message::ChatMessage;
use crate::api::callers::Operator;
use crate::api::refusals::refusals;
use crate::api::schemas;
use crate::http::body::{Body, fields};
use crate::http::problem::Failure;

/// A message to send.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[schema(example = json!({
    "clientId": "0b0f6f5e-6f0f-4a53-9b0c-2f5c0c5f7a11",
    "text": "Yes, on Thursday. Shall I set one aside for you?",
}))]
pub(crate) struct NewMessage {
    /// Names the message: the same name again is the same message, so sending again is always safe.
    #[schema(value_type = schemas::ClientId)]
    client_id: ClientId,
    /// Something that is no white space.
    #[schema(min_length = 1, max_length = 8000, pattern = r"\S")]
    text: String,
}

fields!(NewMessage { client_id: "clientId", text: "text" });

refusals!(
    Refusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind,
    OperatorInactive, OriginNotAllowed, NotFound, Conflict, TooLarge, Silent, MessageEmpty, MessageTooLong
);

/// Send a message
///
/// As the operator of the token. The first answer to a new chat takes it; an answer to a closed chat opens it again, unless its
/// customer has begun another one: 409.
#[utoipa::path(
    post,
    path = "/chat/chats/{id}/messages",
    tag = "Chats",
    operation_id = "sendMessage",
    params(("id" = schemas::Id, Path, description = "The chat's.")),
    request_body = NewMessage,
    responses((status = 200, description = "The message as it is stored.", body = ChatMessage), Refusals),
    security(("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn handle(
    State(hub): State<Hub>,
    Operator { access, .. }: Operator,
    Path(id): Path<String>,
    Body(NewMessage { client_id, text }): Body<NewMessage>,
) -> Result<Json<ChatMessage>, Failure> {
    let receipt = hub.answer(&access, chat_id(&id)?, client_id, text).await?.receipt().await?;
    let (chat, message) = hub.posted(&access, &receipt).await?;
    Ok(Json(ChatMessage::new(&chat, message)))
}
