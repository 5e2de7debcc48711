//! The messages of the chats that were opened.

use std::sync::Arc;

use chathub_domain::wire::ClientFrame;
use chathub_domain::{Author, ChatId, Message, OperatorRef};

use super::{Effect, State};

/// What is known of one chat's messages: the last ones, without a hole, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    pub chat_id: ChatId,
    pub messages: Vec<Arc<Message>>,
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

impl Thread {
    /// An operator is called this from now on, also where they have written before.
    pub(super) fn renamed(&mut self, operator: &OperatorRef) {
        for message in &mut self.messages {
            if matches!(&message.author, Author::Operator(author) if author.id == operator.id && author.name != operator.name)
            {
                Arc::make_mut(message).author = Author::Operator(operator.clone());
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loading {
    Last,
    Older,
}

/// Threads kept: those of a day's busy hour, some hundred kilobytes.
const THREADS: usize = 24;

impl State {
    pub(super) fn thread(&self, id: ChatId) -> Option<&Thread> {
        self.threads.iter().find(|thread| thread.chat_id == id)
    }

    pub(super) fn thread_mut(&mut self, id: ChatId) -> Option<&mut Thread> {
        self.threads.iter_mut().find(|thread| thread.chat_id == id)
    }

    /// Makes the thread of the chat the last one opened, and forgets the one not looked at for longest.
    pub(super) fn bring_thread(&mut self, id: ChatId) {
        let thread = match self.threads.iter().position(|thread| thread.chat_id == id) {
            Some(place) => self.threads.remove(place),
            None => Thread {
                chat_id: id,
                messages: Vec::new(),
                more: false,
                loading: None,
                former: 0,
                failed: false,
                current: false,
            },
        };
        if self.threads.len() >= THREADS {
            self.threads.remove(0);
        }
        self.threads.push(thread);
    }

    /// Asks for the last messages of the open chat, unless they are here or on their way.
    pub(super) fn load_open_thread(&mut self, out: &mut Vec<Effect>) {
        let Some(id) = self.open else { return };
        // While the picture has a hole it is not known whose chat this is.
        let live = self.live() && !self.resync;
        let Some(thread) = self.thread_mut(id) else { return };
        if !live || thread.current || thread.loading.is_some() {
            return;
        }
        thread.loading = Some(Loading::Last);
        thread.failed = false;
        out.push(Effect::Send(ClientFrame::History { chat_id: Some(id), before: None }));
    }

    pub(super) fn load_older(&mut self, out: &mut Vec<Effect>) {
        let Some(id) = self.open else { return };
        let live = self.live();
        let Some(thread) = self.thread_mut(id) else { return };
        let Some(first) = thread.messages.first() else { return };
        if !live || !thread.current || !thread.more || thread.loading.is_some() {
            return;
        }
        let before = Some(first.seq);
        thread.loading = Some(Loading::Older);
        thread.failed = false;
        out.push(Effect::Send(ClientFrame::History { chat_id: Some(id), before }));
    }

    /// A page of messages: the last ones, or the ones before those that are here.
    pub(super) fn history(&mut self, id: ChatId, page: Vec<Message>, more: bool) {
        let Some(thread) = self.thread_mut(id) else { return };
        if thread.former > 0 {
            thread.former -= 1;
            return;
        }
        let older = thread.loading == Some(Loading::Older) && thread.current;
        if !older {
            // What came as an event since the page was read stays; all the rest is in the page, or lies before it.
            let end = page.last().map_or(0, |last| last.seq);
            thread.messages.retain(|message| message.seq > end);
        }
        for message in page.into_iter().rev() {
            if thread.messages.first().is_none_or(|first| message.seq < first.seq) {
                thread.messages.insert(0, Arc::new(message));
            }
        }
        thread.more = more;
        thread.loading = None;
        thread.failed = false;
        thread.current = true;
        self.merge_outbox(id);
    }

    /// A message of the log, at the end of its thread.
    pub(super) fn thread_message(&mut self, id: ChatId, message: &Message) {
        if let Some(thread) = self.thread_mut(id)
            && thread.messages.last().is_none_or(|last| last.seq < message.seq)
        {
            thread.messages.push(Arc::new(message.clone()));
        }
    }

    pub(super) fn threads_lost(&mut self) {
        for thread in &mut self.threads {
            thread.loading = None;
            thread.former = 0;
        }
    }

    /// A new picture came: what is shown stays until its own page comes, the other threads are forgotten.
    pub(super) fn threads_reset(&mut self) {
        let open = self.open;
        self.threads.retain(|thread| Some(thread.chat_id) == open);
        for thread in &mut self.threads {
            thread.current = false;
            thread.former += usize::from(thread.loading.take().is_some());
        }
    }

    /// Tells that the open chat has been read, once for each advance, while the operator sees it.
    pub(super) fn send_receipt(&mut self, out: &mut Vec<Effect>) {
        if !self.live() || !self.visible || self.resync {
            return;
        }
        let Some(chat) = self.open_chat() else { return };
        let Some(thread) = self.open_thread().filter(|thread| thread.current) else { return };
        let last = thread.messages.iter().rev().find(|message| message.author == Author::Customer);
        let Some(seq) = last.map(|message| message.seq) else { return };
        let id = chat.id;
        if seq <= chat.read_by_me || self.read_sent.get(id).is_some_and(|sent| *sent >= seq) {
            return;
        }
        self.read_sent.set(id, seq);
        out.push(Effect::Send(ClientFrame::Read { chat_id: Some(id), seq }));
    }
}
