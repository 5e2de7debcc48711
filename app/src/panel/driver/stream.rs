//! The way without a WebSocket: frames come as lines of a streamed answer, and go out one request at a time.
//!
//! These are the server functions of [`fns::chat`](crate::fns::chat), called by a plain `fetch`: the frames go
//! through the same decoder as the socket's, and the generated client would be a tenth of the WASM.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use chathub_domain::wire::{ClientFrame, ServerFrame};
use chathub_domain::{Cursor, ErrorCode};
use js_sys::{Reflect, Uint8Array};
use leptos::server_fn::ServerFn;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, AbortSignal, Headers, ReadableStreamDefaultReader, RequestInit, Response};

use super::browser::{Timeout, window};
use super::receiver::Receiver;
use crate::fns::chat::{Act, StreamEvents};
use crate::panel::decode::error_code;

/// Milliseconds within which a request is answered; the connection beneath one that is not is dead.
const ANSWER_MS: i32 = 10_000;

pub(super) struct Stream {
    receiver: Weak<dyn Receiver>,
    number: u32,
    abort: AbortController,
    outgoing: Rc<Outgoing>,
}

/// What waits to go out: one request after the other, because messages have an order.
#[derive(Default)]
struct Outgoing {
    frames: RefCell<VecDeque<ClientFrame>>,
    busy: Cell<bool>,
}

impl Stream {
    pub(super) fn open(cursor: Option<Cursor>, receiver: Weak<dyn Receiver>, number: u32) -> Option<Self> {
        let abort = AbortController::new().ok()?;
        let body = ["{\"cursor\":", &serde_json::to_string(&cursor).ok()?, "}"].concat();
        spawn_local(listen(receiver.clone(), number, body, abort.signal()));
        Some(Self { receiver, number, abort, outgoing: Rc::default() })
    }

    pub(super) fn send(&self, frame: &ClientFrame) {
        // The stream began with a hello, every request has the token of the moment, and a heartbeat is for sockets.
        if matches!(frame, ClientFrame::Hello { .. } | ClientFrame::Token { .. } | ClientFrame::Heartbeat) {
            return;
        }
        self.outgoing.frames.borrow_mut().push_back(frame.clone());
        if !self.outgoing.busy.replace(true) {
            spawn_local(speak(
                self.receiver.clone(),
                self.number,
                Rc::clone(&self.outgoing),
                self.abort.signal(),
            ));
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

/// Who hears it, if this is still the connection that counts.
fn current(receiver: &Weak<dyn Receiver>, number: u32) -> Option<Rc<dyn Receiver>> {
    receiver.upgrade().filter(|receiver| receiver.is_current(number))
}

async fn listen(receiver: Weak<dyn Receiver>, number: u32, body: String, signal: AbortSignal) {
    match request(&receiver, number, StreamEvents::PATH, &body, &signal).await {
        Some(Answer::Stream(reader)) => {
            let mut rest = Vec::new();
            while let Some(chunk) = read(&reader).await {
                rest.extend_from_slice(&chunk);
                while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = rest.drain(..=end).collect();
                    let Some(receiver) = current(&receiver, number) else { return };
                    receiver.heard(&String::from_utf8_lossy(&line));
                }
            }
        }
        Some(Answer::Refused { status, code, detail }) => {
            if let Some(receiver) = current(&receiver, number) {
                // Who may not in is told so by these two; all else passes.
                let reconnect = !matches!(status, 401 | 403);
                receiver.refused(ServerFrame::Bye { code, detail, reconnect });
            }
        }
        None => {}
    }
    if let Some(receiver) = current(&receiver, number) {
        receiver.closed(number);
    }
}

async fn speak(receiver: Weak<dyn Receiver>, number: u32, outgoing: Rc<Outgoing>, signal: AbortSignal) {
    loop {
        let frame = outgoing.frames.borrow_mut().pop_front();
        let Some(frame) = frame else { break };
        let Ok(text) = serde_json::to_string(&frame) else { continue };
        let body = ["{\"frame\":", &text, "}"].concat();
        let lose = {
            let receiver = receiver.clone();
            move || {
                if let Some(receiver) = current(&receiver, number) {
                    receiver.closed(number);
                }
            }
        };
        let late = Timeout::new(ANSWER_MS, lose);
        let answer = request(&receiver, number, Act::PATH, &body, &signal).await;
        drop(late);
        let Some(receiver) = current(&receiver, number) else { return };
        match answer {
            Some(Answer::Stream(reader)) => {
                let mut whole = Vec::new();
                while let Some(chunk) = read(&reader).await {
                    whole.extend_from_slice(&chunk);
                }
                // `null` is no frame: what was asked comes as an event.
                receiver.answered(&String::from_utf8_lossy(&whole));
            }
            Some(Answer::Refused { code, detail, .. }) => {
                let (client_id, chat_id) = about(&frame);
                receiver.refused(ServerFrame::Reject { client_id, chat_id, code, detail, missing: None });
            }
            // The network. What waits here must not pass what may not have arrived: all of it is sent again, in order,
            // on the next connection.
            None => return receiver.closed(number),
        }
        if receiver.holds_back() {
            // They are in the outbox, which sends them again in order.
            outgoing.frames.borrow_mut().retain(|frame| !matches!(frame, ClientFrame::Post { .. }));
        }
    }
    outgoing.busy.set(false);
}

fn about(frame: &ClientFrame) -> (Option<chathub_domain::ClientId>, Option<chathub_domain::ChatId>) {
    match frame {
        ClientFrame::Post { client_id, chat_id, .. } => (Some(*client_id), *chat_id),
        ClientFrame::Read { chat_id, .. }
        | ClientFrame::Typing { chat_id }
        | ClientFrame::History { chat_id, .. } => (None, *chat_id),
        ClientFrame::SetStatus { chat_id, .. }
        | ClientFrame::Assign { chat_id, .. }
        | ClientFrame::Block { chat_id, .. }
        | ClientFrame::Unblock { chat_id } => (None, Some(*chat_id)),
        _ => (None, None),
    }
}

enum Answer {
    Stream(ReadableStreamDefaultReader),
    Refused { status: u16, code: ErrorCode, detail: String },
}

/// `None` when the network failed.
async fn request(
    receiver: &Weak<dyn Receiver>,
    number: u32,
    path: &str,
    body: &str,
    signal: &AbortSignal,
) -> Option<Answer> {
    let (url, token) = {
        let receiver = current(receiver, number)?;
        (receiver.url(path), receiver.token()?)
    };
    let headers = Headers::new().ok()?;
    headers.set("Authorization", &["Bearer ", &token].concat()).ok()?;
    headers.set("Content-Type", "application/json").ok()?;
    headers.set("Accept", "application/json").ok()?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(body));
    init.set_signal(Some(signal));
    let response = JsFuture::from(window().fetch_with_str_and_init(&url, &init)).await.ok()?;
    // Taken at its word: where the page has functions of its own around `fetch`, it may be of a class of theirs.
    let response: Response = response.unchecked_into();
    if response.ok() {
        return Some(Answer::Stream(response.body()?.get_reader().unchecked_into()));
    }
    let status = response.status();
    let body = JsFuture::from(response.json().ok()?).await.unwrap_or_default();
    let member = |name: &str| Reflect::get(&body, &JsValue::from_str(name)).ok()?.as_string();
    let code = match member("code") {
        Some(code) => error_code(&code),
        // A proxy's word, while the server behind it is away.
        None if status >= 500 => return None,
        None => ErrorCode::Unknown,
    };
    let detail = member("detail").unwrap_or_else(|| code.title().to_owned());
    Some(Answer::Refused { status, code, detail })
}

/// The next piece; `None` at the end, however it came.
async fn read(reader: &ReadableStreamDefaultReader) -> Option<Vec<u8>> {
    let piece = JsFuture::from(reader.read()).await.ok()?;
    let value = Reflect::get(&piece, &JsValue::from_str("value")).ok().filter(JsValue::is_object)?;
    Some(Uint8Array::new(&value).to_vec())
}
