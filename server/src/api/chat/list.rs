//! `GET /api/chat/chats`.

mod cursor;
mod items;
mod query;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chathub_hub::Hub;
use chathub_hub::ports::FoundPage;

use super::link::link_header;
use crate::api::callers::Either;
use crate::api::parameters::Parameters;
use crate::api::refusals::refusals;
use crate::http::problem::Failure;
use items::{ChatItem, ChatList};
use query::{Asked, ChatParams};

/// A longer `Link` is left out: proxies take only so much for an answer's head, and `next` is in the body.
const LINK_BYTES: usize = 2_048;

refusals!(
    Refusals: InvalidField, TokenMissing, TokenInvalid, TokenExpired, WrongTokenKind, OperatorInactive
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
        Refusals
    ),
    security(("companyToken" = []), ("companyKey" = []), ("operatorToken" = []), ("operatorKey" = [])),
)]
pub(crate) async fn handle(
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
