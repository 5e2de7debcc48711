//! The messages of the chats that were opened, and which one is open.

use chathub_domain::wire::ClientFrame;
use chathub_domain::{Author, ChatId, Event, Message, Seq};

use super::messages::Messages;
use super::touched::Topic;
use super::turn::Turn;

#[derive(Clone, Debug, Default)]
pub struct Threads {
    pub open: Option<ChatId>,
    /// Of the chats opened lately; the last one opened is the last here.
    known: Vec<Thread>,
}

/// What is known of one chat's messages.
#[derive(Clone, Debug)]
pub struct Thread {
    pub chat_id: ChatId,
    pub messages: Messages,
    /// There are older ones.
    pub more: bool,
    pub loading: Option<Loading>,
    /// Pages that were asked for before a new picture came and are still on their way: they are not of it.
    former: usize,
    /// The last request for messages was refused.
    pub failed: bool,
    /// The last messages are here; otherwise what is shown is from before a reset, or nothing.
    pub current: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loading {
    Last,
    Older,
}

/// Threads kept: those of a day's busy hour, some hundred kilobytes.
const THREADS: usize = 24;

impl Thread {
    fn new(chat_id: ChatId) -> Self {
        Self {
            chat_id,
            messages: Messages::default(),
            more: false,
            loading: None,
            former: 0,
            failed: false,
            current: false,
        }
    }

    /// The customer's last message.
    pub(super) fn asked(&self) -> Option<Seq> {
        self.messages.asked()
    }

    /// How many messages of the customer lie behind, if all of these are here.
    pub(super) fn asked_after(&self, seq: Seq) -> Option<u32> {
        let reaches = !self.more || self.messages.first().is_some_and(|first| first.seq <= seq);
        let later = self.messages.newest().take_while(|message| message.seq > seq);
        let asked = later.filter(|message| message.author == Author::Customer);
        reaches.then(|| u32::try_from(asked.count()).unwrap_or(u32::MAX))
    }

    fn ask(&mut self, loading: Loading, before: Option<Seq>, turn: &mut Turn) {
        self.loading = Some(loading);
        self.failed = false;
        turn.touch(Topic::Thread);
        turn.send(ClientFrame::History { chat_id: Some(self.chat_id), before });
    }
}

impl Threads {
    pub(super) fn event(&mut self, event: &Event, turn: &mut Turn) {
        match event {
            Event::Message { chat_id, message } => {
                let is_new = self.get_mut(*chat_id).is_some_and(|thread| thread.messages.push(message));
                if is_new {
                    self.touch(*chat_id, turn);
                }
            }
            Event::StaffChanged { operator, .. } => {
                for thread in &mut self.known {
                    if thread.messages.rename(operator) && Some(thread.chat_id) == self.open {
                        turn.touch(Topic::Thread);
                    }
                }
            }
            _ => {}
        }
    }

    #[must_use]
    pub fn get(&self, chat: ChatId) -> Option<&Thread> {
        self.known.iter().rev().find(|thread| thread.chat_id == chat)
    }

    #[must_use]
    pub fn open_thread(&self) -> Option<&Thread> {
        self.get(self.open?)
    }

    /// Shows the chat, or none, and makes its thread the last one opened. The one not looked at for longest is forgotten.
    pub(in crate::panel) fn show(&mut self, chat: Option<ChatId>, turn: &mut Turn) {
        if let Some(id) = chat {
            let thread = match self.known.iter().position(|thread| thread.chat_id == id) {
                Some(place) => self.known.remove(place),
                None => Thread::new(id),
            };
            if self.known.len() >= THREADS {
                self.known.remove(0);
            }
            self.known.push(thread);
        }
        if self.open != chat {
            for id in [self.open, chat].into_iter().flatten() {
                turn.touch_chat(id);
            }
            self.open = chat;
            for part in [Topic::Open, Topic::Thread, Topic::Outbox, Topic::Draft] {
                turn.touch(part);
            }
            turn.keep();
        }
    }

    /// Asks for the last messages of the open chat, unless they are here or on their way.
    pub fn load(&mut self, turn: &mut Turn) {
        if let Some(thread) = self.open_mut()
            && !thread.current
            && thread.loading.is_none()
        {
            thread.ask(Loading::Last, None, turn);
        }
    }

    /// Asks for the messages before the first one of the open chat.
    pub(in crate::panel) fn load_older(&mut self, turn: &mut Turn) {
        if let Some(thread) = self.open_mut()
            && let Some(first) = thread.messages.first()
            && thread.current
            && thread.more
            && thread.loading.is_none()
        {
            let before = Some(first.seq);
            thread.ask(Loading::Older, before, turn);
        }
    }

    /// A page of messages: the last ones, or the ones before those that are here. Says whether it was of this picture.
    pub(super) fn page(&mut self, chat: ChatId, page: Vec<Message>, more: bool, turn: &mut Turn) -> bool {
        let Some(thread) = self.get_mut(chat) else { return false };
        if thread.former > 0 {
            thread.former -= 1;
            return false;
        }
        if thread.loading == Some(Loading::Older) && thread.current {
            thread.messages.put_before(page);
        } else {
            thread.messages.put(page);
        }
        thread.more = more;
        thread.loading = None;
        thread.failed = false;
        thread.current = true;
        self.touch(chat, turn);
        true
    }

    /// The page that was asked for will not come.
    pub(super) fn refused(&mut self, chat: ChatId, turn: &mut Turn) {
        if let Some(thread) = self.get_mut(chat)
            && thread.loading.take().is_some()
        {
            thread.failed = true;
            self.touch(chat, turn);
        }
    }

    pub(super) fn unplugged(&mut self, turn: &mut Turn) {
        for thread in &mut self.known {
            thread.loading = None;
            thread.former = 0;
        }
        turn.touch(Topic::Thread);
    }

    /// A new picture came: what is shown stays until its own page comes, the other threads are forgotten.
    pub(super) fn reset(&mut self, turn: &mut Turn) {
        let open = self.open;
        self.known.retain(|thread| Some(thread.chat_id) == open);
        for thread in &mut self.known {
            thread.current = false;
            thread.former += usize::from(thread.loading.take().is_some());
        }
        turn.touch(Topic::Thread);
    }

    /// The chats' numbers may be other customers' now.
    pub(super) fn forget_messages(&mut self, turn: &mut Turn) {
        for thread in &mut self.known {
            thread.messages.clear();
        }
        turn.touch(Topic::Thread);
    }

    pub(super) fn gone(&mut self, chat: ChatId, turn: &mut Turn) {
        self.known.retain(|thread| thread.chat_id != chat);
        self.touch(chat, turn);
    }

    pub(super) fn clear(&mut self, turn: &mut Turn) {
        self.known.clear();
        self.show(None, turn);
    }

    fn get_mut(&mut self, chat: ChatId) -> Option<&mut Thread> {
        self.known.iter_mut().rev().find(|thread| thread.chat_id == chat)
    }

    fn open_mut(&mut self) -> Option<&mut Thread> {
        self.get_mut(self.open?)
    }

    fn touch(&self, chat: ChatId, turn: &mut Turn) {
        if self.open == Some(chat) {
            turn.touch(Topic::Thread);
        }
    }
}
