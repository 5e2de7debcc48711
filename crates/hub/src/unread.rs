//! How much waits to be read by one operator: counted in the log once, then carried on by the events.
//!
//! Counted chat by chat, as far as chats are known one by one; what waits in the others is a sum. What events alone can't
//! say (how much is left after a part was read, a chat that may be among the others) is asked of the log, for that chat
//! where that is enough. A number is told when it is the one that was true at the event told last, and not before.

mod change;
mod question;

use std::collections::{HashMap, HashSet};
use std::mem::take;
use std::time::Duration;

use chathub_domain::wire::ServerFrame;
use chathub_domain::{ChatId, OperatorId, Seq};
use tokio::time::Instant;

pub use change::Change;
pub use question::{Counted, KEPT, Question};

use crate::error::Result;
use crate::ports::{CountedChat, Unread, UnreadChat};

/// Between two numbers told, or two questions: four a second are more than anybody reads.
const EVERY: Duration = Duration::from_millis(250);

/// So many times as long as a count of everything took, the next one waits: it costs a tenth of a processor at the most.
const RESTS: u32 = 9;

/// Before a count that failed is tried again.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Chats that are known one by one at the most; with more, everything is counted again, and the oldest are a sum.
const MOST: usize = 2 * KEPT;

/// Chats that one question is about; with more, everything is counted.
pub const ASKED: usize = 200;

/// Changes that may wait for an answer; with more it comes too late, and everything is counted again.
const WAITING: usize = 1_000;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    Tell(ServerFrame),
    Ask(Question),
    Nothing,
}

/// A chat that is known by itself.
#[derive(Clone, Copy, Debug)]
struct Known {
    unread: u32,
    /// Its customer's last message.
    last: Seq,
    /// Events up to here are in the number.
    at: Seq,
}

/// A question that has not been answered.
struct Asked {
    chats: HashMap<ChatId, Seq>,
    begun: Instant,
    /// What has come since.
    since: Vec<(Seq, Change)>,
    /// Its answer says nothing any more.
    void: bool,
}

/// What waits to be read.
pub struct Counter {
    operator: OperatorId,
    known: HashMap<ChatId, Known>,
    /// Messages in chats that are not known by themselves, and how many chats these are, when everything was counted. Where
    /// there are none, an unknown chat is one without unread messages.
    others: (u32, u32),
    /// Where everything was counted last.
    head: Seq,
    /// Everything must be counted.
    stale: bool,
    /// Chats that must be counted, and the last event that says so.
    doubtful: HashMap<ChatId, Seq>,
    asked: Option<Asked>,
    /// The last event that was seen.
    seen: Seq,
    /// Some numbers are true from this event on.
    settled: Seq,
    changed: bool,
    told: Option<(u32, u32)>,
    rests_until: Instant,
}

impl Counter {
    /// Begins without a number, and asks for it.
    #[must_use]
    pub fn new(operator: OperatorId, seen: Seq) -> Self {
        Self {
            operator,
            known: HashMap::new(),
            others: (0, 0),
            head: 0,
            stale: true,
            doubtful: HashMap::new(),
            asked: None,
            seen,
            settled: 0,
            changed: true,
            told: None,
            rests_until: Instant::now(),
        }
    }

    /// Everything was counted anew at `seq`, whatever was seen before.
    pub fn begin(&mut self, unread: Unread, seq: Seq) {
        if let Some(asked) = &mut self.asked {
            asked.void = true;
        }
        self.seen = seq;
        self.told = None;
        self.count_all(unread, seq);
    }

    /// Takes in the next event.
    pub fn see(&mut self, seq: Seq, change: Option<Change>) {
        self.seen = self.seen.max(seq);
        let Some(change) = change else { return };
        if let Some(asked) = self.asked.as_mut().filter(|asked| !asked.void) {
            if asked.since.len() == WAITING {
                self.missed();
            } else {
                asked.since.push((seq, change));
            }
        }
        self.apply(seq, change);
    }

    /// There were events that were not seen: what they did is counted.
    pub fn missed(&mut self) {
        self.stale = true;
        if let Some(asked) = &mut self.asked {
            asked.void = true;
            asked.since = Vec::new();
        }
    }

    /// The count of everything has what was not seen: its number may be told.
    pub fn skip_to_count(&mut self) {
        self.seen = self.seen.max(self.head);
    }

    /// Has a chat looked at because of the event `seq`.
    pub fn doubt(&mut self, chat: ChatId, seq: Seq) {
        if self.doubtful.len() < ASKED || self.doubtful.contains_key(&chat) {
            self.doubtful.insert(chat, seq);
        } else {
            self.stale = true;
        }
    }

    /// When there is something to tell or to ask, if there is.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let asks = self.stale || !self.doubtful.is_empty();
        let tells = self.changed && self.seen >= self.settled;
        (self.asked.is_none() && (asks || tells)).then_some(self.rests_until)
    }

    /// What is due.
    pub fn act(&mut self) -> Due {
        if self.asked.is_some() {
            return Due::Nothing;
        }
        self.rests_until = Instant::now() + EVERY;
        let question = if self.stale {
            self.doubtful.clear();
            Question::All
        } else if self.doubtful.is_empty() {
            return self.tell().map_or(Due::Nothing, Due::Tell);
        } else {
            Question::Some(self.doubtful.keys().copied().collect(), self.head)
        };
        self.stale = false;
        let (chats, begun) = (take(&mut self.doubtful), Instant::now());
        self.asked = Some(Asked { chats, begun, since: Vec::new(), void: false });
        Due::Ask(question)
    }

    /// The number, if it can be told and has not been.
    pub fn tell(&mut self) -> Option<ServerFrame> {
        let doubted = self.stale || !self.doubtful.is_empty() || self.asked.is_some();
        if doubted || !self.changed || self.seen < self.settled {
            return None;
        }
        self.changed = false;
        let sum = self.sum();
        if self.told == Some(sum) {
            return None;
        }
        self.told = Some(sum);
        let (unread, chats) = sum;
        Some(ServerFrame::Badge { unread, chats })
    }

    /// Takes in an answer.
    pub fn counted(&mut self, answer: Result<Counted>) {
        let Some(asked) = self.asked.take() else { return };
        match answer {
            Err(_) => {
                self.stale |= asked.chats.is_empty() && !asked.void;
                if !asked.void {
                    self.doubtful.extend(asked.chats);
                }
                self.rests_until = Instant::now() + AFTER_FAILURE;
            }
            Ok(Counted::All(unread, seq)) => {
                self.rests_until = Instant::now() + EVERY.max(asked.begun.elapsed() * RESTS);
                if !asked.void {
                    self.count_all(unread, seq);
                    let since = asked.since.into_iter().filter(|(at, _)| *at > seq);
                    since.for_each(|(at, change)| self.apply(at, change));
                }
            }
            // What made it stale meanwhile may be in the answer: everything is counted instead.
            Ok(Counted::Some { .. }) if asked.void || self.stale => {}
            Ok(Counted::Some { chats, seq, .. }) => {
                // Of one that is not there any more, the event is on its way.
                self.settled = self.settled.max(seq);
                let mut taken = HashSet::new();
                let erased = |id| asked.since.iter().any(|(_, change)| *change == Change::Erased(id));
                for counted in chats.iter().filter(|counted| !erased(counted.chat.id)) {
                    self.count_one(counted, seq);
                    taken.insert(counted.chat.id);
                }
                let later = |(at, change): &(Seq, Change)| *at > seq && taken.contains(&change.chat());
                for (at, change) in asked.since.into_iter().filter(later) {
                    self.apply(at, change);
                }
            }
        }
    }

    fn count_all(&mut self, unread: Unread, seq: Seq) {
        let known = |chat: UnreadChat| (chat.id, Known { unread: chat.unread, last: chat.last, at: seq });
        self.known = unread.newest.into_iter().map(known).collect();
        let (messages, chats) = self.sum_of_known();
        self.others = (unread.messages.saturating_sub(messages), unread.chats.saturating_sub(chats));
        self.head = seq;
        self.settled = seq;
        self.stale = false;
        self.doubtful.clear();
        self.changed = true;
    }

    fn count_one(&mut self, counted: &CountedChat, seq: Seq) {
        let UnreadChat { id, unread, last } = counted.chat;
        self.doubtful.remove(&id);
        self.changed = true;
        let known = self.known.contains_key(&id);
        if !known && counted.earlier > 0 {
            // One of the others until now.
            let (messages, chats) = self.others;
            self.others = (messages.saturating_sub(counted.earlier), chats.saturating_sub(1));
        }
        self.know(id, Known { unread, last, at: seq });
    }

    fn know(&mut self, id: ChatId, chat: Known) {
        if self.known.len() < MOST || self.known.contains_key(&id) {
            self.known.insert(id, chat);
        } else {
            self.stale = true;
        }
    }

    fn apply(&mut self, seq: Seq, change: Change) {
        let chat = change.chat();
        // What is not known is either one of the others or has nothing unread.
        let may_be_another = self.others.1 > 0 && seq > self.head;
        match (change, self.known.get_mut(&chat)) {
            (Change::Written(_), Some(known)) => {
                if seq > known.at {
                    known.unread = known.unread.saturating_add(1);
                    known.last = seq;
                    self.changed = true;
                }
            }
            (Change::Written(_), None) if may_be_another => self.doubt(chat, seq),
            (Change::Written(_), None) => {
                if seq > self.head {
                    self.know(chat, Known { unread: 1, last: seq, at: seq });
                    self.changed = true;
                }
            }
            (Change::Created(_), None) => {
                if may_be_another {
                    self.know(chat, Known { unread: 0, last: 0, at: seq });
                }
            }
            (Change::Created(_), Some(_)) => {}
            (Change::Read(_, operator, _), _) if operator != self.operator => {}
            (Change::Read(_, _, up_to), Some(known)) if seq > known.at => {
                if up_to >= known.last {
                    known.unread = 0;
                    self.changed = true;
                } else if known.unread > 0 {
                    self.doubt(chat, seq);
                }
            }
            (Change::Erased(_), Some(_)) => {
                self.known.remove(&chat);
                self.changed = true;
            }
            // How much of the others it was is not known. That goes for a chat, too, that was counted by itself when this
            // was in the log and not seen yet.
            (Change::Read(..), _) | (Change::Erased(_), None) => self.stale |= may_be_another,
        }
    }

    fn sum(&self) -> (u32, u32) {
        let (messages, chats) = self.sum_of_known();
        (messages.saturating_add(self.others.0), chats.saturating_add(self.others.1))
    }

    fn sum_of_known(&self) -> (u32, u32) {
        self.known.values().filter(|chat| chat.unread > 0).fold(
            (0, 0),
            |(messages, chats): (u32, u32), chat| {
                (messages.saturating_add(chat.unread), chats.saturating_add(1))
            },
        )
    }
}

#[cfg(test)]
mod tests;
