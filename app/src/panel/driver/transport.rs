//! The connection of now, and what is known of the ways to the server.

use std::cell::{Cell, RefCell};

use chathub_domain::Timestamp;
use chathub_domain::wire::ClientFrame;

use super::browser::Timeout;
use super::socket::Socket;
use super::stream::Stream;
use crate::panel::clock::now;

/// Sockets in a row of which nothing was heard, after which they count as blocked here.
pub(super) const BLOCKED: u32 = 2;

/// One way to the server and back.
pub(super) enum Transport {
    Socket(Socket),
    /// Where sockets are blocked.
    Stream(Stream),
}

impl Transport {
    fn send(&self, frame: &str) {
        match self {
            Self::Socket(socket) => socket.send(frame),
            Self::Stream(stream) => stream.send(frame),
        }
    }
}

#[derive(Default)]
pub(super) struct Links {
    pub(super) transport: RefCell<Option<Transport>>,
    /// Counts connections, so that a late word of a former one is told from the present one's.
    pub(super) number: Cell<u32>,
    pub(super) welcomed: Cell<bool>,
    pub(super) retry: RefCell<Option<Timeout>>,
    /// Sockets in a row of which nothing was heard, and when the last one was tried.
    pub(super) mute_sockets: Cell<u32>,
    pub(super) socket_tried: Cell<Timestamp>,
    pub(super) spoken_to: Cell<bool>,
    /// When something was last heard, and last said.
    pub(super) heard: Cell<Timestamp>,
    pub(super) said: Cell<Timestamp>,
}

impl Links {
    pub(super) fn send(&self, frame: &ClientFrame, now: Timestamp) {
        // A frame is always JSON.
        if let (Some(transport), Ok(frame)) = (&*self.transport.borrow(), serde_json::to_string(frame)) {
            transport.send(&frame);
            self.said.set(now);
        }
    }

    pub(super) fn welcomed(&self) {
        self.welcomed.set(true);
    }

    pub(super) fn close(&self) {
        self.retry.take();
        self.transport.take();
        self.number.set(self.number.get().wrapping_add(1));
    }

    pub(super) fn is_current(&self, number: u32) -> bool {
        self.number.get() == number
    }

    pub(super) fn heard_now(&self) {
        self.heard.set(now());
        self.spoken_to.set(true);
    }

    /// A connection ended: whether it ever carried a word says what is blocked here.
    pub(super) fn ended(&self) {
        let mute = !self.spoken_to.get();
        match &*self.transport.borrow() {
            Some(Transport::Socket(_)) if mute => {
                self.mute_sockets.set(self.mute_sockets.get().saturating_add(1))
            }
            Some(Transport::Socket(_)) => self.mute_sockets.set(0),
            // Neither works: they take turns.
            Some(Transport::Stream(_)) if mute => self.mute_sockets.set(BLOCKED - 1),
            Some(Transport::Stream(_)) | None => {}
        }
    }

    pub(super) fn connected(&self) -> bool {
        self.transport.borrow().is_some()
    }
}
