//! The WebSocket.

use std::rc::Weak;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, MessageEvent, WebSocket};

use super::browser::window;
use super::receiver::Receiver;

pub(super) struct Socket {
    socket: WebSocket,
    _open: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut()>,
    _error: Closure<dyn FnMut()>,
}

impl Socket {
    /// `None` where the page may not open one at all.
    pub(super) fn open(hub: &str, receiver: Weak<dyn Receiver>, number: u32) -> Option<Self> {
        let origin = if hub.is_empty() { window().location().origin().ok()? } else { hub.to_owned() };
        // http becomes ws, https wss.
        let url = ["ws", origin.strip_prefix("http")?, "/api/stream"].concat();
        let socket = WebSocket::new(&url).ok()?;
        let current = move |receiver: &Weak<dyn Receiver>| {
            receiver.upgrade().filter(|receiver| receiver.is_current(number))
        };
        let open = Closure::<dyn FnMut()>::new({
            let receiver = receiver.clone();
            move || {
                if let Some(receiver) = current(&receiver) {
                    receiver.opened();
                }
            }
        });
        let message = Closure::<dyn FnMut(MessageEvent)>::new({
            let receiver = receiver.clone();
            move |event: MessageEvent| {
                if let (Some(receiver), Some(text)) = (current(&receiver), event.data().as_string()) {
                    receiver.heard(&text);
                }
            }
        });
        let close = Closure::<dyn FnMut()>::new({
            let receiver = receiver.clone();
            move || {
                if let Some(receiver) = current(&receiver) {
                    receiver.closed(number);
                }
            }
        });
        let error = Closure::<dyn FnMut()>::new(move || {
            if let Some(receiver) = current(&receiver) {
                receiver.failed(number);
            }
        });
        socket.set_onopen(Some(open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(close.as_ref().unchecked_ref()));
        socket.set_onerror(Some(error.as_ref().unchecked_ref()));
        Some(Self { socket, _open: open, _message: message, _close: close, _error: error })
    }

    pub(super) fn send(&self, frame: &str) {
        // A socket that can't take it is about to say that it is closed, and what counts is sent again on the next one.
        if self.socket.ready_state() == WebSocket::OPEN {
            drop(self.socket.send_with_str(frame));
        }
    }
}

thread_local! {
    /// Closes the socket that has just opened. One for all, which holds none.
    static CLOSE: Closure<dyn FnMut(Event)> = Closure::new(|event: Event| {
        if let Some(socket) = event.target() {
            // No other question: what the page calls `WebSocket` may be no class of this one's.
            drop(socket.unchecked_into::<WebSocket>().close());
        }
    });
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        self.socket.set_onerror(None);
        if self.socket.ready_state() == WebSocket::CONNECTING {
            // Closed at once, it would make the browser complain on the console of a connection that failed.
            CLOSE.with(|close| self.socket.set_onopen(Some(close.as_ref().unchecked_ref())));
        } else {
            self.socket.set_onopen(None);
            drop(self.socket.close());
        }
    }
}
