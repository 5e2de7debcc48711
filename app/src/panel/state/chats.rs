//! The list of chats: which, in what order, with what last line.

use std::sync::Arc;

use chathub_domain::chat;
use chathub_domain::message::LastMessage;
use chathub_domain::text::preview;
use chathub_domain::wire::{ChatsBefore, ClientFrame, Snapshot};
use chathub_domain::{Author, Chat, ChatId, ChatStatus, Message, Seq, Source, Timestamp};

use super::{Effect, State, Thread};

/// What to call the customer of a chat.
#[must_use]
pub fn display_name(chat: &Chat) -> String {
    chat::display_name(chat.id, &chat.customer)
}

fn place(chat: &Chat) -> ChatsBefore {
    ChatsBefore { updated_at: chat.updated_at, id: chat.id }
}

/// Where a chat stands in the list: by what was said in it last, and no clock's word. One in which nothing was said is
/// about to get its first message.
fn rank(chat: &Chat) -> (Seq, ChatId) {
    (chat.last_message.as_ref().map_or(Seq::MAX, |last| last.seq), chat.id)
}

/// What a page of the list was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    Next,
    /// The first one again: a chat that was further down has moved up.
    First,
    /// Nothing any more: a new picture came in between.
    Former,
}

impl State {
    /// Puts a new picture in the place of the former one.
    pub(super) fn picture(&mut self, snapshot: Snapshot) {
        let open = self.open_chat().cloned();
        self.list_end = snapshot.chats.last().map(place);
        self.chats = snapshot.chats.into_iter().map(Arc::new).collect();
        self.more_chats = snapshot.more;
        self.unread = snapshot.unread;
        self.operators = snapshot.operators;
        // Whoever is in the middle of an answer stays there, even if the chat is further down by now.
        if let Some(open) = open.filter(|open| self.chat(open.id).is_none()) {
            self.chats.push(open);
        }
        self.sort();
    }

    pub(super) fn sort(&mut self) {
        // By insertion: the list is in order but for what has just changed, and the library's sort is 6 kB of WASM.
        for end in 1..self.chats.len() {
            let mut place = end;
            while place > 0 && rank(&self.chats[place]) > rank(&self.chats[place - 1]) {
                self.chats.swap(place, place - 1);
                place -= 1;
            }
        }
    }

    /// A customer has a name now. Whom it looks like, the server tells with the list.
    pub(super) fn look_at_name(&mut self, customer: &str, out: &mut Vec<Effect>) {
        if !customer.is_empty() {
            self.ask_chats(Page::First, out);
        }
    }

    /// Changes one chat, if it is known here.
    pub(super) fn change(&mut self, id: ChatId, change: impl FnOnce(&mut Chat)) {
        if let Some(chat) = self.chats.iter_mut().find(|chat| chat.id == id) {
            change(Arc::make_mut(chat));
        }
    }

    pub(super) fn chat_created(&mut self, id: ChatId, customer: String, source: Source, at: Timestamp) {
        if self.chat(id).is_some() {
            return;
        }
        self.chats.push(Arc::new(Chat {
            id,
            customer,
            looks_like_operator: false,
            operator_inactive: false,
            source,
            status: ChatStatus::New,
            operator: None,
            unread: 0,
            last_message: None,
            created_at: at,
            updated_at: at,
            read_by_customer: 0,
            read_by_me: 0,
        }));
        self.sort();
    }

    /// The message becomes its chat's last line, unless a page of the list already counted it.
    pub(super) fn last_line(&mut self, id: ChatId, message: &Message, out: &mut Vec<Effect>) {
        if self.chat(id).is_none() {
            // Older than what the list shows: it is on the first page now.
            self.ask_chats(Page::First, out);
            return;
        }
        self.change(id, |chat| {
            if chat.last_message.as_ref().is_some_and(|last| last.seq >= message.seq) {
                return;
            }
            let from_customer = message.author == Author::Customer;
            if from_customer && message.seq > chat.read_by_me {
                chat.unread = chat.unread.saturating_add(1);
            }
            chat.last_message = Some(LastMessage {
                seq: message.seq,
                from_customer,
                text: preview(&message.body.text),
                at: message.at,
            });
            chat.updated_at = chat.updated_at.max(message.at);
        });
        self.sort();
    }

    pub(super) fn read_by_me(&mut self, id: ChatId, up_to: Seq, out: &mut Vec<Effect>) {
        let reaches = |thread: &&Thread| {
            !thread.more || thread.messages.first().is_some_and(|first| first.seq <= up_to)
        };
        let later = self.thread(id).filter(reaches).map(|thread| {
            let later =
                thread.messages.iter().filter(|m| m.author == Author::Customer && m.seq > up_to).count();
            u32::try_from(later).unwrap_or(u32::MAX)
        });
        let mut unsure = false;
        self.change(id, |chat| {
            if up_to <= chat.read_by_me {
                return;
            }
            chat.read_by_me = up_to;
            let all = chat.last_message.as_ref().is_none_or(|last| last.seq <= up_to);
            unsure = !all && later.is_none();
            // Without its messages at hand, a number that is too high is better than one that hides somebody.
            chat.unread = if all { 0 } else { later.unwrap_or(chat.unread).min(chat.unread) };
        });
        if unsure {
            // The server can tell, of those on the first page.
            self.ask_chats(Page::First, out);
        }
    }

    /// A page of the list. What events have told since is newer than the page.
    pub(super) fn chats_page(&mut self, page: Vec<Chat>, more: bool) {
        let asked = if self.pages_asked.is_empty() { Page::First } else { self.pages_asked.remove(0) };
        match asked {
            Page::Former => return,
            Page::Next => {
                self.more_chats = more;
                self.list_end = page.last().map(place).or(self.list_end);
            }
            Page::First => {}
        }
        for chat in page {
            let seq = |chat: &Chat| chat.last_message.as_ref().map_or(0, |last| last.seq);
            match self.chats.iter_mut().find(|known| known.id == chat.id) {
                // Events have kept it current since.
                Some(known) if seq(known) >= seq(&chat) => {
                    let is_current = seq(known) == seq(&chat) && known.read_by_me == chat.read_by_me;
                    let known = Arc::make_mut(known);
                    // This no event tells, nor always what is left when a part was read.
                    known.looks_like_operator = chat.looks_like_operator;
                    if is_current {
                        known.unread = chat.unread;
                    }
                }
                Some(known) => *known = Arc::new(chat),
                None => self.chats.push(Arc::new(chat)),
            }
        }
        self.sort();
    }

    /// The next page is being loaded.
    #[must_use]
    pub fn loading_chats(&self) -> bool {
        self.pages_asked.contains(&Page::Next)
    }

    pub(super) fn ask_chats(&mut self, page: Page, out: &mut Vec<Effect>) {
        if !self.live() || self.pages_asked.contains(&page) {
            return;
        }
        let before = self.list_end.filter(|_| page == Page::Next);
        self.pages_asked.push(page);
        out.push(Effect::Send(ClientFrame::Chats { before }));
    }
}
