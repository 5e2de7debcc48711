//! When to connect, by which transport, and when to give a connection up.

use std::cell::{Cell, RefCell};

use chathub_domain::Timestamp;
use chathub_domain::limits::{HEARTBEAT_MS, SILENCE_MS};
use chathub_domain::wire::ClientFrame;

use leptos::prelude::WithUntracked;

use super::browser::Timeout;
use super::socket::Socket;
use super::stream::Stream;
use super::{Driver, now};
use crate::panel::state::{Input, Link, State};

/// Milliseconds within which a connection must have been welcomed; a proxy that swallows it says nothing at all.
const WELCOME_MS: i64 = 10_000;

/// Sockets in a row of which nothing was heard, after which they count as blocked here.
const BLOCKED: u32 = 2;

/// Milliseconds after which a socket is tried again where they were blocked: networks change.
const SOCKET_AGAIN_MS: i64 = 5 * 60 * 1_000;

/// One way to the server and back.
enum Transport {
    Socket(Socket),
    /// Where sockets are blocked.
    Stream(Stream),
}

impl Transport {
    fn send(&self, frame: &ClientFrame) {
        match self {
            Self::Socket(socket) => socket.send(frame),
            Self::Stream(stream) => stream.send(frame),
        }
    }
}

#[derive(Default)]
pub(super) struct Links {
    transport: RefCell<Option<Transport>>,
    /// Counts connections, so that a late word of a former one is told from the present one's.
    number: Cell<u32>,
    welcomed: Cell<bool>,
    retry: RefCell<Option<Timeout>>,
    /// Sockets in a row of which nothing was heard, and when the last one was tried.
    mute_sockets: Cell<u32>,
    socket_tried: Cell<Timestamp>,
    spoken_to: Cell<bool>,
    /// When something was last heard, and last said.
    heard: Cell<Timestamp>,
    said: Cell<Timestamp>,
}

impl Links {
    pub(super) fn send(&self, frame: &ClientFrame, now: Timestamp) {
        if let Some(transport) = &*self.transport.borrow() {
            transport.send(frame);
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
    fn ended(&self) {
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

    fn connected(&self) -> bool {
        self.transport.borrow().is_some()
    }
}

impl Driver {
    /// Drops the connection, if there is one, and makes another.
    pub(super) fn connect(&self) {
        let links = &self.links;
        links.close();
        let now = now();
        links.welcomed.set(false);
        links.spoken_to.set(false);
        links.heard.set(now);
        links.said.set(now);
        self.apply(Input::Connecting);
        let (me, number) = (self.me.clone(), links.number.get());
        let blocked =
            links.mute_sockets.get() >= BLOCKED && now.0 - links.socket_tried.get().0 < SOCKET_AGAIN_MS;
        let socket = if blocked {
            None
        } else {
            links.socket_tried.set(now);
            Socket::open(&self.hub, me.clone(), number).map(Transport::Socket)
        };
        let transport = socket.or_else(|| {
            links.mute_sockets.set(BLOCKED);
            let cursor = self.state.try_with_untracked(State::resume_from).flatten();
            Stream::open(cursor, me, number).map(Transport::Stream)
        });
        let opened = transport.is_some();
        *links.transport.borrow_mut() = transport;
        if !opened {
            self.link_lost(number);
        }
    }

    /// A socket failed, and closes in the same breath. One that does not was never made: a policy forbids it, and in
    /// Chromium that is all that is heard of it.
    pub(super) fn expect_close(&self, number: u32) {
        let unmade = self.callback(move |driver| {
            if driver.links.is_current(number) {
                driver.links.mute_sockets.set(BLOCKED);
                driver.connect();
            }
        });
        *self.links.retry.borrow_mut() = Some(Timeout::new(0, unmade));
    }

    /// The transport of this number is gone.
    pub(super) fn link_lost(&self, number: u32) {
        if self.links.is_current(number) {
            self.lose_link();
        }
    }

    pub(super) fn lose_link(&self) {
        self.links.ended();
        self.links.close();
        self.apply(Input::Lost);
    }

    /// Drops the connection, if there is one, and makes another after a pause: between half and all of it, so that it
    /// is not the same moment for everybody.
    #[expect(clippy::cast_possible_truncation, reason = "at most the longest pause")]
    pub(super) fn connect_after(&self, pause: u32) {
        self.links.close();
        let pause = (f64::from(pause) * (0.5 + js_sys::Math::random() / 2.0)) as i32;
        *self.links.retry.borrow_mut() = Some(Timeout::new(pause, self.callback(|driver| driver.connect())));
    }

    /// The network or the operator is back: no more waiting.
    pub(super) fn come_back(&self) {
        let quiet = now().0 - self.links.heard.get().0;
        let late = quiet > i64::from(HEARTBEAT_MS) + 5_000;
        if !self.stopped() && (!self.links.connected() || late) {
            self.connect();
        }
    }

    pub(super) fn check_link(&self) {
        let links = &self.links;
        if !links.connected() {
            return;
        }
        let now = now();
        let quiet = now.0 - links.heard.get().0;
        let patience = if links.welcomed.get() { i64::from(SILENCE_MS) } else { WELCOME_MS };
        if quiet > patience {
            self.lose_link();
        } else {
            self.beat(now);
        }
    }

    /// Says that the panel is there, when it has said nothing for long. Called on every word heard too, because
    /// browsers hold the timers of hidden pages back, but not their sockets.
    pub(super) fn beat(&self, now: Timestamp) {
        let links = &self.links;
        if links.welcomed.get() && now.0 - links.said.get().0 >= i64::from(HEARTBEAT_MS) - 1_000 {
            links.send(&ClientFrame::Heartbeat, now);
        }
    }

    fn stopped(&self) -> bool {
        self.state.try_with_untracked(|state| matches!(state.link, Link::Stopped { .. })).unwrap_or(true)
    }
}
