//! What the operator sent and the log has not shown yet. A message leaves the outbox when it is seen in the log,
//! by its name; until then it is sent again on every connection, under that name.

use std::sync::Arc;

use chathub_domain::wire::ClientFrame;
use chathub_domain::{Author, ChatId, ClientId, ErrorCode, Message, Seq, Timestamp};

use super::link::asks_token;
use super::{Effect, State};

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

/// Said from the second refusal in a row on: the first is over before anybody has read it.
const LATER: &str = "The server can't take messages at the moment. Yours will be sent as soon as it can.";

impl Outgoing {
    pub(super) fn overdue(&self, now: Timestamp) -> bool {
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

impl State {
    pub(super) fn outgoing(&mut self, chat_id: ChatId, client_id: ClientId, text: String, now: Timestamp) {
        self.outbox.push(Arc::new(Outgoing {
            chat_id,
            client_id,
            text,
            at: now,
            progress: Progress::Sending,
            posted: None,
        }));
    }

    /// Sends what waits and was not sent on this connection yet. While the picture has a hole it is not known whose
    /// chats the numbers are.
    pub(super) fn send_outbox(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        if !self.live() || self.resync || self.holds_back(now) {
            return;
        }
        for item in &mut self.outbox {
            if item.progress == Progress::Sending && item.posted.is_none() {
                Arc::make_mut(item).posted = Some(now);
                out.push(Effect::Send(item.frame()));
            }
        }
    }

    pub(super) fn send_overdue(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        if let Some(first) = self.outbox.iter().position(|item| item.overdue(now)) {
            self.take_back(first);
        }
        self.send_outbox(now, out);
    }

    /// From this one on all wait to be sent again, so that they stay in order.
    pub(super) fn take_back(&mut self, first: usize) {
        for item in &mut self.outbox[first..] {
            if item.posted.is_some() {
                Arc::make_mut(item).posted = None;
            }
        }
    }

    /// Since when the server owes an answer.
    pub(super) fn first_posted(&self) -> Option<Timestamp> {
        self.outbox.iter().find_map(|item| item.on_its_way())
    }

    /// The server answers in order: a refusal that names nothing is of this one.
    pub(super) fn first_on_its_way(&self) -> Option<ClientId> {
        self.outbox.iter().find(|item| item.on_its_way().is_some()).map(|item| item.client_id)
    }

    /// Something that was written is on no disk but perhaps the browser's.
    #[must_use]
    pub fn unsent(&self) -> bool {
        !self.stranded.is_empty()
            || self.outbox.iter().any(|item| !matches!(item.progress, Progress::Sent(_)))
    }

    pub(super) fn acked(&mut self, client_id: ClientId, seq: Seq) {
        self.refusals = 0;
        self.progress(client_id, |progress| *progress = Progress::Sent(seq));
    }

    /// Whether messages wait, because the last ones were refused.
    #[must_use]
    pub fn holds_back(&self, now: Timestamp) -> bool {
        now < self.outbox_resumes
    }

    /// There is something to send, and its time has come.
    pub(super) fn outbox_due(&self, now: Timestamp) -> bool {
        let waits = |item: &Outgoing| item.progress == Progress::Sending && item.posted.is_none();
        !self.resync
            && !self.holds_back(now)
            && self.outbox.iter().any(|item| waits(item) || item.overdue(now))
    }

    /// What may succeed later waits, with all that follow; what never can is not sent.
    pub(super) fn refused(&mut self, client_id: ClientId, code: ErrorCode, detail: String, now: Timestamp) {
        // What is on disk is on disk, and what waits was refused along with one before it.
        let refused = |item: &Arc<Outgoing>| item.client_id == client_id && item.on_its_way().is_some();
        let Some(first) = self.outbox.iter().position(refused) else { return };
        // On the streamed way each message brings the token, which is renewed by itself.
        let passes = code.is_passing() || asks_token(code);
        if !passes {
            Arc::make_mut(&mut self.outbox[first]).progress = Progress::Failed(detail);
            return;
        }
        self.take_back(first);
        if self.refusals > 0 {
            self.notify(LATER.into(), now);
        }
        self.outbox_resumes = now.plus(pause(client_id, self.refusals));
        self.refusals += 1;
    }

    pub(super) fn retry(&mut self, client_id: ClientId, now: Timestamp, out: &mut Vec<Effect>) {
        if let Some(item) = self.outbox.iter_mut().find(|item| item.client_id == client_id)
            && matches!(item.progress, Progress::Failed(_))
        {
            let item = Arc::make_mut(item);
            item.progress = Progress::Sending;
            item.posted = None;
            self.send_outbox(now, out);
        }
    }

    /// Gives up a refused message; one that may have arrived can't be given up.
    pub(super) fn discard(&mut self, client_id: ClientId) {
        self.outbox
            .retain(|item| item.client_id != client_id || !matches!(item.progress, Progress::Failed(_)));
    }

    /// The log shows it.
    pub(super) fn logged(&mut self, message: &Message) {
        if let Author::Operator(author) = &message.author
            && self.is_me(author)
        {
            self.outbox.retain(|item| item.client_id != message.client_id);
        }
    }

    /// Drops what the thread of a chat shows already, or shows to lie before its first message.
    pub(super) fn merge_outbox(&mut self, chat: ChatId) {
        let me = self.me.operator.id;
        let Some(thread) = self.threads.iter().find(|thread| thread.chat_id == chat) else { return };
        let end = thread.messages.last().map_or(0, |message| message.seq);
        self.outbox.retain(|item| {
            if item.chat_id != chat {
                return true;
            }
            let mine = |author: &Author| matches!(author, Author::Operator(operator) if operator.id == me);
            let shown = thread.messages.iter().any(|m| m.client_id == item.client_id && mine(&m.author));
            let before = matches!(item.progress, Progress::Sent(seq) if seq <= end);
            !shown && !before
        });
    }

    /// After a reset: of the chats whose messages are not shown, what is before it needs no place here.
    pub(super) fn outbox_reset(&mut self) {
        let (open, seq) = (self.open, self.cursor.seq);
        self.outbox.retain(|item| {
            Some(item.chat_id) == open || !matches!(item.progress, Progress::Sent(sent) if sent <= seq)
        });
    }

    fn progress(&mut self, client_id: ClientId, change: impl FnOnce(&mut Progress)) {
        if let Some(item) = self.outbox.iter_mut().find(|item| item.client_id == client_id) {
            change(&mut Arc::make_mut(item).progress);
        }
    }
}
