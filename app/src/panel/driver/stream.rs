//! The way without a WebSocket: frames come as lines of a streamed answer, and go out one request at a time. What does
//! that (`frontend/modules/operator-chat-panel/late/stream.js`) comes when it is needed, since hardly anybody needs it.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use chathub_domain::Cursor;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::receiver::Receiver;

#[wasm_bindgen]
extern "C" {
    type Module;
    #[wasm_bindgen(method, js_name = openStream)]
    fn open_stream(this: &Module, hub: &str, token: &str, cursor: &str, hear: &Hear) -> Carrier;

    /// A connection.
    type Carrier;
    #[wasm_bindgen(method)]
    fn send(this: &Carrier, frame: &str);
    #[wasm_bindgen(method)]
    fn close(this: &Carrier);
}

/// Takes a frame and whether it shows that the stream is alive, or no frame when the connection is gone; answers whether
/// messages are held back.
type Hear = Closure<dyn FnMut(Option<String>, bool) -> bool>;

/// What carries frames, once it is here.
#[derive(Default)]
pub(super) struct Stream(Rc<RefCell<Option<(Carrier, Hear)>>>);

impl Stream {
    /// `None` where what it needs can't even be asked for.
    pub(super) fn open(cursor: Option<Cursor>, receiver: Weak<dyn Receiver>, number: u32) -> Option<Self> {
        let part = receiver.upgrade()?.part("stream")?;
        let cursor = serde_json::to_string(&cursor).ok()?;
        let stream = Self::default();
        let carried = Rc::clone(&stream.0);
        spawn_local(async move {
            let part = JsFuture::from(part).await;
            let Some(here) = current(&receiver, number) else { return };
            match part {
                Ok(part) => *carried.borrow_mut() = carry(part, &*here, receiver, &cursor, number),
                Err(_) => {
                    here.part_missing();
                    here.closed(number);
                }
            }
        });
        Some(stream)
    }

    /// Nothing is said before the server has said something, and it can't before the part is here.
    pub(super) fn send(&self, frame: &str) {
        if let Some((carrier, _)) = &*self.0.borrow() {
            carrier.send(frame);
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if let Some((carrier, _)) = &*self.0.borrow() {
            carrier.close();
        }
    }
}

fn carry(
    part: JsValue,
    here: &dyn Receiver,
    receiver: Weak<dyn Receiver>,
    cursor: &str,
    number: u32,
) -> Option<(Carrier, Hear)> {
    let hear = Hear::new(move |frame: Option<String>, live: bool| {
        let Some(receiver) = current(&receiver, number) else { return false };
        match frame {
            Some(frame) if live => receiver.heard(&frame),
            Some(frame) => receiver.answered(&frame),
            None => receiver.closed(number),
        }
        receiver.holds_back()
    });
    let carrier = part.unchecked_into::<Module>().open_stream(&here.hub(), &here.token()?, cursor, &hear);
    Some((carrier, hear))
}

/// The receiver, if this is still its connection.
fn current(receiver: &Weak<dyn Receiver>, number: u32) -> Option<Rc<dyn Receiver>> {
    receiver.upgrade().filter(|receiver| receiver.is_current(number))
}
