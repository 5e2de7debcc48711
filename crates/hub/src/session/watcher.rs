//! An operator who is told only how much waits to be read, and who has just written: the badge of a launcher that is
//! closed.

use std::collections::HashMap;
use std::mem::take;
use std::sync::Arc;

use chathub_domain::chat::display_name;
use chathub_domain::error::ErrorCode;
use chathub_domain::text::preview;
use chathub_domain::wire::{ClientFrame, ServerFrame};
use chathub_domain::{Author, ChatId, Cursor, Event, Seq};

use super::opened::Opened;
use super::operator::{self, Desk};
use super::reply;
use super::work::{Answer, Work};
use crate::door::origin::Origin;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::log::feed::{Audience, encode};
use crate::unread::{ASKED, Change, Counted, KEPT};

/// Customers whose names are known; with more, all are forgotten and looked up again.
const NAMES: usize = ASKED;

/// Messages that may wait for their customer's name; the oldest of more are not told one by one.
const WAITING: usize = 64;

pub(super) struct Watcher {
    pub(super) desk: Desk,
    names: HashMap<ChatId, String>,
    /// Messages of chats whose customer's name is not known yet, with their places in the log.
    unnamed: Vec<(Seq, ChatId, String)>,
}

pub(super) async fn open(hub: &Hub, token: String, origin: &Origin) -> Result<Opened<Watcher>> {
    let (mut desk, subscription) = operator::admit(hub, token, origin, Audience::Watcher).await?;
    let access = desk.access();
    let overview = hub.inner.chats.overview(access.organization.id, access.operator.id, 0, KEPT).await?;
    let cursor = Cursor { epoch: hub.inner.epoch, seq: overview.seq };
    let welcome = operator::welcome(hub, access, cursor);
    let expires = Some(operator::expiry(hub, access));
    desk.unread.begin(overview.unread, overview.seq);
    let badge = desk.unread.tell();
    let ready = [welcome].into_iter().chain(badge.iter().map(encode)).collect();
    let face = Watcher::new(desk);
    Ok(Opened { face, cursor, ready, behind: false, subscription, expires })
}

impl Watcher {
    fn new(desk: Desk) -> Self {
        Self { desk, names: HashMap::new(), unnamed: Vec::new() }
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
                Work::Done(Answer::Frame(reply::reject(&refusal, None, None)))
            }
        }
    }

    /// Events were not told: what they did is counted.
    pub(super) fn missed(&mut self) {
        self.desk.unread.missed();
    }

    /// Takes in an event; a customer's message is told at once.
    pub(super) fn see(&mut self, seq: Seq, event: &Event) -> Option<Arc<str>> {
        self.desk.unread.see(seq, Change::of(event));
        match event {
            Event::ChatCreated { chat_id, customer, .. } => self.name(*chat_id, customer.clone()),
            Event::Customer { chat_id, customer } if self.names.contains_key(chat_id) => {
                self.name(*chat_id, customer.clone());
            }
            Event::ChatErased { chat_id } => {
                self.names.remove(chat_id);
                self.unnamed.retain(|(_, chat, _)| chat != chat_id);
            }
            Event::Message { chat_id, message } if message.author == Author::Customer => {
                let preview = preview(&message.body.text);
                if self.names.contains_key(chat_id) {
                    return self.notice(*chat_id, preview);
                }
                self.desk.unread.doubt(*chat_id, seq);
                if self.unnamed.len() == WAITING {
                    self.unnamed.remove(0);
                }
                self.unnamed.push((seq, *chat_id, preview));
            }
            // Nothing else is of an operator who does not look.
            _ => {}
        }
        None
    }

    /// Chats have been counted: what was held back for that can be told.
    pub(super) fn counted(&mut self, answer: Result<Counted>) -> Vec<Arc<str>> {
        if let Ok(Counted::Some { asked, chats, .. }) = &answer {
            if self.names.len() + chats.len() > NAMES {
                self.names.clear();
            }
            for counted in chats {
                self.names.insert(counted.chat.id, counted.customer.clone());
            }
            // Nobody is called anything in a chat that is gone.
            self.unnamed.retain(|(_, chat, _)| self.names.contains_key(chat) || !asked.contains(chat));
        }
        self.desk.unread.counted(answer);
        self.desk.unread.skip_to_count();
        let mut frames = Vec::new();
        for (seq, chat_id, preview) in take(&mut self.unnamed) {
            match self.notice(chat_id, preview.clone()) {
                Some(notice) => frames.push(notice),
                None => {
                    self.desk.unread.doubt(chat_id, seq);
                    self.unnamed.push((seq, chat_id, preview));
                }
            }
        }
        frames.extend(self.desk.unread.tell().iter().map(encode));
        frames
    }

    fn name(&mut self, chat_id: ChatId, customer: String) {
        if self.names.len() == NAMES && !self.names.contains_key(&chat_id) {
            self.names.clear();
        }
        self.names.insert(chat_id, customer);
    }

    fn notice(&self, chat_id: ChatId, preview: String) -> Option<Arc<str>> {
        let customer = display_name(chat_id, self.names.get(&chat_id)?);
        Some(encode(&ServerFrame::Notice { chat_id, customer, preview }))
    }
}

#[cfg(test)]
mod tests;
