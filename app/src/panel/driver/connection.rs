//! When to connect, by which transport, and when to give a connection up.

use std::rc::Weak;

use chathub_domain::Timestamp;
use chathub_domain::limits::{HEARTBEAT_MS, SILENCE_MS};
use chathub_domain::wire::ClientFrame;
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::browser::Timeout;
use super::driving::Driver;
use super::receiver::Receiver;
use super::socket::Socket;
use super::stream::Stream;
use super::transport::{BLOCKED, Transport};
use crate::panel::clock::now;
use crate::panel::state::{Input, Link, State};

/// Milliseconds within which a connection must have been welcomed; a proxy that swallows it says nothing at all.
const WELCOME_MS: i64 = 10_000;

/// Milliseconds after which a socket is tried again where they were blocked: networks change.
const SOCKET_AGAIN_MS: i64 = 5 * 60 * 1_000;

#[wasm_bindgen]
extern "C" {
    /// The element around a panel. An earlier loader gives it no way to parts.
    type Place;
    #[wasm_bindgen(method, catch, js_name = bringPart)]
    fn bring_part(this: &Place, name: &str) -> Result<Promise, JsValue>;
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
        let receiver: Weak<dyn Receiver> = self.me.clone();
        let number = links.number.get();
        let blocked =
            links.mute_sockets.get() >= BLOCKED && now.0 - links.socket_tried.get().0 < SOCKET_AGAIN_MS;
        let socket = if blocked {
            None
        } else {
            links.socket_tried.set(now);
            Socket::open(&self.hub, receiver.clone(), number).map(Transport::Socket)
        };
        let transport = socket.or_else(|| {
            links.mute_sockets.set(BLOCKED);
            let cursor = self.state.read(State::resume_from).flatten();
            Stream::open(cursor, receiver, number).map(Transport::Stream)
        });
        let opened = transport.is_some();
        *links.transport.borrow_mut() = transport;
        if !opened {
            self.closed(number);
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
        self.state.read(|state| matches!(state.link.is, Link::Stopped { .. })).unwrap_or(true)
    }
}

impl Receiver for Driver {
    fn is_current(&self, number: u32) -> bool {
        self.links.is_current(number)
    }

    fn opened(&self) {
        self.apply(Input::Opened);
    }

    fn heard(&self, text: &str) {
        self.links.heard_now();
        self.frame(text);
        self.beat(now());
    }

    fn answered(&self, text: &str) {
        self.frame(text);
    }

    /// A socket that does not close now was never made: a policy forbids it, and in Chromium that is all that is heard
    /// of it.
    fn failed(&self, number: u32) {
        let unmade = self.callback(move |driver| {
            if driver.links.is_current(number) {
                driver.links.mute_sockets.set(BLOCKED);
                driver.connect();
            }
        });
        *self.links.retry.borrow_mut() = Some(Timeout::new(0, unmade));
    }

    fn closed(&self, number: u32) {
        if self.links.is_current(number) {
            self.lose_link();
        }
    }

    fn holds_back(&self) -> bool {
        self.state.read(|state| state.holds_back(now())).unwrap_or(false)
    }

    fn hub(&self) -> String {
        self.hub.clone()
    }

    fn part(&self, name: &str) -> Option<Promise> {
        let place: JsValue = self.root.borrow().as_ref()?.parent_element()?.into();
        let part = place.unchecked_into::<Place>().bring_part(name).ok();
        if part.is_none() {
            self.part_missing();
        }
        part
    }

    fn part_missing(&self) {
        self.apply(Input::PartMissing);
    }

    fn token(&self) -> Option<String> {
        self.state.read(|state| state.token().to_owned())
    }
}
