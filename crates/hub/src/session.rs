//! One subscriber's conversation with the server, whatever carries it.
//!
//! A session opens with `hello`, catches up (subscribe, then read since the cursor, then merge with what came
//! meanwhile) and from then on yields the frames to send and takes the frames that came. The WebSocket route and
//! the streaming server function are plumbing around it.

mod customer;
pub mod operator;
mod watcher;

use std::collections::VecDeque;
use std::future::{pending, ready};
use std::sync::Arc;
use std::time::Duration;

use chathub_domain::error::ErrorCode;
use chathub_domain::limits::{HEARTBEAT_MS, SILENCE_MS};
use chathub_domain::wire::{ClientFrame, Watch};
use chathub_domain::{Cursor, Seq};
use futures::future::BoxFuture;
use futures::stream::FuturesOrdered;
use futures::{FutureExt, StreamExt};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until};

use crate::Hub;
use crate::access::OperatorAccess;
use crate::error::Error;
use crate::feed::{Delivery, Subscription};
use crate::limits::Peer;
use crate::origin::Origin;

use customer::Customer;
use operator::Desk;
use watcher::{Page, Watcher};

/// Answers that one connection may be waiting for; further frames wait unread, so that a flood slows its sender.
const UNANSWERED: usize = 64;

/// The last thing a subscriber is told.
#[derive(Clone, Debug)]
pub struct Farewell {
    pub code: ErrorCode,
    pub detail: String,
    /// Whether coming back, as it was, makes sense.
    pub reconnect: bool,
}

/// What came of a frame.
enum Answer {
    Frame(Arc<str>),
    Nothing,
    Farewell(Farewell),
    /// The token was renewed: the client is welcomed again, where it is.
    Renewed(Box<OperatorAccess>),
    /// What waits to be read was counted anew.
    Counted(Result<Page, Error>),
}

/// An open session.
pub struct Session {
    hub: Hub,
    face: Face,
    cursor: Cursor,
    ready: VecDeque<Arc<str>>,
    answers: FuturesOrdered<BoxFuture<'static, Answer>>,
    subscription: Subscription,
    heartbeat: Interval,
    expires: Option<Instant>,
    heard: Instant,
    /// Whether silence of the other side means that it is gone.
    listens: bool,
    /// Whether the farewell, once said, asks the client to come back.
    over: Option<bool>,
}

/// Whom the session speaks with, and therefore which frames it uses.
enum Face {
    Operator(Desk),
    Customer(Customer),
    Watcher(Watcher),
}

impl Session {
    /// Opens a session for whoever `hello` says, from a page of `origin` at the address `peer`. `listens` tells that
    /// frames can come in on the same connection.
    ///
    /// # Errors
    /// The farewell, with its frame, when the subscriber is not let in.
    pub async fn open(
        hub: &Hub,
        hello: ClientFrame,
        origin: &Origin,
        peer: Peer,
        listens: bool,
    ) -> Result<Self, (Farewell, Arc<str>)> {
        let opened = match hello {
            ClientFrame::Hello { token: Some(token), watch: Some(Watch::Badge), .. } => {
                watcher::open(hub, token, origin).await
            }
            ClientFrame::Hello { token: Some(token), cursor, .. } => {
                operator::open(hub, token, cursor, origin).await
            }
            ClientFrame::Hello { organization: Some(organization), visitor, customer, cursor, .. } => {
                customer::open(hub, organization, visitor, customer, cursor, origin, peer).await
            }
            _ => Err(Error::new(
                ErrorCode::Malformed,
                "The first frame must be 'hello' with a 'token' or an 'organization'.",
            )),
        };
        let Opened { face, cursor, ready, subscription, expires } = opened.map_err(|error| {
            let farewell = Farewell::refused(&error);
            let frame = operator::bye(&farewell);
            (farewell, frame)
        })?;
        let period = Duration::from_millis(HEARTBEAT_MS.into());
        let mut heartbeat = interval_at(Instant::now() + period, period);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self {
            hub: hub.clone(),
            face,
            cursor,
            ready,
            answers: FuturesOrdered::new(),
            subscription,
            heartbeat,
            expires,
            heard: Instant::now(),
            listens,
            over: None,
        })
    }

    /// The next frame to send; none after the last one. Cancelling it loses nothing.
    pub async fn next(&mut self) -> Option<Arc<str>> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                return Some(frame);
            }
            if self.over.is_some() {
                return None;
            }
            let (expires, due) = (self.expires, self.face.due());
            tokio::select! {
                Some(answer) = self.answers.next(), if !self.answers.is_empty() => self.take(answer),
                delivery = self.subscription.next() => self.deliver(delivery),
                () = until(due) => self.act(),
                () = until(expires) => {
                    self.end(&Farewell {
                        code: ErrorCode::TokenExpired,
                        detail: "The operator token has expired: get a new one.".into(),
                        reconnect: false,
                    });
                }
                _ = self.heartbeat.tick() => self.beat(),
            }
        }
    }

    /// Whether the session has room for another frame from the client; none once the farewell is said.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.over.is_none() && self.answers.len() < UNANSWERED
    }

    /// Takes a frame from the client. Its answer comes out of [`next`](Self::next), in order.
    pub async fn take_frame(&mut self, text: &str) {
        self.heard = Instant::now();
        match serde_json::from_str::<ClientFrame>(text) {
            Ok(ClientFrame::Heartbeat | ClientFrame::Unknown) => {}
            Ok(frame) => {
                let answer = match &mut self.face {
                    Face::Operator(desk) => desk.take(&self.hub, frame).await,
                    Face::Customer(customer) => customer.take(&self.hub, frame).await,
                    Face::Watcher(watcher) => watcher.take(&self.hub, frame).await,
                };
                self.answers.push_back(answer);
            }
            Err(error) => {
                let refusal = Error::new(
                    ErrorCode::Malformed,
                    format!("This frame can't be read and was ignored: {error}."),
                );
                self.answers.push_back(ready(Answer::Frame(self.face.reject(&refusal))).boxed());
            }
        }
    }

    /// Ends the session with a farewell, after what is ready.
    pub fn end(&mut self, farewell: &Farewell) {
        if self.over.is_none() {
            self.over = Some(farewell.reconnect);
            self.ready.push_back(self.face.bye(farewell));
        }
    }

    /// Whether the farewell asked the client to come back.
    #[must_use]
    pub fn may_return(&self) -> bool {
        self.over.unwrap_or(true)
    }

    fn take(&mut self, answer: Answer) {
        match answer {
            Answer::Frame(frame) => self.ready.push_back(frame),
            Answer::Nothing => {}
            Answer::Farewell(farewell) => self.end(&farewell),
            Answer::Renewed(access) => {
                self.expires = Some(operator::expiry(&self.hub, &access));
                self.ready.push_back(operator::welcome(&self.hub, &access, self.cursor));
            }
            Answer::Counted(page) => {
                if let Face::Watcher(watcher) = &mut self.face {
                    self.ready.extend(watcher.counted(page));
                }
            }
        }
    }

    /// Does what was due.
    fn act(&mut self) {
        if let Face::Watcher(watcher) = &mut self.face {
            match watcher.act() {
                Some(frame) => self.ready.push_back(frame),
                None => self.answers.push_back(watcher.read(&self.hub)),
            }
        }
    }

    fn deliver(&mut self, delivery: Option<Delivery>) {
        match delivery {
            // Read from the log already, before the queue was looked at.
            Some(Delivery::Event { seq, .. } | Delivery::Seen { seq, .. }) if seq <= self.cursor.seq => {}
            Some(Delivery::Event { seq, frame }) if seq == self.cursor.seq + 1 => {
                self.cursor.seq = seq;
                self.ready.push_back(frame);
            }
            Some(Delivery::Seen { seq, event }) if seq == self.cursor.seq + 1 => {
                self.cursor.seq = seq;
                if let Face::Watcher(watcher) = &mut self.face {
                    self.ready.extend(watcher.see(seq, &event));
                }
            }
            Some(Delivery::Signal(frame)) => self.ready.push_back(frame),
            Some(Delivery::Recheck) => self.recheck(),
            Some(Delivery::Dismissed { code, detail, reconnect }) => {
                self.end(&Farewell { code, detail, reconnect });
            }
            // A hole, or too slow: the client comes back and the log fills it.
            Some(Delivery::Event { .. } | Delivery::Seen { .. }) | None => self.end(&Farewell {
                code: ErrorCode::TooSlow,
                detail: "The connection could not keep up; connect again to go on.".into(),
                reconnect: true,
            }),
        }
    }

    fn beat(&mut self) {
        if self.listens && self.heard.elapsed() > Duration::from_millis(SILENCE_MS.into()) {
            self.end(&Farewell {
                code: ErrorCode::Silent,
                detail: "Nothing was heard for too long; connect again to go on.".into(),
                reconnect: true,
            });
            return;
        }
        self.ready.push_back(self.face.heartbeat(self.cursor));
        self.recheck();
    }

    /// Looks at the token again: it may have been revoked.
    fn recheck(&mut self) {
        if let Face::Operator(desk) | Face::Watcher(Watcher { desk, .. }) = &self.face {
            self.answers.push_back(desk.check(&self.hub));
        }
    }
}

impl Face {
    fn due(&self) -> Option<Instant> {
        match self {
            Self::Watcher(watcher) => watcher.due(),
            Self::Operator(_) | Self::Customer(_) => None,
        }
    }

    fn bye(&self, farewell: &Farewell) -> Arc<str> {
        match self {
            Self::Operator(_) | Self::Watcher(_) => operator::bye(farewell),
            Self::Customer(_) => customer::bye(farewell),
        }
    }

    fn reject(&self, error: &Error) -> Arc<str> {
        match self {
            Self::Operator(_) | Self::Watcher(_) => operator::reject(error, None, None),
            Self::Customer(_) => customer::reject(error, None),
        }
    }

    fn heartbeat(&self, cursor: Cursor) -> Arc<str> {
        match self {
            Self::Operator(_) | Self::Watcher(_) => operator::heartbeat(cursor),
            Self::Customer(_) => customer::heartbeat(cursor),
        }
    }
}

impl Farewell {
    /// As it is sent to somebody who has not said who they are.
    #[must_use]
    pub fn frame(&self) -> Arc<str> {
        operator::bye(self)
    }

    fn refused(error: &Error) -> Self {
        let passing = matches!(
            error.code,
            ErrorCode::Internal | ErrorCode::Unavailable | ErrorCode::GoingAway | ErrorCode::TooManyRequests
        );
        Self { code: error.code, detail: error.detail.clone(), reconnect: passing }
    }
}

/// What the opening of a face gives the session.
struct Opened {
    face: Face,
    cursor: Cursor,
    ready: VecDeque<Arc<str>>,
    subscription: Subscription,
    expires: Option<Instant>,
}

/// Never, where there is no such moment.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => pending().await,
    }
}

/// Whether a client that has seen `cursor` can be brought up to date by events: same life of the database, and no
/// later than its head.
fn resumes(cursor: Option<Cursor>, present: Cursor) -> Option<Seq> {
    cursor
        .filter(|cursor| cursor.epoch == present.epoch && cursor.seq <= present.seq)
        .map(|cursor| cursor.seq)
}

/// At most one typing signal per interval passes.
fn passes(last: &mut Option<Instant>) -> bool {
    let every = Duration::from_millis(chathub_domain::limits::TYPING_EVERY_MS.into());
    if last.is_some_and(|at| at.elapsed() < every) {
        return false;
    }
    *last = Some(Instant::now());
    true
}
