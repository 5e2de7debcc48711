//! One subscriber's conversation with the server, whatever carries it.
//!
//! A session opens with `hello`, catches up (subscribe, then read since the cursor, then merge with what came
//! meanwhile) and from then on yields the frames to send and takes the frames that came. The WebSocket route and
//! the streaming server function are plumbing around it.
//!
//! What is quick never waits for what is slow: receipts of the writer come in the order of their frames; what the log or
//! the directory is asked for comes when it is there, each in a [`Sequence`] of its own. And nothing shared is held while
//! the client is waited for.

mod behind;
mod carried;
mod customer;
mod face;
pub mod operator;
mod sequence;
mod watcher;

use std::collections::VecDeque;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use chathub_domain::error::ErrorCode;
use chathub_domain::limits::{HEARTBEAT_MS, SILENCE_MS};
use chathub_domain::wire::{ClientFrame, Watch};
use chathub_domain::{Cursor, Seq};
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesOrdered;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until};

use crate::door::origin::Origin;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::log::feed::{Delivery, Subscription};
use crate::pace::{Peer, Place};
use crate::request::handed_on;
use crate::unreadable;

use behind::{Behind, Progress, Stretch, Told};
use face::{Answer, Face, Work};
use sequence::Sequence;

/// Answers that one connection may be waiting for; further frames wait unread, so that a flood slows its sender.
const UNANSWERED: usize = 64;

/// How long a session goes on past the end of its token while the directory is asked about a fresh one.
const RENEWAL: Duration = Duration::from_secs(10);

/// The last thing a subscriber is told.
#[derive(Clone, Debug)]
pub struct Farewell {
    pub code: ErrorCode,
    pub detail: String,
    /// Whether coming back, as it was, makes sense.
    pub reconnect: bool,
}

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
    hub: Hub,
    /// Of the page that it is for.
    origin: Origin,
    face: Face,
    cursor: Cursor,
    ready: VecDeque<Arc<str>>,
    receipts: FuturesOrdered<BoxFuture<'static, Answer>>,
    reads: Sequence<Answer>,
    inquiries: Sequence<Answer>,
    errands: JoinSet<Answer>,
    /// Of the session's own token; one at a time, and once more when it was asked for meanwhile.
    check: JoinSet<Answer>,
    check_again: bool,
    /// Fresh tokens that are being looked at.
    renewals: usize,
    /// The token has expired, and one of the fresh ones may be good: no frame is taken until that is known.
    expired: bool,
    /// While events are read from the log, those of the subscription wait.
    behind: Option<Behind>,
    subscription: Subscription,
    /// Among the streams of the client's address.
    _place: Place,
    heartbeat: Interval,
    expires: Option<Instant>,
    heard: Instant,
    /// Whether silence of the other side means that it is gone.
    listens: bool,
    /// A frame that came too fast, and when its time has come.
    paused: Option<(Heard, Instant)>,
    /// Whether the farewell, once said, asks the client to come back.
    over: Option<bool>,
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
            let frame = operator::bye(&farewell);
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
                watcher::open(hub, token, origin).await
            }
            ClientFrame::Hello { token: Some(token), cursor, .. } => {
                operator::open(hub, token, cursor, origin).await
            }
            ClientFrame::Hello { organization: Some(organization), visitor, customer, cursor, .. } => {
                let opened = customer::open(hub, organization, visitor, customer, cursor, origin, peer).await;
                hub.inner.audit.chat(opened)
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

    fn begin(&mut self, work: Work) {
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

    /// What can't wait until everything that is ready has been taken by a slow client: who may not listen any more is
    /// told nothing more.
    fn judge(&mut self) {
        if let Some(Delivery::Dismissed { code, detail, reconnect }) = self.subscription.revoked() {
            self.cut(&Farewell { code, detail, reconnect });
        } else if self.expires.is_some_and(|end| end <= Instant::now()) {
            if self.renewals > 0 && !self.expired {
                self.expired = true;
                self.expires = Some(Instant::now() + RENEWAL);
                return;
            }
            self.expires = None;
            self.cut(&Farewell {
                code: ErrorCode::TokenExpired,
                detail: "The operator token has expired: get a new one.".into(),
                reconnect: false,
            });
        } else if self.over.is_none() && self.behind.as_ref().is_some_and(Behind::is_overdue) {
            // What is ready follows from the client's own cursor when it is back.
            self.cut(&too_slow());
        }
    }

    /// Ends the session without what is ready; a farewell that was said already stays the last word.
    fn cut(&mut self, farewell: &Farewell) {
        let last = self.over.and_then(|_| self.ready.pop_back());
        self.ready.clear();
        self.ready.extend(last);
        self.end(farewell);
    }

    fn take(&mut self, answer: Result<Answer, JoinError>) {
        match answer {
            Ok(Answer::Frame(frame)) => self.ready.push_back(frame),
            Ok(Answer::Nothing) => {}
            Ok(Answer::Farewell(farewell)) => self.end(&farewell),
            Ok(Answer::Renewed(access, token)) => {
                self.renewals -= 1;
                self.expired = false;
                self.expires = Some(operator::expiry(&self.hub, &access));
                self.ready.push_back(operator::welcome(&self.hub, &access, self.cursor));
                if let Some(desk) = self.face.desk() {
                    desk.renewed(*access, token);
                }
                // One that is under way looks at the former token.
                self.check = JoinSet::new();
                self.recheck();
            }
            Ok(Answer::Known(access)) => {
                if let Some(desk) = self.face.desk() {
                    desk.known(*access);
                }
            }
            Ok(Answer::NotRenewed(refusal)) => {
                self.renewals -= 1;
                self.ready.push_back(refusal);
                if self.expired && self.renewals == 0 {
                    self.expires = Some(Instant::now());
                }
            }
            Ok(Answer::Counted(answer)) => self.ready.extend(self.face.counted(answer)),
            Err(error) => self.broke(&error),
        }
    }

    /// Work of the session panicked, which the panic's own line in the log describes.
    fn broke(&mut self, error: &JoinError) {
        tracing::error!(%error, "a session broke");
        self.end(&Farewell {
            code: ErrorCode::Internal,
            detail: "Something went wrong on the server; connect again to go on.".into(),
            reconnect: true,
        });
    }

    /// Does what was due.
    fn act(&mut self) {
        if let Some(desk) = self.face.desk() {
            let work = desk.act(&self.hub);
            self.begin(work);
        }
    }

    fn deliver(&mut self, delivery: Option<Delivery>) {
        match delivery {
            // Read from the log already, before the mailbox was looked at.
            Some(Delivery::Event { seq, .. } | Delivery::Seen { seq, .. }) if seq <= self.cursor.seq => {}
            Some(Delivery::Event { seq, frame, change }) if seq == self.cursor.seq + 1 => {
                self.cursor.seq = seq;
                self.ready.push_back(frame);
                self.face.told(seq, change);
            }
            Some(Delivery::Seen { seq, event }) => {
                if let Face::Watcher(watcher) = &mut self.face {
                    if seq != self.cursor.seq + 1 {
                        watcher.missed();
                    }
                    self.ready.extend(watcher.see(seq, &event));
                }
                self.cursor.seq = seq;
            }
            // What is not here is in the log.
            Some(Delivery::Event { .. } | Delivery::Behind) => match &mut self.face {
                Face::Watcher(watcher) => watcher.missed(),
                Face::Operator(_) | Face::Customer(_) => self.behind = Some(Behind::new()),
            },
            Some(Delivery::Signal(frame)) => self.ready.push_back(frame),
            Some(Delivery::Recheck) => self.recheck(),
            Some(Delivery::Dismissed { code, detail, reconnect }) => {
                self.end(&Farewell { code, detail, reconnect });
            }
            None => self.end(&too_slow()),
        }
    }

    /// The next stretch of the log, once the client has taken what was read before.
    fn read_on(&mut self) {
        if let Some(behind) = &mut self.behind
            && behind.is_idle()
        {
            match self.face.stretch(&self.hub, self.cursor) {
                Some(stretch) => behind.read(stretch),
                None => self.behind = None,
            }
        }
    }

    fn follow(&mut self, stretch: Result<Result<Stretch>, JoinError>) {
        let Some(behind) = &mut self.behind else { return };
        match stretch {
            Ok(Ok(Stretch::Events { events, head })) => {
                let (events, progress) = behind.follow(&mut self.cursor, events, head);
                for Told { seq, frame, change } in events {
                    self.ready.push_back(frame);
                    self.face.told(seq, change);
                }
                match progress {
                    Progress::On => {}
                    Progress::Done => self.behind = None,
                    Progress::Lost => match self.face.picture(&self.hub) {
                        Some(picture) => behind.read(picture),
                        None => self.behind = None,
                    },
                }
            }
            Ok(Ok(Stretch::Picture { frame, cursor, unread })) => {
                self.cursor = cursor;
                self.ready.push_back(frame);
                self.ready.extend(self.face.begin(unread, cursor.seq));
                self.behind = None;
            }
            Ok(Err(error)) => self.end(&Farewell::refused(&error)),
            Err(error) => self.broke(&error),
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

    /// Looks again whether they may be here: the token may have been revoked, the visitor blocked, the page's origin
    /// taken from the list.
    fn recheck(&mut self) {
        if let Face::Customer(customer) = &self.face
            && let Err(error) = customer.check_blocks(&self.hub)
        {
            self.end(&Farewell::refused(&error));
        } else if !self.check.is_empty() || self.expired {
            // While a fresh token is looked at, the former one has nothing to say.
            self.check_again = true;
        } else if let Some(check) = self.face.check(&self.hub, &self.origin) {
            self.check.spawn(handed_on(check));
        }
    }

    fn checked(&mut self, answer: Result<Answer, JoinError>) {
        self.take(answer);
        if std::mem::take(&mut self.check_again) {
            self.recheck();
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
        Self { code: error.code, detail: error.detail.clone(), reconnect: error.code.is_passing() }
    }
}

fn too_slow() -> Farewell {
    Farewell {
        code: ErrorCode::TooSlow,
        detail: "The connection could not keep up; connect again to go on.".into(),
        reconnect: true,
    }
}

/// What the opening of a face gives the session.
struct Opened {
    face: Face,
    cursor: Cursor,
    ready: VecDeque<Arc<str>>,
    /// There are events after the cursor.
    behind: bool,
    subscription: Subscription,
    expires: Option<Instant>,
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

/// Whether a client that has seen `cursor` can be brought up to date by events: same life of the database, no later
/// than its head, and not too far behind it.
fn resumes(cursor: Option<Cursor>, present: Cursor) -> Option<Seq> {
    let seen = cursor.filter(|cursor| cursor.epoch == present.epoch)?.seq;
    let behind = present.seq.checked_sub(seen)?;
    (behind <= chathub_domain::limits::REPLAY_EVENTS as u64).then_some(seen)
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
