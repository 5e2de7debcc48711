//! The chats that are known here, by their ids; `views` says which of them are shown, and in what order.

use std::sync::Arc;

use chathub_domain::chat;
use chathub_domain::event::Reader;
use chathub_domain::message::LastMessage;
use chathub_domain::text::preview;
use chathub_domain::{Author, Chat, ChatId, ChatStatus, Event, Message, OperatorStatus, Seq, Timestamp};

use super::effect::Told;
use super::per_chat::PerChat;
use super::staff::Staff;
use super::threads::Threads;
use super::turn::Turn;
use super::views::{Page, View};

#[derive(Clone, Debug, Default)]
pub struct Chats {
    known: PerChat<Arc<Chat>>,
    pub view: View,
}

/// What to call the customer of a chat.
#[must_use]
pub fn display_name(chat: &Chat) -> String {
    chat::display_name(chat.id, &chat.customer)
}

impl Chats {
    #[must_use]
    pub fn get(&self, id: ChatId) -> Option<&Arc<Chat>> {
        self.known.get(id)
    }

    /// `live`: the server can be asked.
    pub(super) fn event(
        &mut self,
        event: &Event,
        at: Timestamp,
        live: bool,
        (staff, threads): (&Staff, &Threads),
        turn: &mut Turn,
    ) {
        match event {
            Event::ChatCreated { chat_id, customer, source } => {
                self.look_at_name(customer, live, turn);
                if self.get(*chat_id).is_none() {
                    let chat = Chat {
                        id: *chat_id,
                        customer: customer.clone(),
                        looks_like_operator: false,
                        operator_inactive: false,
                        source: *source,
                        status: ChatStatus::New,
                        operator: None,
                        unread: 0,
                        last_message: None,
                        created_at: at,
                        updated_at: at,
                        read_by_customer: 0,
                        read_by_me: 0,
                    };
                    self.put(Arc::new(chat), turn);
                }
            }
            Event::Message { chat_id, message } => self.message(*chat_id, message, live, turn),
            Event::ChatStatus { chat_id, status, .. } => {
                self.change(*chat_id, turn, |chat| chat.status = *status);
            }
            Event::Assigned { chat_id, operator } => {
                let operator = operator.clone().map(|operator| staff.known_as(operator));
                self.change(*chat_id, turn, |chat| {
                    chat.operator = operator;
                    chat.operator_inactive = false;
                });
            }
            Event::Read { chat_id, reader: Reader::Customer, up_to } => {
                self.change(*chat_id, turn, |chat| {
                    chat.read_by_customer = chat.read_by_customer.max(*up_to);
                });
            }
            Event::Read { chat_id, reader: Reader::Operator(operator), up_to } if staff.is_me(operator) => {
                let later = threads.get(*chat_id).and_then(|thread| thread.asked_after(*up_to));
                self.read_by_me(*chat_id, *up_to, later, live, turn);
            }
            Event::Customer { chat_id, customer } => {
                self.look_at_name(customer, live, turn);
                self.change(*chat_id, turn, |chat| chat.customer.clone_from(customer));
            }
            // The one event that looks at all of them: it is rare, and says nothing of where.
            Event::StaffChanged { operator, status } => {
                let has_it = |chat: &Chat| chat.operator.as_ref().is_some_and(|has| has.id == operator.id);
                let theirs: Vec<ChatId> =
                    self.known.iter().filter(|(_, chat)| has_it(chat)).map(|(id, _)| id).collect();
                for id in theirs {
                    self.change(id, turn, |chat| {
                        chat.operator = Some(operator.clone());
                        chat.operator_inactive = *status != OperatorStatus::Active;
                    });
                }
            }
            Event::Read { .. } | Event::ChatErased { .. } | Event::Unknown => {}
        }
    }

    /// Puts a new picture in the place of the former one, which it gives back. Whoever is in the middle of an answer stays
    /// there: `open` is kept even if it is further down by now.
    pub(super) fn picture(
        &mut self,
        page: Vec<Chat>,
        more: bool,
        open: Option<ChatId>,
        turn: &mut Turn,
    ) -> PerChat<Arc<Chat>> {
        let former = std::mem::take(&mut self.known);
        self.view.picture(&page, more, turn);
        for chat in page {
            self.put(Arc::new(chat), turn);
        }
        if let Some(open) = open.and_then(|open| former.get(open))
            && self.get(open.id).is_none()
        {
            self.put(Arc::clone(open), turn);
        }
        turn.touched.all_chats();
        former
    }

    /// A page of the list. What events have told since is newer than the page.
    pub(super) fn page(&mut self, page: Vec<Chat>, more: bool, turn: &mut Turn) {
        if self.view.page(&page, more, turn) == Page::Former {
            return;
        }
        let seq = |chat: &Chat| chat.last_message.as_ref().map_or(0, |last| last.seq);
        for chat in page {
            let known = self.get(chat.id).map(|known| (seq(known), known.read_by_me));
            // Events have kept it current since.
            if let Some((last, read)) = known.filter(|(last, _)| *last >= seq(&chat)) {
                let is_current = last == seq(&chat) && read == chat.read_by_me;
                self.change(chat.id, turn, |known| {
                    // This no event tells, nor always what is left when a part was read.
                    known.looks_like_operator = chat.looks_like_operator;
                    if is_current {
                        known.unread = chat.unread;
                    }
                });
            } else {
                self.put(Arc::new(chat), turn);
            }
        }
    }

    pub(super) fn gone(&mut self, id: ChatId, turn: &mut Turn) {
        if let Some(chat) = self.known.remove(id) {
            self.view.moved(self.view.rank(&chat), None, turn);
        }
    }

    pub(super) fn clear(&mut self, turn: &mut Turn) {
        self.known.clear();
        self.view.clear(turn);
        turn.touched.all_chats();
    }

    /// The message becomes its chat's last line, unless a page of the list already counted it.
    fn message(&mut self, id: ChatId, message: &Message, live: bool, turn: &mut Turn) {
        let from_customer = message.author == Author::Customer;
        if self.get(id).is_none() {
            // Older than what the list shows: it is on the first page now.
            self.view.ask(Page::First, live, turn);
        }
        self.change(id, turn, |chat| {
            if chat.last_message.as_ref().is_some_and(|last| last.seq >= message.seq) {
                return;
            }
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
        if from_customer {
            let customer = self.get(id).map(|chat| display_name(chat)).unwrap_or_default();
            turn.tell(Told::Message { chat_id: id, customer, preview: preview(&message.body.text) });
        }
    }

    /// `later`: how many of the customer's messages lie behind, if that is known.
    fn read_by_me(&mut self, id: ChatId, up_to: Seq, later: Option<u32>, live: bool, turn: &mut Turn) {
        let mut unsure = false;
        self.change(id, turn, |chat| {
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
            self.view.ask(Page::First, live, turn);
        }
    }

    /// A customer has a name now. Whom it looks like, the server tells with the list.
    fn look_at_name(&mut self, customer: &str, live: bool, turn: &mut Turn) {
        if !customer.is_empty() {
            self.view.ask(Page::First, live, turn);
        }
    }

    /// A chat that is new here, or known anew.
    fn put(&mut self, chat: Arc<Chat>, turn: &mut Turn) {
        let (id, is) = (chat.id, self.view.rank(&chat));
        let was = self.known.set(id, chat);
        self.view.moved(was.and_then(|was| self.view.rank(&was)), is, turn);
        turn.touch_chat(id);
    }

    /// Changes one chat, if it is known here.
    fn change(&mut self, id: ChatId, turn: &mut Turn, change: impl FnOnce(&mut Chat)) {
        let Some(chat) = self.known.get_mut(id) else { return };
        let was = self.view.rank(chat);
        change(Arc::make_mut(chat));
        let is = self.view.rank(chat);
        self.view.moved(was, is, turn);
        turn.touch_chat(id);
    }
}
