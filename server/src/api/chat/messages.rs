//! `GET /api/chat/chats/{id}/messages`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chathub_domain::Seq;
use chathub_hub::chats::find::Conversation;
use chathub_hub::ports::Span;
use chathub_hub::{Error, Hub};
use utoipa::IntoParams;

use super::id::chat_id;
use super::link::link_header;
use super::message::ChatMessage;
use crate::api::callers::Either;
use crate::api::parameters::Parameters;
use crate::api::refusals::refusals;
use crate::api::schemas;
use crate::http::problem::Failure;

/// Messages in one answer, where nothing is asked for and at the most.
const MESSAGES: usize = 50;
const MESSAGES_MOST: usize = 200;

/// How [`span`] is described.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes what is read from Parameters")]
pub(crate) struct SpanParams {
    /// The `seq` of a message: those before it. Not together with `after`.
    #[param(required = false, value_type = i64, minimum = 0)]
    before: Seq,
    /// The `seq` of a message: those after it.
    #[param(required = false, value_type = i64, minimum = 0)]
    after: Seq,
    /// How many; more than 200 counts as 200.
    #[param(required = false, minimum = 1, default = 50)]
    limit: i64,
}

/// Which messages of a chat, and how many.
///
/// # Errors
/// Everything that is wrong with the query.
fn span(mut given: Parameters) -> Result<(Span, usize), Error> {
    const PLACE: &str = "must be the seq of a message, a whole number from 0 on.";
    let (before, after) = (given.number("before", PLACE), given.number("after", PLACE));
    if before.is_some() && after.is_some() {
        given.wrong("after", "can't be combined with before.");
    }
    let limit = given.page_size("limit", MESSAGES, MESSAGES_MOST);
    given.check()?;
    let span = match (before, after) {
        (Some(seq), _) => Span::Before(seq),
        (None, Some(seq)) => Span::After(seq),
        (None, None) => Span::Last,
    };
    Ok((span, limit))
}

refusals!(
    Refusals: InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, OperatorInactive, NotFound
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
        Refusals
    ),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn handle(
    State(hub): State<Hub>,
    Either(caller): Either,
    Path(id): Path<String>,
    given: Parameters,
) -> Result<Response, Failure> {
    let (span, limit) = span(given)?;
    let found = hub.conversation(&caller, chat_id(&id)?, span, limit).await?;
    let links = links(&found, limit);
    let Conversation { chat, messages, .. } = found;
    let body: Vec<_> = messages.into_iter().map(|message| ChatMessage::new(&chat, message)).collect();
    Ok((links, Json(body)).into_response())
}

/// Where the neighbouring messages are (RFC 8288).
fn links(Conversation { chat, messages, older, newer }: &Conversation, limit: usize) -> HeaderMap {
    let (Some(first), Some(last)) = (messages.first(), messages.last()) else { return HeaderMap::new() };
    let path = format!("/api/chat/chats/{}/messages?limit={limit}", chat.id);
    let prev = older.then(|| format!("<{path}&before={}>; rel=\"prev\"", first.seq));
    let next = newer.then(|| format!("<{path}&after={}>; rel=\"next\"", last.seq));
    link_header(&prev.into_iter().chain(next).collect::<Vec<_>>())
}
