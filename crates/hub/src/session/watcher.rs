//! An operator who is told only how much waits to be read: the badge of a launcher that is closed.
//!
//! Told are numbers, so they are counted here: read once from the list's first page, which is what a panel begins
//! with, then carried on by the events. What events alone can't say (how much is left after the operator read
//! something elsewhere, a chat that was further down) is read again, at most a few times a second.

use std::collections::HashMap;
use std::mem::take;
use std::sync::Arc;
use std::time::Duration;

use chathub_domain::chat::display_name;
use chathub_domain::error::ErrorCode;
use chathub_domain::event::Reader;
use chathub_domain::limits::{CHATS_PAGE, preview};
use chathub_domain::wire::{ClientFrame, ServerFrame};
use chathub_domain::{Author, Chat, ChatId, Cursor, Event, Seq};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::time::Instant;

use super::Opened;
use super::face::{Answer, Face, Work};
use super::operator::{self, Desk};
use crate::Hub;
use crate::access::OperatorAccess;
use crate::error::{Error, Result};
use crate::feed::{Audience, encode};
use crate::origin::Origin;

/// Between two badges: four a second are more than anybody reads.
const EVERY: Duration = Duration::from_millis(250);

/// Before a count that failed is tried again.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Chats that are counted by events; with more, the first page is read again and the others are forgotten.
const CHATS: usize = 4 * CHATS_PAGE;

/// Messages that may wait for a count; the oldest of more are not told one by one.
const WAITING: usize = 64;

/// A first page and the head it was read at.
pub(super) type Page = (Vec<Chat>, Seq);

pub(super) struct Watcher {
    pub(super) desk: Desk,
    chats: HashMap<ChatId, Counted>,
    /// Events up to here are in the counts that were read.
    read_at: Seq,
    /// The counts must be read again.
    stale: bool,
    reading: bool,
    /// Customers' messages that came since the reading began.
    since: Vec<(Seq, ChatId)>,
    /// Messages of chats whose customer's name is not known yet.
    unnamed: Vec<(ChatId, String)>,
    told: (u32, u32),
    rests_until: Instant,
}

struct Counted {
    customer: String,
    unread: u32,
}

pub(super) async fn open(hub: &Hub, token: String, origin: &Origin) -> Result<Opened> {
    let (desk, subscription) = operator::admit(hub, token, origin, Audience::Watcher).await?;
    let access = desk.access();
    let (chats, seq) = read(hub, access).await?;
    let cursor = Cursor { epoch: hub.inner.epoch, seq };
    let welcome = operator::welcome(hub, access, cursor);
    let expires = Some(operator::expiry(hub, access));
    let mut watcher = Watcher::new(desk, chats, seq);
    let ready = [welcome, watcher.badge()].into();
    Ok(Opened { face: Face::Watcher(watcher), cursor, ready, behind: false, subscription, expires })
}

impl Watcher {
    fn new(desk: Desk, chats: Vec<Chat>, seq: Seq) -> Self {
        let mut watcher = Self {
            desk,
            chats: HashMap::new(),
            read_at: 0,
            stale: false,
            reading: false,
            since: Vec::new(),
            unnamed: Vec::new(),
            told: (0, 0),
            rests_until: Instant::now(),
        };
        watcher.count(chats, seq);
        watcher
    }

    /// Fresh tokens, and nothing else.
    pub(super) fn take(&mut self, hub: &Hub, frame: ClientFrame) -> Work {
        match frame {
            ClientFrame::Token { token } => self.desk.renew(hub, token),
            _ => {
                let refusal = Error::new(
                    ErrorCode::Malformed,
                    "This connection only watches the badge; connect without 'watch' to work.",
                );
                Work::Done(Answer::Frame(operator::reject(&refusal, None, None)))
            }
        }
    }

    /// Events were not told: what they did to the counts is read.
    pub(super) fn missed(&mut self) {
        self.stale = true;
    }

    /// Takes in an event; a customer's message is told at once.
    pub(super) fn see(&mut self, seq: Seq, event: &Event) -> Option<Arc<str>> {
        match event {
            Event::ChatCreated { chat_id, customer, .. } => {
                let counted = Counted { customer: customer.clone(), unread: 0 };
                self.chats.entry(*chat_id).or_insert(counted);
                self.stale |= self.chats.len() > CHATS;
                None
            }
            Event::Message { chat_id, message } if message.author == Author::Customer => {
                self.written(seq, *chat_id, preview(&message.text))
            }
            Event::Read { reader: Reader::Operator(operator), .. } => {
                self.stale |= operator.id == self.desk.access().operator.id;
                None
            }
            Event::Customer { chat_id, customer } => {
                if let Some(counted) = self.chats.get_mut(chat_id) {
                    counted.customer.clone_from(customer);
                }
                None
            }
            Event::ChatErased { chat_id } => {
                self.chats.remove(chat_id);
                None
            }
            Event::Message { .. }
            | Event::ChatStatus { .. }
            | Event::Assigned { .. }
            | Event::Read { reader: Reader::Customer, .. }
            | Event::Unknown => None,
        }
    }

    /// When there is something to tell or to read, if there is.
    pub(super) fn due(&self) -> Option<Instant> {
        (!self.reading && (self.stale || self.counts() != self.told)).then_some(self.rests_until)
    }

    /// Tells the badge, or begins to read it: then there is none.
    pub(super) fn act(&mut self) -> Option<Arc<str>> {
        self.rests_until = Instant::now() + EVERY;
        self.reading = take(&mut self.stale);
        (!self.reading).then(|| self.badge())
    }

    pub(super) fn read(&self, hub: &Hub) -> BoxFuture<'static, Answer> {
        let (hub, access) = (hub.clone(), self.desk.access().clone());
        async move { Answer::Counted(read(&hub, &access).await) }.boxed()
    }

    /// The counts have been read: what was held back for them can be told.
    pub(super) fn counted(&mut self, page: Result<Page>) -> Vec<Arc<str>> {
        self.reading = false;
        let since = take(&mut self.since);
        let Ok((chats, seq)) = page else {
            self.stale = true;
            self.rests_until = Instant::now() + AFTER_FAILURE;
            return Vec::new();
        };
        self.count(chats, seq);
        for (seq, chat_id) in since {
            self.add(seq, chat_id);
        }
        let mut frames: Vec<_> = take(&mut self.unnamed)
            .into_iter()
            .filter_map(|(chat_id, preview)| self.notice(chat_id, preview))
            .collect();
        if self.counts() != self.told {
            frames.push(self.badge());
        }
        frames
    }

    fn written(&mut self, seq: Seq, chat_id: ChatId, preview: String) -> Option<Arc<str>> {
        if self.reading {
            self.since.push((seq, chat_id));
            if self.since.len() > CHATS {
                // Faster than the reading: the next one has them.
                self.since.clear();
                self.stale = true;
            }
        }
        self.add(seq, chat_id);
        if self.chats.contains_key(&chat_id) {
            return self.notice(chat_id, preview);
        }
        self.stale = true;
        if self.unnamed.len() == WAITING {
            self.unnamed.remove(0);
        }
        self.unnamed.push((chat_id, preview));
        None
    }

    fn add(&mut self, seq: Seq, chat_id: ChatId) {
        if seq > self.read_at
            && let Some(counted) = self.chats.get_mut(&chat_id)
        {
            counted.unread = counted.unread.saturating_add(1);
        }
    }

    fn count(&mut self, chats: Vec<Chat>, seq: Seq) {
        self.read_at = seq;
        let counted = |chat: Chat| (chat.id, Counted { customer: chat.customer, unread: chat.unread });
        self.chats = chats.into_iter().map(counted).collect();
    }

    fn counts(&self) -> (u32, u32) {
        self.chats
            .values()
            .filter(|chat| chat.unread > 0)
            .fold((0, 0), |(unread, chats): (u32, u32), chat| {
                (unread.saturating_add(chat.unread), chats.saturating_add(1))
            })
    }

    fn badge(&mut self) -> Arc<str> {
        self.told = self.counts();
        let (unread, chats) = self.told;
        encode(&ServerFrame::Badge { unread, chats })
    }

    fn notice(&self, chat_id: ChatId, preview: String) -> Option<Arc<str>> {
        let customer = display_name(chat_id, &self.chats.get(&chat_id)?.customer);
        Some(encode(&ServerFrame::Notice { chat_id, customer, preview }))
    }
}

async fn read(hub: &Hub, access: &OperatorAccess) -> Result<Page> {
    Ok(hub.inner.log.chats(access.organization.id, access.operator.id, None, CHATS_PAGE).await?)
}

#[cfg(test)]
mod tests;
