//! The panel's second way in, for networks that block WebSockets: the same frames, streamed from here and posted to
//! here.

use chathub_domain::wire::{ChatsBefore, ClientFrame, ServerFrame};
use chathub_domain::{ChatId, ClientId, Cursor, Seq};
use leptos::prelude::*;
use leptos::server_fn::codec::{Json, StreamingText, TextStream};

use super::AppError;

/// What the stream would say, one frame a line: `welcome`, the events since `cursor` or a `reset`, and so on.
#[server(prefix = "/fn", endpoint = "stream_events", input = Json, output = StreamingText)]
pub async fn stream_events(cursor: Option<Cursor>) -> Result<TextStream<AppError>, AppError> {
    use chathub_hub::session::Session;
    use futures::{StreamExt as _, stream};

    use super::access::{hub, operator, origin, peer, token};

    operator().await?;
    let hello = ClientFrame::Hello {
        token: Some(token()),
        organization: None,
        visitor: None,
        customer: None,
        cursor,
        watch: None,
    };
    let lines = match Session::open(&hub(), hello, &origin(), peer(), false).await {
        Ok(session) => session.carried().map(|frame| Ok(format!("{frame}\n"))).boxed(),
        Err((_, bye)) => stream::once(async move { Ok(format!("{bye}\n")) }).boxed(),
    };
    Ok(TextStream::new(lines))
}

/// A message. The same `client_id` again is the same message.
#[server(prefix = "/fn", endpoint = "post", input = Json)]
pub async fn post(chat_id: ChatId, client_id: ClientId, text: String) -> Result<ServerFrame, AppError> {
    answer(ClientFrame::Post { chat_id: Some(chat_id), client_id, text }).await
}

/// A page of a chat's messages before `before`, or the last one.
#[server(prefix = "/fn", endpoint = "history", input = Json)]
pub async fn history(chat_id: ChatId, before: Option<Seq>) -> Result<ServerFrame, AppError> {
    answer(ClientFrame::History { chat_id: Some(chat_id), before }).await
}

/// A page of the chat list after `before`, or the first one.
#[server(prefix = "/fn", endpoint = "chats", input = Json)]
pub async fn chats(before: Option<ChatsBefore>) -> Result<ServerFrame, AppError> {
    answer(ClientFrame::Chats { before }).await
}

/// Any other frame. Nothing is answered where the effect comes as an event.
#[server(prefix = "/fn", endpoint = "act", input = Json)]
pub async fn act(frame: ClientFrame) -> Result<Option<ServerFrame>, AppError> {
    use super::access::{hub, operator};

    let operator = operator().await?;
    Ok(chathub_hub::session::reply::reply(&hub(), &operator, frame).await)
}

#[cfg(feature = "ssr")]
async fn answer(frame: ClientFrame) -> Result<ServerFrame, AppError> {
    use super::access::{hub, operator};

    let operator = operator().await?;
    let reply = chathub_hub::session::reply::reply(&hub(), &operator, frame).await;
    // Each of these frames is answered.
    reply.ok_or_else(|| AppError {
        code: chathub_domain::ErrorCode::Internal,
        detail: "The server had no answer.".into(),
        typed: None,
    })
}
