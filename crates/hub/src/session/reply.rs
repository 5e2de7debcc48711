//! What one frame of an operator comes to, on whichever face it came.

use std::sync::Arc;

use chathub_domain::error::ErrorCode;
use chathub_domain::wire::{ClientFrame, ServerFrame};
use chathub_domain::{ChatId, ClientId};

use crate::door::Blocked;
use crate::door::access::OperatorAccess;
use crate::error::Error;
use crate::hub::Hub;
use crate::log::feed::encode;
use crate::ports::MessagePage;

/// What one frame of an operator comes to, on whichever face it came. Nothing is said to a frame that went well
/// and whose effect comes as an event.
pub async fn answer(hub: &Hub, access: &OperatorAccess, frame: ClientFrame) -> Option<Arc<str>> {
    reply(hub, access, frame).await.map(|frame| encode(&frame))
}

/// As [`answer`], not yet encoded.
pub async fn reply(hub: &Hub, access: &OperatorAccess, frame: ClientFrame) -> Option<ServerFrame> {
    let (chat_id, client_id) = subject(&frame);
    let outcome = match frame {
        ClientFrame::Post { chat_id: Some(chat_id), client_id, text } => {
            let receipt = match hub.answer(access, chat_id, client_id, text).await {
                Ok(pending) => pending.receipt().await,
                Err(error) => Err(error),
            };
            receipt.map(|receipt| Some(ServerFrame::Ack { client_id, chat_id, seq: receipt.seq }))
        }
        ClientFrame::Read { chat_id: Some(chat_id), seq } => {
            hub.read(access, chat_id, seq).await.map(|_| None)
        }
        ClientFrame::Typing { chat_id: Some(chat_id) } => {
            hub.operator_types(access, chat_id).await.map(|()| None)
        }
        ClientFrame::SetStatus { chat_id, status } => {
            hub.set_status(&access.clone().into(), chat_id, status).await.map(|_| None)
        }
        ClientFrame::Erase { chat_id } => hub.erase(&access.clone().into(), chat_id).await.map(|_| None),
        ClientFrame::Block { chat_id, hours, address } => {
            let blocked = hub.block(&access.clone().into(), chat_id, hours, address).await;
            blocked.map(|Blocked { until, address }| {
                Some(ServerFrame::Blocked { chat_id, until: Some(until), address })
            })
        }
        ClientFrame::Unblock { chat_id } => {
            let unblocked = hub.unblock(&access.clone().into(), chat_id).await;
            unblocked.map(|()| Some(ServerFrame::Blocked { chat_id, until: None, address: false }))
        }
        ClientFrame::Assign { chat_id, operator_id } => {
            hub.assign(access, chat_id, operator_id).await.map(|_| None)
        }
        ClientFrame::History { chat_id: Some(chat_id), before } => hub
            .history(access, chat_id, before)
            .await
            .map(|MessagePage { messages, more }| Some(ServerFrame::History { chat_id, messages, more })),
        ClientFrame::Chats { before } => {
            hub.chats(access, before).await.map(|(chats, more)| Some(ServerFrame::Chats { chats, more }))
        }
        ClientFrame::Operators { after } => hub
            .colleagues_after(access, after)
            .await
            .map(|(operators, more)| Some(ServerFrame::Operators { operators, more })),
        ClientFrame::Heartbeat | ClientFrame::Unknown => Ok(None),
        ClientFrame::Hello { .. } | ClientFrame::Token { .. } => {
            Err(Error::new(ErrorCode::Malformed, "This frame has no place here and was ignored."))
        }
        ClientFrame::Post { .. }
        | ClientFrame::Read { .. }
        | ClientFrame::Typing { .. }
        | ClientFrame::History { .. } => Err(Error::field("/chat_id", "name the chat.")),
    };
    outcome.unwrap_or_else(|error| Some(rejected(&error, client_id, chat_id)))
}

/// What a frame is about, for its refusal.
pub(super) fn subject(frame: &ClientFrame) -> (Option<ChatId>, Option<ClientId>) {
    match frame {
        ClientFrame::Post { chat_id, client_id, .. } => (*chat_id, Some(*client_id)),
        ClientFrame::Read { chat_id, .. }
        | ClientFrame::Typing { chat_id }
        | ClientFrame::History { chat_id, .. } => (*chat_id, None),
        ClientFrame::SetStatus { chat_id, .. }
        | ClientFrame::Assign { chat_id, .. }
        | ClientFrame::Erase { chat_id }
        | ClientFrame::Block { chat_id, .. }
        | ClientFrame::Unblock { chat_id } => (Some(*chat_id), None),
        _ => (None, None),
    }
}

pub(super) fn reject(error: &Error, client_id: Option<ClientId>, chat_id: Option<ChatId>) -> Arc<str> {
    encode(&rejected(error, client_id, chat_id))
}

fn rejected(error: &Error, client_id: Option<ClientId>, chat_id: Option<ChatId>) -> ServerFrame {
    if error.code == ErrorCode::Internal {
        tracing::error!(error = error as &dyn std::error::Error, "a frame failed");
    }
    let Error { code, missing, .. } = *error;
    ServerFrame::Reject { client_id, chat_id, code, detail: error.detail.clone(), missing }
}
