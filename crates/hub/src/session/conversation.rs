//! A session from its first frame to its last.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use chathub_domain::Cursor;
use chathub_domain::error::ErrorCode;
use chathub_domain::limits::HEARTBEAT_MS;
use chathub_domain::wire::{ClientFrame, Watch};
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesOrdered;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until};

use super::behind::{Behind, Stretch};
use super::face::Face;
use super::farewell::Farewell;
use super::opened::Opened;
use super::sequence::Sequence;
use super::work::{Answer, Work};
use super::{customer, operator, watcher};
use crate::door::origin::Origin;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::log::feed::Subscription;
use crate::pace::{Peer, Place};
use crate::request::handed_on;
use crate::unreadable;

/// Answers that one connection may be waiting for; further frames wait unread, so that a flood slows its sender.
const UNANSWERED: usize = 64;

/// What is to be done next with the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    Send(Arc<str>),
    /// There is room again for a frame from the client: see [`Session::has_room`].
    Listen,
    /// The last frame was sent.
    End,
}

/// A frame from the client, or the refusal of one that can't be read.
type Heard = Result<ClientFrame, Arc<str>>;

/// An open session.
pub struct Session {
    pub(super) hub: Hub,
    /// Of the page that it is for.
    pub(super) origin: Origin,
    pub(super) face: Face,
    pub(super) cursor: Cursor,
    pub(super) ready: VecDeque<Arc<str>>,
    pub(super) receipts: FuturesOrdered<BoxFuture<'static, Answer>>,
    pub(super) reads: Sequence<Answer>,
    pub(super) inquiries: Sequence<Answer>,
    pub(super) errands: JoinSet<Answer>,
    /// Of the session's own token; one at a time, and once more when it was asked for meanwhile.
    pub(super) check: JoinSet<Answer>,
    pub(super) check_again: bool,
    /// Fresh tokens that are being looked at.
    pub(super) renewals: usize,
    /// The token has expired, and one of the fresh ones may be good: no frame is taken until that is known.
    pub(super) expired: bool,
    /// While events are read from the log, those of the subscription wait.
    pub(super) behind: Option<Behind>,
    pub(super) subscription: Subscription,
    /// Among the streams of the client's address.
    pub(super) _place: Place,
    pub(super) heartbeat: Interval,
    pub(super) expires: Option<Instant>,
    pub(super) heard: Instant,
    /// Whether silence of the other side means that it is gone.
    pub(super) listens: bool,
    /// A frame that came too fast, and when its time has come.
    pub(super) paused: Option<(Heard, Instant)>,
    /// Whether the farewell, once said, asks the client to come back.
    pub(super) over: Option<bool>,
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
        let refused = |error: Error| {
            let farewell = Farewell::refused(&error);
            let frame = farewell.frame();
            (farewell, frame)
        };
        let place = hub.inner.limits.streams.open(peer).ok_or_else(|| {
            refused(Error::new(
                ErrorCode::TooManyRequests,
                "There are too many open connections from this address: close some, and connect again.",
            ))
        })?;
        let opened = match hello {
            ClientFrame::Hello { token: Some(token), watch: Some(Watch::Badge), .. } => {
                watcher::open(hub, token, origin).await.map(|opened| opened.map(Face::Watcher))
            }
            ClientFrame::Hello { token: Some(token), cursor, .. } => {
                operator::open(hub, token, cursor, origin).await.map(|opened| opened.map(Face::Operator))
            }
            ClientFrame::Hello { organization: Some(organization), visitor, customer, cursor, .. } => {
                let opened = customer::open(hub, organization, visitor, customer, cursor, origin, peer).await;
                hub.inner.audit.chat(opened).map(|opened| opened.map(Face::Customer))
            }
            _ => Err(Error::new(
                ErrorCode::Malformed,
                "The first frame must be 'hello' with a 'token' or an 'organization'.",
            )),
        };
        let Opened { face, cursor, ready, behind, subscription, expires } = opened.map_err(refused)?;
        let period = Duration::from_millis(HEARTBEAT_MS.into());
        let mut heartbeat = interval_at(Instant::now() + period, period);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self {
            hub: hub.clone(),
            origin: origin.clone(),
            face,
            cursor,
            ready,
            receipts: FuturesOrdered::new(),
            reads: Sequence::new(),
            inquiries: Sequence::new(),
            errands: JoinSet::new(),
            check: JoinSet::new(),
            check_again: false,
            renewals: 0,
            expired: false,
            behind: behind.then(Behind::new),
            subscription,
            _place: place,
            heartbeat,
            expires,
            heard: Instant::now(),
            listens,
            paused: None,
            over: None,
        })
    }

    /// What is to be done next. Cancelling it loses nothing.
    pub async fn next(&mut self) -> Turn {
        loop {
            self.judge();
            if let Some(frame) = self.ready.pop_front() {
                return Turn::Send(frame);
            }
            if self.over.is_some() {
                return Turn::End;
            }
            self.read_on();
            let had_room = self.has_room();
            let (expires, due) = (self.expires, self.face.due());
            let resumes = self.paused.as_ref().map(|(_, at)| *at);
            tokio::select! {
                Some(answer) = self.receipts.next(), if !self.receipts.is_empty() => self.take(Ok(answer)),
                // After the replay: what was read later is not told earlier.
                answer = self.reads.next(), if self.behind.is_none() => self.take(answer),
                answer = self.inquiries.next() => self.take(answer),
                Some(answer) = self.errands.join_next(), if !self.errands.is_empty() => self.take(answer),
                Some(answer) = self.check.join_next(), if !self.check.is_empty() => self.checked(answer),
                stretch = stretch(&mut self.behind) => self.follow(stretch),
                delivery = self.subscription.next(), if self.behind.is_none() => self.deliver(delivery),
                () = until(due) => self.act(),
                () = until(resumes), if !self.expired => self.resume().await,
                () = until(expires) => {}
                _ = self.heartbeat.tick() => self.beat(),
            }
            if !had_room && self.has_room() && self.ready.is_empty() {
                return Turn::Listen;
            }
        }
    }

    /// Whether the session has room for another frame from the client; none once the farewell is said.
    #[must_use]
    pub fn has_room(&self) -> bool {
        let unanswered = self.receipts.len() + self.reads.len() + self.inquiries.len() + self.errands.len();
        self.over.is_none() && !self.expired && self.paused.is_none() && unanswered < UNANSWERED
    }

    /// Takes a frame from the client. Its answer comes out of [`next`](Self::next).
    pub async fn take_frame(&mut self, text: &str) {
        self.heard = Instant::now();
        let heard = serde_json::from_str::<ClientFrame>(text).map_err(|error| {
            let place = unreadable::pointer(text).map(|place| format!("{place}: ")).unwrap_or_default();
            let refusal = Error::new(
                ErrorCode::Malformed,
                format!("This frame can't be read and was ignored: {place}{error}."),
            );
            let (client_id, chat_id) = unreadable::subject(text);
            self.face.reject(&refusal, client_id, chat_id)
        });
        self.pace(heard).await;
    }

    /// Whoever is too fast is not refused, but listened to more slowly.
    async fn pace(&mut self, heard: Heard) {
        match self.hub.inner.limits.streams.frame(self.face.who(), heard.as_ref().is_ok_and(is_page)) {
            Ok(()) => match heard {
                Ok(frame) => self.work_on(frame).await,
                Err(refusal) => self.ready.push_back(refusal),
            },
            Err(wait) => self.paused = Some((heard, Instant::now() + wait)),
        }
    }

    async fn work_on(&mut self, frame: ClientFrame) {
        let work = match frame {
            ClientFrame::Heartbeat => Work::Done(Answer::Frame(self.face.heartbeat(self.cursor))),
            ClientFrame::Unknown => Work::Done(Answer::Nothing),
            frame => match &mut self.face {
                Face::Operator(desk) => desk.take(&self.hub, frame).await,
                Face::Customer(customer) => customer.take(&self.hub, frame).await,
                Face::Watcher(watcher) => watcher.take(&self.hub, frame),
            },
        };
        self.begin(work);
    }

    pub(super) fn begin(&mut self, work: Work) {
        match work {
            Work::Done(answer) => self.take(Ok(answer)),
            Work::Receipt(receipt) => self.receipts.push_back(receipt),
            Work::Read(read) => self.reads.push(read),
            Work::Inquiry(inquiry) => self.inquiries.push(inquiry),
            Work::Errand(errand) => drop(self.errands.spawn(handed_on(errand))),
            Work::Renewal(renewal) => {
                self.renewals += 1;
                self.errands.spawn(handed_on(renewal));
            }
        }
    }

    async fn resume(&mut self) {
        if let Some((heard, _)) = self.paused.take() {
            self.pace(heard).await;
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
}

/// Whether the answer may be as large as a frame can be.
fn is_page(frame: &ClientFrame) -> bool {
    matches!(frame, ClientFrame::History { .. } | ClientFrame::Chats { .. } | ClientFrame::Operators { .. })
}

/// Never, where there is no such moment.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => pending().await,
    }
}

/// Never, for who is not behind.
async fn stretch(behind: &mut Option<Behind>) -> Result<Result<Stretch>, JoinError> {
    match behind {
        Some(behind) => behind.stretch().await,
        None => pending().await,
    }
}
