//! The one WebSocket: plumbing around a [`Session`].

use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use chathub_domain::error::ErrorCode;
use chathub_domain::limits::FRAME_BYTES;
use chathub_domain::wire::ClientFrame;
use chathub_hub::pace::Peer;
use chathub_hub::request::Here;
use chathub_hub::session::{Farewell, Session, Turn};
use chathub_hub::{Hub, Origin};
use tokio::time::timeout;

/// Frames are small; the library's default of 128 KiB is allocated at once for every idle connection.
const READ_BUFFER: usize = 4 * 1024;

/// What may wait in the connection beyond what is written at once.
const WRITE_BUFFER: usize = 512 * 1024;

/// A client that has connected says who it is within this time.
const HELLO_WITHIN: Duration = Duration::from_secs(10);

/// A frame that the other side does not take within this time is a lost connection.
const SEND_WITHIN: Duration = Duration::from_secs(30);

/// A client that was told to go answers the close within this time, or has gone.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// WebSocket close codes (RFC 6455 §7.4, and 4000 to 4999 for applications): they tell a client without our frames
/// whether to come back.
const CLOSE_COME_BACK: u16 = 4000;
const CLOSE_STAY_AWAY: u16 = 4001;

/// `GET /api/stream`. The origin is judged after `hello`, when the organization is known.
pub(crate) async fn upgrade(
    State(hub): State<Hub>,
    Extension(origin): Extension<Origin>,
    Extension(peer): Extension<Peer>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let here = Here::now();
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER)
        .max_message_size(FRAME_BYTES)
        .max_frame_size(FRAME_BYTES)
        .on_upgrade(move |socket| here.goes_on(converse(socket, hub, origin, peer)))
}

async fn converse(mut socket: WebSocket, hub: Hub, origin: Origin, peer: Peer) {
    let opened = match first_frame(&mut socket).await {
        Some(Ok(hello)) => Session::open(&hub, hello, &origin, peer, true).await,
        Some(Err(farewell)) => Err((farewell.clone(), farewell.frame())),
        None => return,
    };
    let mut session = match opened {
        Ok(session) => session,
        Err((farewell, frame)) => {
            send(&mut socket, &frame).await;
            close(&mut socket, farewell.reconnect).await;
            return;
        }
    };
    loop {
        tokio::select! {
            turn = session.next() => match turn {
                Turn::Send(frame) => if !send(&mut socket, &frame).await { return },
                Turn::Listen => {}
                Turn::End => return close(&mut socket, session.may_return()).await,
            },
            message = socket.recv(), if session.has_room() => match message {
                Some(Ok(Message::Text(text))) => session.take_frame(&text).await,
                Some(Ok(Message::Binary(_))) => session.end(&Farewell {
                    code: ErrorCode::Malformed,
                    detail: "Frames are JSON text.".into(),
                    reconnect: false,
                }),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Err(error)) if is_too_large(&error) => session.end(&too_large()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
        }
    }
}

/// The first frame; anything that is not JSON is left for the session to refuse.
async fn first_frame(socket: &mut WebSocket) -> Option<Result<ClientFrame, Farewell>> {
    let first = async {
        loop {
            match socket.recv().await {
                Some(Ok(Message::Text(text))) => {
                    return Some(Ok(serde_json::from_str(&text).unwrap_or(ClientFrame::Unknown)));
                }
                Some(Ok(Message::Binary(_))) => return Some(Ok(ClientFrame::Unknown)),
                Some(Err(error)) if is_too_large(&error) => return Some(Err(too_large())),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    };
    timeout(HELLO_WITHIN, first).await.ok().flatten()
}

async fn send(socket: &mut WebSocket, frame: &str) -> bool {
    let message = Message::Text(Utf8Bytes::from(frame));
    matches!(timeout(SEND_WITHIN, socket.send(message)).await, Ok(Ok(())))
}

async fn close(socket: &mut WebSocket, reconnect: bool) {
    let code = if reconnect { CLOSE_COME_BACK } else { CLOSE_STAY_AWAY };
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static("see the bye frame") };
    // The other side may be gone already.
    let _ = timeout(SEND_WITHIN, socket.send(Message::Close(Some(frame)))).await;
    // Until they have heard it: a socket that is dropped with something unread may take what was sent with it.
    let rest = async { while let Some(Ok(_)) = socket.recv().await {} };
    let _ = timeout(CLOSE_WITHIN, rest).await;
}

fn too_large() -> Farewell {
    Farewell {
        code: ErrorCode::TooLarge,
        detail: format!("A frame has at most {FRAME_BYTES} bytes."),
        reconnect: false,
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    error.to_string().contains("too long")
}
