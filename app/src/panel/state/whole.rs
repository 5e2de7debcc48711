//! The parts of the state, and what is asked of several of them.

use std::sync::Arc;

use chathub_domain::limits::MESSAGE_CHARS;
use chathub_domain::wire::Snapshot;
use chathub_domain::{Chat, ChatId, ChatStatus, Cursor, OperatorId, Timestamp};

use super::chats::Chats;
use super::drafts::Drafts;
use super::link::Linked;
use super::notices::Notices;
use super::outbox::Outbox;
use super::per_chat::PerChat;
use super::picture::Picture;
use super::receipts::Receipts;
use super::staff::Staff;
use super::stranded::Stranded;
use super::threads::{Thread, Threads};
use super::touched::Touched;
use super::turn::Turn;
use super::typing::Typing;
use super::unread::Unread;
use super::upgrade::Upgrade;
use super::wishes::Wishes;
use crate::panel::props::PanelProps;
use crate::texts::{PanelTexts, Texts};

#[derive(Clone, Debug)]
pub struct State {
    pub link: Linked,
    pub picture: Picture,
    pub staff: Staff,
    pub chats: Chats,
    pub threads: Threads,
    pub outbox: Outbox,
    pub drafts: Drafts,
    pub stranded: Stranded,
    pub typing: Typing,
    pub wishes: Wishes,
    pub notices: Notices,
    pub unread: Unread,
    pub receipts: Receipts,
    pub upgrade: Upgrade,
    /// What is told is told in the operator's language.
    pub texts: Texts,
    /// What has changed since it was asked for last.
    pub(super) touched: Touched,
}

impl State {
    #[must_use]
    pub fn new(props: PanelProps) -> Self {
        let mut state = Self {
            link: Linked::new(props.token, props.expires_at),
            picture: Picture { cursor: props.cursor, broken: false },
            staff: Staff { me: props.me, operators: Vec::new() },
            chats: Chats::default(),
            threads: Threads::default(),
            outbox: Outbox::default(),
            drafts: Drafts::default(),
            stranded: Stranded::default(),
            typing: Typing::default(),
            wishes: Wishes::default(),
            notices: Notices::default(),
            unread: Unread::default(),
            receipts: Receipts::default(),
            upgrade: Upgrade::new(props.build),
            texts: props.texts,
            touched: Touched::default(),
        };
        state.show(props.snapshot, &mut Turn::at(Timestamp(0)));
        state
    }

    /// What has changed since this was asked for last.
    pub fn touched(&mut self) -> Touched {
        std::mem::take(&mut self.touched)
    }

    /// Where the stream is to go on; the streamed fallback asks for it, as `hello` does.
    #[must_use]
    pub fn resume_from(&self) -> Option<Cursor> {
        self.picture.resume_from()
    }

    #[must_use]
    pub fn token(&self) -> &str {
        self.link.token()
    }

    /// Nothing can go on without a fresh token.
    #[must_use]
    pub fn needs_token(&self) -> bool {
        self.link.is.needs_token()
    }

    #[must_use]
    pub fn chat(&self, id: ChatId) -> Option<&Arc<Chat>> {
        self.chats.get(id)
    }

    #[must_use]
    pub fn open_chat(&self) -> Option<&Arc<Chat>> {
        self.chat(self.threads.open?)
    }

    #[must_use]
    pub fn open_thread(&self) -> Option<&Thread> {
        self.threads.open_thread()
    }

    /// The status to show: the one chosen here, or the confirmed one.
    #[must_use]
    pub fn shown_status(&self, chat: &Chat) -> ChatStatus {
        self.wishes.shown_status(chat)
    }

    /// The operator to show as the one who has the chat.
    #[must_use]
    pub fn shown_operator(&self, chat: &Chat) -> Option<OperatorId> {
        self.wishes.shown_operator(chat)
    }

    /// The customers' messages that wait to be read, also in chats that are not known here.
    #[must_use]
    pub fn unread(&self) -> u32 {
        self.unread.count()
    }

    #[must_use]
    pub fn visible(&self) -> bool {
        self.receipts.visible
    }

    /// Something that was written is on no disk but perhaps the browser's.
    #[must_use]
    pub fn unsent(&self) -> bool {
        !self.stranded.text.is_empty() || self.outbox.has_unsent()
    }

    /// Whether messages wait, because the last ones were refused.
    #[must_use]
    pub fn holds_back(&self, now: Timestamp) -> bool {
        self.outbox.holds_back(now)
    }

    /// The open chat's draft.
    #[must_use]
    pub fn draft_text(&self) -> &str {
        self.threads.open.and_then(|id| self.drafts.get(id)).map_or("", String::as_str)
    }

    /// The draft is a message: not blank, not too long.
    #[must_use]
    pub fn can_send(&self) -> bool {
        let text = self.draft_text().trim();
        !text.is_empty() && text.chars().count() <= MESSAGE_CHARS
    }

    /// The server listens, and the numbers here mean what they mean there.
    pub(super) fn in_step(&self) -> bool {
        self.link.is_live() && !self.picture.broken
    }

    pub(in crate::panel) fn open(&mut self, id: ChatId, turn: &mut Turn) {
        if self.chat(id).is_some() {
            self.threads.show(Some(id), turn);
            self.load_thread(turn);
        }
    }

    /// Asks for the messages of the open chat. While the picture has a hole it is not known whose chat that is.
    pub(in crate::panel) fn load_thread(&mut self, turn: &mut Turn) {
        if self.in_step() {
            self.threads.load(turn);
        }
    }

    pub(in crate::panel) fn send_outbox(&mut self, turn: &mut Turn) {
        if self.in_step() {
            self.outbox.send(turn);
        }
    }

    /// Puts a new picture in the place of the former one, whose chats it gives back.
    pub(super) fn show(&mut self, snapshot: Snapshot, turn: &mut Turn) -> PerChat<Arc<Chat>> {
        self.unread.set(snapshot.unread, turn);
        self.staff.picture(snapshot.operators, turn);
        self.chats.picture(snapshot.chats, snapshot.more, self.threads.open, turn)
    }

    /// The chat is gone. What was meant for it stays in sight.
    pub(super) fn gone(&mut self, id: ChatId, turn: &mut Turn) {
        self.strand(id, turn);
        if self.threads.open == Some(id) {
            self.threads.show(None, turn);
            self.notices.show(self.texts.erased(), turn);
        }
        self.chats.gone(id, turn);
        self.threads.gone(id, turn);
        self.typing.gone(id, turn);
        self.wishes.drop(id, turn);
    }

    /// Keeps what was written for a chat in sight, where it can be copied.
    pub(super) fn strand(&mut self, id: ChatId, turn: &mut Turn) {
        let mut texts = self.outbox.take(id, turn);
        texts.extend(self.drafts.take(id, turn));
        for text in texts {
            self.stranded.add(&text, turn);
        }
    }

    /// What is written for any chat that is not one of those told apart by `same`.
    pub(super) fn strand_unless(&mut self, same: impl Fn(ChatId) -> bool, turn: &mut Turn) {
        let written = self.outbox.items.iter().map(|item| item.chat_id);
        let chats: Vec<ChatId> = written.chain(self.drafts.iter().map(|(id, _)| id)).collect();
        for id in chats {
            if !same(id) {
                self.strand(id, turn);
            }
        }
    }
}
