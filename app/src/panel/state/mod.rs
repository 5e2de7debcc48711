//! What a panel knows and how it changes: one state, one pure function.
//!
//! [`State::apply`] takes what happened (a frame, something the operator did, a change of the connection, a tick
//! with the time) and answers with what is to be done about it. No socket, no clock, no web type: the driver
//! has those, and the tests here need no browser.

mod actions;
mod block;
mod chats;
mod frames;
mod input;
mod keep;
mod link;
mod outbox;
mod per_chat;
mod stranded;
mod threads;
mod upgrade;

use std::sync::Arc;

use chathub_domain::wire::{ChatsBefore, Me};
use chathub_domain::{Chat, ChatId, ChatStatus, Cursor, OperatorId, OperatorRef, Seq, Timestamp};

pub use chats::display_name;
pub use input::{Action, Effect, Input, Told};
pub use link::{Link, TOKEN_EXPIRING_MS, asks_token};
pub use outbox::{Outgoing, Progress};
pub use per_chat::PerChat;
pub use threads::{Loading, Thread};

use chats::Page;

use super::props::PanelProps;

/// The picture that the views show. Chats and messages are shared, so that a slice of it is cheap to take and to
/// compare.
#[derive(Clone, Debug)]
pub struct State {
    pub me: Me,
    pub operators: Vec<OperatorRef>,
    /// Newest first.
    pub chats: Vec<Arc<Chat>>,
    /// There are older chats to ask for.
    pub more_chats: bool,
    /// The customers' messages that wait to be read, in all chats of the organization: the server counts.
    unread: u32,
    /// The last chat of the last page: events and refreshes of the first page do not move it.
    list_end: Option<ChatsBefore>,
    pub open: Option<ChatId>,
    /// The messages of the chats opened lately; the last one opened is the last here.
    threads: Vec<Thread>,
    /// What was sent and has not come back as an event yet, in the order of sending.
    pub outbox: Vec<Arc<Outgoing>>,
    /// Until then nothing is sent, because the last ones were refused, and how often they were in a row.
    outbox_resumes: Timestamp,
    refusals: u32,
    pub drafts: PerChat<String>,
    /// What was written for chats that are gone, until the operator lets it go.
    pub stranded: String,
    pub typing: Vec<Typist>,
    /// Chosen here, not confirmed yet.
    status_wishes: PerChat<ChatStatus>,
    operator_wishes: PerChat<Option<OperatorId>>,
    /// The last refusal that belongs to no message.
    pub notice: Option<Notice>,
    pub link: Link,
    /// The server has another build than this panel, and now is a good time to go over to it.
    pub offers_upgrade: bool,

    /// When this connection was welcomed, and how many in a row were none that lasted.
    welcomed_at: Option<Timestamp>,
    tries: u32,
    /// When the server was last heard, and whether it was asked for a sign of life since.
    heard: Timestamp,
    probed: bool,
    build: String,
    newer_build: bool,
    /// When the operator last wrote something.
    wrote: Option<Timestamp>,
    token: String,
    expires_at: Option<Timestamp>,
    /// When a fresh token was asked for the last time, since the last one came.
    token_asked: Option<Timestamp>,
    cursor: Cursor,
    /// The picture has a hole: events mean nothing until a reset.
    resync: bool,
    /// The operator can see the panel.
    visible: bool,
    /// How far `read` was sent on this connection.
    read_sent: PerChat<Seq>,
    typing_sent: Option<(ChatId, Timestamp)>,
    /// The `chats` requests that are under way.
    pages_asked: Vec<Page>,
    unread_told: u32,
}

/// Who is writing where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typist {
    pub chat_id: ChatId,
    /// Absent when it is the customer.
    pub operator: Option<OperatorRef>,
    until: Timestamp,
}

/// A sentence that goes away by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    until: Timestamp,
}

/// Milliseconds a notice stays: two slow readings of a sentence.
const NOTICE_MS: i64 = 8_000;

impl State {
    #[must_use]
    pub fn new(props: PanelProps) -> Self {
        let mut state = Self {
            me: props.me,
            operators: Vec::new(),
            chats: Vec::new(),
            more_chats: false,
            unread: 0,
            list_end: None,
            open: None,
            threads: Vec::new(),
            outbox: Vec::new(),
            outbox_resumes: Timestamp(0),
            refusals: 0,
            drafts: PerChat::default(),
            stranded: String::new(),
            typing: Vec::new(),
            status_wishes: PerChat::default(),
            operator_wishes: PerChat::default(),
            notice: None,
            link: Link::Connecting { again: false },
            offers_upgrade: false,
            welcomed_at: None,
            tries: 0,
            heard: Timestamp(0),
            probed: false,
            build: props.build,
            newer_build: false,
            wrote: None,
            token: props.token,
            expires_at: Some(props.expires_at),
            token_asked: None,
            cursor: props.cursor,
            resync: false,
            visible: false,
            read_sent: PerChat::default(),
            typing_sent: None,
            pages_asked: Vec::new(),
            unread_told: 0,
        };
        state.picture(props.snapshot);
        state
    }

    /// Takes in what happened at `now` and says what to do, in this order.
    pub fn apply(&mut self, input: Input, now: Timestamp) -> Vec<Effect> {
        let mut out = Vec::new();
        match input {
            Input::Connecting => self.connecting(),
            Input::Opened => out.push(Effect::Send(self.hello())),
            Input::Frame(frame) => {
                (self.heard, self.probed) = (now, false);
                self.frame(frame, now, &mut out);
            }
            Input::Lost => self.lost(now, &mut out),
            Input::Act(action) => self.act(action, now, &mut out),
            Input::Kept(text) => self.restore(&text, &mut out),
            Input::Token { token, expires_at } => self.fresh_token(token, expires_at, &mut out),
            Input::Visible(visible) => self.visible = visible,
            Input::Tick => self.tick(now, &mut out),
        }
        self.send_receipt(&mut out);
        self.look_for_upgrade(now);
        let unread = self.unread();
        if unread != self.unread_told {
            self.unread_told = unread;
            out.push(Effect::Tell(Told::Unread(unread)));
        }
        out
    }

    /// Whether a tick at `now` would do anything: most don't, and then nothing needs to be looked at again.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> bool {
        self.typing.iter().any(|typist| typist.until <= now)
            || self.notice.as_ref().is_some_and(|notice| notice.until <= now)
            || self.token_due(now)
            || self.upgrade_due(now)
            || (self.live() && (self.outbox_due(now) || self.probe_due(now)))
    }

    /// Where the stream is to go on; the streamed fallback asks for it, as `hello` does.
    #[must_use]
    pub fn resume_from(&self) -> Option<Cursor> {
        (!self.resync).then_some(self.cursor)
    }

    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    #[must_use]
    pub fn chat(&self, id: ChatId) -> Option<&Arc<Chat>> {
        self.chats.iter().find(|chat| chat.id == id)
    }

    #[must_use]
    pub fn open_chat(&self) -> Option<&Arc<Chat>> {
        self.chat(self.open?)
    }

    #[must_use]
    pub fn open_thread(&self) -> Option<&Thread> {
        self.thread(self.open?)
    }

    /// The status to show: the one chosen here, or the confirmed one.
    #[must_use]
    pub fn shown_status(&self, chat: &Chat) -> ChatStatus {
        self.status_wishes.get(chat.id).copied().unwrap_or(chat.status)
    }

    /// The operator to show as the one who has the chat.
    #[must_use]
    pub fn shown_operator(&self, chat: &Chat) -> Option<OperatorId> {
        let confirmed = chat.operator.as_ref().map(|operator| operator.id);
        self.operator_wishes.get(chat.id).copied().unwrap_or(confirmed)
    }

    /// The customers' messages that wait to be read, also in chats that are not known here.
    #[must_use]
    pub fn unread(&self) -> u32 {
        self.unread
    }

    /// Nothing can go on without a fresh token.
    #[must_use]
    pub fn needs_token(&self) -> bool {
        self.link.needs_token()
    }

    pub fn visible(&self) -> bool {
        self.visible
    }

    fn tick(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        self.typing.retain(|typist| typist.until > now);
        if self.notice.as_ref().is_some_and(|notice| notice.until <= now) {
            self.notice = None;
        }
        if self.token_due(now) {
            self.ask_token(now, out);
        }
        if self.live() {
            self.send_overdue(now, out);
            self.probe(now, out);
        }
    }

    fn live(&self) -> bool {
        self.link == Link::Live
    }

    fn is_me(&self, operator: &OperatorRef) -> bool {
        operator.id == self.me.operator.id
    }
}

#[cfg(test)]
mod tests;
