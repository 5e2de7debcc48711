//! What of the state has changed: the views look at no more than that again.

use chathub_domain::ChatId;

/// What a view can depend on, besides single chats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Link,
    /// Which chat is open. Its thread, its draft and what waits in it are others then, too.
    Open,
    /// Which chats the list shows, in what order, and whether there are more.
    List,
    Unread,
    /// The messages of the open chat.
    Thread,
    Outbox,
    /// What is written in the open chat.
    Draft,
    /// This operator and their colleagues.
    Staff,
    Notice,
    Stranded,
    Upgrade,
}

impl Topic {
    pub const ALL: [Self; 11] = [
        Self::Link,
        Self::Open,
        Self::List,
        Self::Unread,
        Self::Thread,
        Self::Outbox,
        Self::Draft,
        Self::Staff,
        Self::Notice,
        Self::Stranded,
        Self::Upgrade,
    ];

    fn bit(self) -> u16 {
        1 << self as u16
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    topics: u16,
    chats: Vec<ChatId>,
    every_chat: bool,
    kept: bool,
}

impl Touched {
    #[must_use]
    pub fn has(&self, topic: Topic) -> bool {
        self.topics & topic.bit() != 0
    }

    /// The chats whose rows show something else now.
    #[must_use]
    pub fn chats(&self) -> &[ChatId] {
        &self.chats
    }

    /// There is a new picture of all of them.
    #[must_use]
    pub fn every_chat(&self) -> bool {
        self.every_chat
    }

    /// What outlives the panel is something else now.
    #[must_use]
    pub fn kept(&self) -> bool {
        self.kept
    }

    pub(super) fn topic(&mut self, topic: Topic) {
        self.topics |= topic.bit();
    }

    pub(super) fn chat(&mut self, id: ChatId) {
        if !self.every_chat && !self.chats.contains(&id) {
            self.chats.push(id);
        }
    }

    pub(super) fn all_chats(&mut self) {
        self.every_chat = true;
        self.chats.clear();
    }

    pub(super) fn keep(&mut self) {
        self.kept = true;
    }
}
