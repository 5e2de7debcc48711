//! What the operator sent and the log has not shown yet. A message leaves the outbox when it is seen in the log,
//! by its name; until then it is sent again on every connection, under that name.

use std::sync::Arc;

use chathub_domain::wire::ClientFrame;
use chathub_domain::{Author, ChatId, ClientId, ErrorCode, Event, Seq, Timestamp};

use super::link::asks_token;
use super::staff::Staff;
use super::threads::Thread;
use super::touched::Topic;
use super::turn::Turn;

#[derive(Clone, Debug, Default)]
pub struct Outbox {
    /// In the order of sending.
    pub items: Vec<Arc<Outgoing>>,
    /// Until then nothing is sent, because the last ones were refused, and how often they were in a row.
    resumes: Timestamp,
    refusals: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub chat_id: ChatId,
    pub client_id: ClientId,
    pub text: String,
    /// When the operator sent it.
    pub at: Timestamp,
    pub progress: Progress,
    /// When it was put on a connection for the last time.
    pub(super) posted: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    Sending,
    /// On the server's disk; its event has this position.
    Sent(Seq),
    /// Refused, and why.
    Failed(String),
}

/// Milliseconds without an answer after which a message is sent again on the same connection.
const OVERDUE_MS: i64 = 20_000;

/// The first and the longest pause after a refusal that passes, in milliseconds, doubled each time. Nothing is sent
/// meanwhile, so that nothing overtakes what was refused.
const PAUSE_MS: i64 = 2_000;
const LONGEST_PAUSE_MS: i64 = 30_000;

impl Outgoing {
    fn overdue(&self, now: Timestamp) -> bool {
        self.on_its_way().is_some_and(|posted| posted.plus(OVERDUE_MS) <= now)
    }

    fn on_its_way(&self) -> Option<Timestamp> {
        self.posted.filter(|_| self.progress == Progress::Sending)
    }

    fn frame(&self) -> ClientFrame {
        ClientFrame::Post { chat_id: Some(self.chat_id), client_id: self.client_id, text: self.text.clone() }
    }
}

/// Between half and all of the pause, so that what was refused together does not come again together. Chance is taken
/// from the message's name, which is random.
fn pause(name: ClientId, refusals: u32) -> i64 {
    let round = refusals.min(4);
    let half = (PAUSE_MS << round).min(LONGEST_PAUSE_MS) / 2;
    half + half * i64::from(name.0.as_bytes()[round as usize]) / 255
}

impl Outbox {
    pub(super) fn event(&mut self, event: &Event, staff: &Staff, turn: &mut Turn) {
        // The log shows it.
        if let Event::Message { message, .. } = event
            && let Author::Operator(author) = &message.author
            && staff.is_me(author)
        {
            self.retain(turn, |item| item.client_id != message.client_id);
        }
    }

    pub(in crate::panel) fn push(
        &mut self,
        chat_id: ChatId,
        client_id: ClientId,
        text: String,
        turn: &mut Turn,
    ) {
        let (at, progress) = (turn.now, Progress::Sending);
        self.items.push(Arc::new(Outgoing { chat_id, client_id, text, at, progress, posted: None }));
        touch(turn);
    }

    /// Sends what waits and was not sent on this connection yet.
    pub(super) fn send(&mut self, turn: &mut Turn) {
        if self.holds_back(turn.now) {
            return;
        }
        for item in &mut self.items {
            if item.progress == Progress::Sending && item.posted.is_none() {
                Arc::make_mut(item).posted = Some(turn.now);
                turn.send(item.frame());
            }
        }
    }

    pub(super) fn send_overdue(&mut self, turn: &mut Turn) {
        if let Some(first) = self.items.iter().position(|item| item.overdue(turn.now)) {
            self.take_back(first);
        }
        self.send(turn);
    }

    pub(super) fn unplugged(&mut self) {
        self.take_back(0);
    }

    /// Since when the server owes an answer.
    pub(super) fn first_posted(&self) -> Option<Timestamp> {
        self.items.iter().find_map(|item| item.on_its_way())
    }

    /// The server answers in order: a refusal that names nothing is of this one.
    pub(super) fn first_on_its_way(&self) -> Option<ClientId> {
        self.items.iter().find(|item| item.on_its_way().is_some()).map(|item| item.client_id)
    }

    /// Something is on no disk but perhaps the browser's.
    pub(super) fn has_unsent(&self) -> bool {
        self.items.iter().any(|item| !matches!(item.progress, Progress::Sent(_)))
    }

    #[must_use]
    pub fn has_failed(&self, client_id: ClientId) -> bool {
        let failed = |item: &Outgoing| matches!(item.progress, Progress::Failed(_));
        self.items.iter().any(|item| item.client_id == client_id && failed(item))
    }

    pub(super) fn acked(&mut self, client_id: ClientId, seq: Seq, turn: &mut Turn) {
        self.refusals = 0;
        self.change(client_id, turn, |item| item.progress = Progress::Sent(seq));
    }

    /// Whether messages wait, because the last ones were refused.
    #[must_use]
    pub fn holds_back(&self, now: Timestamp) -> bool {
        now < self.resumes
    }

    /// There is something to send, and its time has come.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        let waits = |item: &Outgoing| item.progress == Progress::Sending && item.posted.is_none();
        !self.holds_back(now) && self.items.iter().any(|item| waits(item) || item.overdue(now))
    }

    /// What may succeed later waits, with all that follow; what never can is not sent. Says whether it waits, and not for
    /// the first time in a row.
    pub(super) fn refused(
        &mut self,
        client_id: ClientId,
        code: ErrorCode,
        why: String,
        turn: &mut Turn,
    ) -> bool {
        // What is on disk is on disk, and what waits was refused along with one before it.
        let refused = |item: &Arc<Outgoing>| item.client_id == client_id && item.on_its_way().is_some();
        let Some(first) = self.items.iter().position(refused) else { return false };
        // On the streamed way each message brings the token, which is renewed by itself.
        let passes = code.is_passing() || asks_token(code);
        if !passes {
            Arc::make_mut(&mut self.items[first]).progress = Progress::Failed(why);
            touch(turn);
            return false;
        }
        self.take_back(first);
        self.resumes = turn.now.plus(pause(client_id, self.refusals));
        self.refusals += 1;
        self.refusals > 1
    }

    /// A refused message waits again.
    pub(in crate::panel) fn retry(&mut self, client_id: ClientId, turn: &mut Turn) {
        self.change(client_id, turn, |item| {
            item.progress = Progress::Sending;
            item.posted = None;
        });
    }

    pub(in crate::panel) fn discard(&mut self, client_id: ClientId, turn: &mut Turn) {
        self.retain(turn, |item| item.client_id != client_id);
    }

    /// Drops what the thread of a chat shows already, or shows to lie before its first message.
    pub(super) fn merge(&mut self, thread: &Thread, staff: &Staff, turn: &mut Turn) {
        let mine = |author: &Author| matches!(author, Author::Operator(operator) if staff.is_me(operator));
        let end = thread.messages.last().map_or(0, |message| message.seq);
        self.retain(turn, |item| {
            if item.chat_id != thread.chat_id {
                return true;
            }
            let shown = thread.messages.newest().any(|m| m.client_id == item.client_id && mine(&m.author));
            let before = matches!(item.progress, Progress::Sent(seq) if seq <= end);
            !shown && !before
        });
    }

    /// After a reset: of the chats whose messages are not shown, what is before it needs no place here.
    pub(super) fn reset(&mut self, open: Option<ChatId>, seq: Seq, turn: &mut Turn) {
        self.retain(turn, |item| {
            Some(item.chat_id) == open || !matches!(item.progress, Progress::Sent(sent) if sent <= seq)
        });
    }

    /// What was stored since a backup is not any more. If it is, the same name makes it the same message.
    pub(super) fn restored(&mut self, turn: &mut Turn) {
        for item in &mut self.items {
            if let Progress::Sent(_) = item.progress {
                Arc::make_mut(item).progress = Progress::Sending;
            }
        }
        touch(turn);
    }

    /// Takes out what is for a chat: the texts of what was not stored.
    pub(super) fn take(&mut self, chat: ChatId, turn: &mut Turn) -> Vec<String> {
        let theirs = self.items.iter().filter(|item| item.chat_id == chat);
        let unsent = theirs.filter(|item| !matches!(item.progress, Progress::Sent(_)));
        let texts = unsent.map(|item| item.text.clone()).collect();
        self.retain(turn, |item| item.chat_id != chat);
        texts
    }

    /// What a former panel had.
    pub(super) fn restore(&mut self, items: impl Iterator<Item = Outgoing>, turn: &mut Turn) {
        self.items.extend(items.map(Arc::new));
        touch(turn);
    }

    pub(super) fn clear(&mut self, turn: &mut Turn) {
        self.items.clear();
        touch(turn);
    }

    /// From this one on all wait to be sent again, so that they stay in order.
    fn take_back(&mut self, first: usize) {
        for item in &mut self.items[first..] {
            if item.posted.is_some() {
                Arc::make_mut(item).posted = None;
            }
        }
    }

    fn retain(&mut self, turn: &mut Turn, stays: impl Fn(&Outgoing) -> bool) {
        let before = self.items.len();
        self.items.retain(|item| stays(item));
        if self.items.len() != before {
            touch(turn);
        }
    }

    fn change(&mut self, client_id: ClientId, turn: &mut Turn, change: impl FnOnce(&mut Outgoing)) {
        if let Some(item) = self.items.iter_mut().find(|item| item.client_id == client_id) {
            change(Arc::make_mut(item));
            touch(turn);
        }
    }
}

fn touch(turn: &mut Turn) {
    turn.touch(Topic::Outbox);
    turn.keep();
}
