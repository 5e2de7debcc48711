//! What a session does with what comes to it: answers, deliveries, stretches of the log, and the time.

use std::time::Duration;

use chathub_domain::error::ErrorCode;
use chathub_domain::limits::SILENCE_MS;
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use super::behind::{Behind, Progress, Stretch, Told};
use super::conversation::Session;
use super::face::Face;
use super::farewell::{Farewell, too_slow};
use super::operator;
use super::work::Answer;
use crate::error::Result;
use crate::log::feed::Delivery;
use crate::request::handed_on;

/// How long a session goes on past the end of its token while the directory is asked about a fresh one.
const RENEWAL: Duration = Duration::from_secs(10);

impl Session {
    /// What can't wait until everything that is ready has been taken by a slow client: who may not listen any more is
    /// told nothing more.
    pub(super) fn judge(&mut self) {
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
    pub(super) fn cut(&mut self, farewell: &Farewell) {
        let last = self.over.and_then(|_| self.ready.pop_back());
        self.ready.clear();
        self.ready.extend(last);
        self.end(farewell);
    }

    pub(super) fn take(&mut self, answer: Result<Answer, JoinError>) {
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
    pub(super) fn broke(&mut self, error: &JoinError) {
        tracing::error!(%error, "a session broke");
        self.end(&Farewell {
            code: ErrorCode::Internal,
            detail: "Something went wrong on the server; connect again to go on.".into(),
            reconnect: true,
        });
    }

    /// Does what was due.
    pub(super) fn act(&mut self) {
        if let Some(desk) = self.face.desk() {
            let work = desk.act(&self.hub);
            self.begin(work);
        }
    }

    pub(super) fn deliver(&mut self, delivery: Option<Delivery>) {
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
    pub(super) fn read_on(&mut self) {
        if let Some(behind) = &mut self.behind
            && behind.is_idle()
        {
            match self.face.stretch(&self.hub, self.cursor) {
                Some(stretch) => behind.read(stretch),
                None => self.behind = None,
            }
        }
    }

    pub(super) fn follow(&mut self, stretch: Result<Result<Stretch>, JoinError>) {
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

    pub(super) fn beat(&mut self) {
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
    pub(super) fn recheck(&mut self) {
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

    pub(super) fn checked(&mut self, answer: Result<Answer, JoinError>) {
        self.take(answer);
        if std::mem::take(&mut self.check_again) {
            self.recheck();
        }
    }
}
