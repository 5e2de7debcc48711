//! Chats: found, read, answered, moved on and erased, by a company in all of its organizations and by an operator in
//! their own.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chathub_domain::chat::LastMessage;
use chathub_domain::{
    Author, ChatId, ChatStatus, ClientId, Message, MessageId, MessageStatus, OperatorId, OperatorRef,
    OrganizationId, OrganizationRef, Seq, Source,
};
use chathub_hub::archive::{ChatQuery, Conversation};
use chathub_hub::ports::{ChatHead, ChatOrder, FoundChat, Span};
use chathub_hub::{Error, Hub};
use serde::{Deserialize, Serialize};

use super::parameters::Parameters;
use super::time::{parse_day, rfc3339};
use super::token::{Either, Operator};
use crate::problem::{Body, Failure};

/// Chats on a page, where nothing is asked for and at the most.
const PER_PAGE: usize = 20;
const PER_PAGE_MOST: usize = 100;

/// Messages in one answer, where nothing is asked for and at the most.
const MESSAGES: usize = 50;
const MESSAGES_MOST: usize = 200;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatList {
    /// Of all pages.
    total: u64,
    page: u64,
    per_page: usize,
    items: Vec<ChatItem>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatItem {
    id: ChatId,
    /// What to call it in a list: the customer's name, or the chat's number.
    theme: String,
    organization: OrganizationRef,
    /// Who has taken it.
    operator: Option<ChatOperator>,
    chat_status: ChatStatus,
    /// An operator's count goes by what they have read themselves, a company's by what any operator has.
    count_unread: u32,
    source: Source,
    customer: Customer,
    last_message: Option<LastLine>,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize)]
pub(crate) struct ChatOperator {
    id: OperatorId,
    name: String,
    /// Operators have none yet.
    photo: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Customer {
    /// As their page says, or empty.
    name: String,
    phone: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LastLine {
    /// Its beginning.
    text: String,
    from_customer: bool,
    created_at: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatMessage {
    id: MessageId,
    /// Its place in the organization's order: what `before` and `after` name.
    seq: Seq,
    chat_id: ChatId,
    client_id: ClientId,
    from_customer: bool,
    /// Who wrote it; absent on the customer's own.
    operator: Option<OperatorRef>,
    text: String,
    status: MessageStatus,
    created_at: String,
}

/// `GET /api/chat/chats`
pub(crate) async fn list(
    State(hub): State<Hub>,
    Either(caller): Either,
    parameters: Parameters,
) -> Result<Json<ChatList>, Failure> {
    let (query, page) = chat_query(parameters)?;
    let per_page = query.limit;
    let (found, total) = hub.find_chats(&caller, query).await?;
    Ok(Json(ChatList { total, page, per_page, items: found.into_iter().map(ChatItem::from).collect() }))
}

fn chat_query(mut given: Parameters) -> Result<(ChatQuery, u64), Error> {
    const WHOLE: &str = "must be a whole number.";
    let page = given.read("page", "must be a whole number from 1 on.", |text| {
        text.parse::<u32>().ok().filter(|page| *page > 0)
    });
    let page = u64::from(page.unwrap_or(1));
    let limit = page_size(&mut given, "per_page", PER_PAGE, PER_PAGE_MOST);
    let dates: Vec<String> = given.all("date").into_iter().map(str::to_owned).collect();
    let mut date = |index: usize| {
        let at = dates.get(index).map(|text| parse_day(text, index > 0));
        if matches!(at, Some(None)) {
            given.wrong("date", "must be a day like 2030-01-31 or a time like 2030-01-31T12:00:00Z.");
        }
        at.flatten()
    };
    let (from, until) = (date(0), date(1));
    if dates.len() > 2 {
        given.wrong("date", "is given at most twice: from, and to.");
    }
    let query = ChatQuery {
        search: given.text("search"),
        source: given.read("source", "must be the number of a source, 1 to 8.", |text| {
            Source::from_number(text.parse().ok()?)
        }),
        from,
        until,
        telegram_user: given.number("tg_user_id", WHOLE),
        phone: given.read("phone", "must hold digits.", |text| {
            text.contains(|c: char| c.is_ascii_digit()).then(|| text.to_owned())
        }),
        status: given.read("status", "must be the number of a status, 0 to 4.", |text| {
            ChatStatus::from_number(text.parse().ok()?)
        }),
        organization: given.number("organizationId", WHOLE).map(OrganizationId),
        operator: given.number("operatorId", WHOLE).map(OperatorId),
        order: given
            .read("sort", "must be 'updated' or 'created'.", |text| match text {
                "updated" => Some(ChatOrder::Updated),
                "created" => Some(ChatOrder::Created),
                _ => None,
            })
            .unwrap_or_default(),
        offset: (page - 1) * limit as u64,
        limit,
    };
    given.check()?;
    Ok((query, page))
}

/// More than is possible is the most that is: clients learn from the answer how much they got.
fn page_size(given: &mut Parameters, name: &str, usual: usize, most: usize) -> usize {
    let size = given.read(name, format!("must be a whole number from 1 to {most}."), |text| {
        text.parse::<u32>().ok().filter(|size| *size > 0)
    });
    size.map_or(usual, |size| usize::try_from(size).map_or(most, |size| size.min(most)))
}

#[derive(Deserialize)]
pub(crate) struct NewStatus {
    id: ChatId,
    status: ChatStatus,
}

/// `PUT /api/chat/status`
pub(crate) async fn set_status(
    State(hub): State<Hub>,
    Either(caller): Either,
    Body(NewStatus { id, status }): Body<NewStatus>,
) -> Result<(), Failure> {
    hub.set_status(&caller, id, status).await?;
    Ok(())
}

/// `DELETE /api/chat/chats/{id}`
pub(crate) async fn erase(
    State(hub): State<Hub>,
    Either(caller): Either,
    Path(id): Path<String>,
) -> Result<(), Failure> {
    hub.erase(&caller, chat_id(&id)?).await?;
    Ok(())
}

/// `GET /api/chat/chats/{id}/messages`
pub(crate) async fn messages(
    State(hub): State<Hub>,
    Either(caller): Either,
    Path(id): Path<String>,
    mut given: Parameters,
) -> Result<Response, Failure> {
    const PLACE: &str = "must be the seq of a message, a whole number from 0 on.";
    let (before, after) = (given.number("before", PLACE), given.number("after", PLACE));
    if before.is_some() && after.is_some() {
        given.wrong("after", "can't be combined with before.");
    }
    let limit = page_size(&mut given, "limit", MESSAGES, MESSAGES_MOST);
    given.check()?;
    let span = match (before, after) {
        (Some(seq), _) => Span::Before(seq),
        (None, Some(seq)) => Span::After(seq),
        (None, None) => Span::Last,
    };
    let found = hub.conversation(&caller, chat_id(&id)?, span, limit).await?;
    let links = links(&found, limit);
    let Conversation { chat, messages, .. } = found;
    let body: Vec<_> = messages.into_iter().map(|message| ChatMessage::new(&chat, message)).collect();
    Ok((links, Json(body)).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewMessage {
    /// Names the message: the same name again is the same message.
    client_id: ClientId,
    text: String,
}

/// `POST /api/chat/chats/{id}/messages`
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
    let mut headers = HeaderMap::new();
    let (Some(first), Some(last)) = (messages.first(), messages.last()) else { return headers };
    let path = format!("/api/chat/chats/{}/messages?limit={limit}", chat.id);
    let prev = older.then(|| format!("<{path}&before={}>; rel=\"prev\"", first.seq));
    let next = newer.then(|| format!("<{path}&after={}>; rel=\"next\"", last.seq));
    let text = prev.into_iter().chain(next).collect::<Vec<_>>().join(", ");
    if let Ok(value) = HeaderValue::try_from(text)
        && !value.is_empty()
    {
        headers.insert(header::LINK, value);
    }
    headers
}

impl From<FoundChat> for ChatItem {
    fn from(FoundChat { chat, organization, phone }: FoundChat) -> Self {
        let theme =
            if chat.customer.is_empty() { format!("Chat {}", chat.id) } else { chat.customer.clone() };
        Self {
            id: chat.id,
            theme,
            organization,
            operator: chat.operator.map(|OperatorRef { id, name }| ChatOperator { id, name, photo: None }),
            chat_status: chat.status,
            count_unread: chat.unread,
            source: chat.source,
            customer: Customer { name: chat.customer, phone },
            last_message: chat.last_message.map(LastLine::from),
            created_at: rfc3339(chat.created_at),
            updated_at: rfc3339(chat.updated_at),
        }
    }
}

impl From<LastMessage> for LastLine {
    fn from(LastMessage { from_customer, text, at, .. }: LastMessage) -> Self {
        Self { text, from_customer, created_at: rfc3339(at) }
    }
}

impl ChatMessage {
    fn new(chat: &ChatHead, message: Message) -> Self {
        let Message { id, seq, client_id, author, text, at } = message;
        let (operator, read_to) = match author {
            Author::Customer => (None, chat.read_by_operators),
            Author::Operator(operator) => (Some(operator), chat.read_by_customer),
        };
        let status = if seq <= read_to { MessageStatus::Read } else { MessageStatus::Delivered };
        Self {
            id,
            seq,
            chat_id: chat.id,
            client_id,
            from_customer: operator.is_none(),
            operator,
            text,
            status,
            created_at: rfc3339(at),
        }
    }
}
