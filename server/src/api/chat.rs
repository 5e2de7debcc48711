//! Chats: found, read, answered, moved on and erased, by a company in all of its organizations and by an operator in
//! their own.

mod block;
mod cursor;
mod query;
mod shapes;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chathub_domain::{ChatId, ChatStatus, ClientId};
use chathub_hub::chats::find::Conversation;
use chathub_hub::ports::FoundPage;
use chathub_hub::{Error, Hub};
use utoipa::ToSchema;

use super::parameters::Parameters;
use super::refusals::refusals;
use super::schemas;
use super::token::{Either, Operator};
use crate::body::{Body, fields};
use crate::problem::Failure;
pub(crate) use block::{__path_block, __path_unblock, block, unblock};
use query::{Asked, ChatParams, SpanParams};
use shapes::{ChatItem, ChatList, ChatMessage};

/// A longer `Link` is left out: proxies take only so much for an answer's head, and `next` is in the body.
const LINK_BYTES: usize = 2_048;

refusals!(
    ListRefusals: InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, OperatorInactive
);

/// List the chats
///
/// The chats of the company, or of the operator's organization, that match everything that is asked for. An organization or an
/// operator of somebody else has none.
#[utoipa::path(
    get,
    path = "/chat/chats",
    tag = "Chats",
    operation_id = "listChats",
    params(ChatParams),
    responses(
        (
            status = 200,
            description = "A page of chats.",
            body = ChatList,
            headers((
                "Link" = String,
                description = "Where the next page is (RFC 8288): `rel=\"next\"`, the same parameters with `next` as `after`; absent \
                    on the last page, and where it would be very long."
            )),
        ),
        ListRefusals
    ),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn list(
    State(hub): State<Hub>,
    Either(caller): Either,
    mut given: Parameters,
) -> Result<Response, Failure> {
    let Asked { query, page, number, list } = query::chat_query(&mut given)?;
    let per_page = page.limit;
    let FoundPage { chats, total, next } = hub.find_chats(&caller, query, page).await?;
    let next = next.map(|place| list.cursor(place, number.saturating_add(1)));
    let link = next.as_deref().map(|next| {
        format!("</api/chat/chats?{}>; rel=\"next\"", given.with("after", next, &["page", "after"]))
    });
    let links = link_header(link.filter(|link| link.len() <= LINK_BYTES).as_slice());
    let items = chats.into_iter().map(ChatItem::from).collect();
    Ok((links, Json(ChatList { total, page: number, per_page, next, items })).into_response())
}

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
    StatusRefusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind,
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
    responses((status = 200, description = "Done. The body is empty."), StatusRefusals),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn set_status(
    State(hub): State<Hub>,
    Either(caller): Either,
    Body(NewStatus { id, status }): Body<NewStatus>,
) -> Result<(), Failure> {
    hub.set_status(&caller, id, status).await?;
    Ok(())
}

refusals!(
    EraseRefusals: TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, OperatorInactive, NotFound
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
    responses((status = 200, description = "Done. The body is empty."), EraseRefusals),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn erase(
    State(hub): State<Hub>,
    Either(caller): Either,
    Path(id): Path<String>,
) -> Result<(), Failure> {
    hub.erase(&caller, chat_id(&id)?).await?;
    Ok(())
}

refusals!(
    MessagesRefusals: InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, OperatorInactive, NotFound
);

/// Read a chat's messages
///
/// Oldest first; the newest where neither `before` nor `after` is given.
#[utoipa::path(
    get,
    path = "/chat/chats/{id}/messages",
    tag = "Chats",
    operation_id = "listMessages",
    params(("id" = schemas::Id, Path, description = "The chat's."), SpanParams),
    responses(
        (
            status = 200,
            description = "The messages.",
            body = Vec<ChatMessage>,
            headers((
                "Link" = String,
                description = "Where the neighbouring messages are (RFC 8288): `rel=\"prev\"` older ones, `rel=\"next\"` newer \
                    ones; absent where there are none."
            )),
        ),
        MessagesRefusals
    ),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn messages(
    State(hub): State<Hub>,
    Either(caller): Either,
    Path(id): Path<String>,
    given: Parameters,
) -> Result<Response, Failure> {
    let (span, limit) = query::span(given)?;
    let found = hub.conversation(&caller, chat_id(&id)?, span, limit).await?;
    let links = links(&found, limit);
    let Conversation { chat, messages, .. } = found;
    let body: Vec<_> = messages.into_iter().map(|message| ChatMessage::new(&chat, message)).collect();
    Ok((links, Json(body)).into_response())
}

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
    PostRefusals: Malformed, InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind,
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
    responses((status = 200, description = "The message as it is stored.", body = ChatMessage), PostRefusals),
    security(("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn post_message(
    State(hub): State<Hub>,
    Operator { access, .. }: Operator,
    Path(id): Path<String>,
    Body(NewMessage { client_id, text }): Body<NewMessage>,
) -> Result<Json<ChatMessage>, Failure> {
    let receipt = hub.answer(&access, chat_id(&id)?, client_id, text).await?.receipt().await?;
    let (chat, message) = hub.posted(&access, &receipt).await?;
    Ok(Json(ChatMessage::new(&chat, message)))
}

/// What is no number is the id of no chat.
fn chat_id(text: &str) -> Result<ChatId, Error> {
    text.parse().map_err(|_| Error::not_found("chat"))
}

/// Where the neighbouring messages are (RFC 8288).
fn links(Conversation { chat, messages, older, newer }: &Conversation, limit: usize) -> HeaderMap {
    let (Some(first), Some(last)) = (messages.first(), messages.last()) else { return HeaderMap::new() };
    let path = format!("/api/chat/chats/{}/messages?limit={limit}", chat.id);
    let prev = older.then(|| format!("<{path}&before={}>; rel=\"prev\"", first.seq));
    let next = newer.then(|| format!("<{path}&after={}>; rel=\"next\"", last.seq));
    link_header(&prev.into_iter().chain(next).collect::<Vec<_>>())
}

fn link_header(links: &[String]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::try_from(links.join(", "))
        && !value.is_empty()
    {
        headers.insert(header::LINK, value);
    }
    headers
}
