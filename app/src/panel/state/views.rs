//! Which chats a list shows, and in what order.

use chathub_domain::wire::{ChatsBefore, ClientFrame};
use chathub_domain::{Chat, ChatId, Seq};

use super::steps::step;
use super::touched::Topic;
use super::turn::Turn;

/// Which chats belong to a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    All,
}

/// Where a chat stands in a list: by what was said in it last, and no clock's word.
pub(super) type Rank = (Seq, ChatId);

/// What a page of the list was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    Next,
    /// The first one again: a chat that was further down has moved up.
    First,
    /// Nothing any more: a new picture came in between.
    Former,
}

#[derive(Clone, Debug, Default)]
pub struct View {
    filter: Filter,
    /// Newest first.
    order: Vec<Rank>,
    /// There are older chats to ask for.
    pub more: bool,
    /// The last chat of the last page: events and refreshes of the first page do not move it.
    end: Option<ChatsBefore>,
    /// The pages that are under way.
    asked: Vec<Page>,
}

impl View {
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The chat at a place; the newest is at 0.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<ChatId> {
        step(1);
        self.order.get(place).map(|(_, id)| *id)
    }

    /// The chats in their order, newest first.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = ChatId> + ExactSizeIterator {
        step(self.order.len());
        self.order.iter().map(|(_, id)| *id)
    }

    /// Where a chat stands, if it does.
    #[must_use]
    pub fn place(&self, chat: &Chat) -> Option<usize> {
        self.find(self.rank(chat)?).ok()
    }

    /// The next page is being loaded.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        self.asked.contains(&Page::Next)
    }

    /// Asks for the next page.
    pub(in crate::panel) fn load(&mut self, live: bool, turn: &mut Turn) {
        if self.more {
            self.ask(Page::Next, live, turn);
        }
    }

    pub(super) fn ask(&mut self, page: Page, live: bool, turn: &mut Turn) {
        if !live || self.asked.contains(&page) {
            return;
        }
        let before = self.end.filter(|_| page == Page::Next);
        self.asked.push(page);
        turn.touch(Topic::List);
        turn.send(ClientFrame::Chats { before });
    }

    /// Where a chat belongs in this list, if it does. One in which nothing was said is about to get its first message.
    pub(super) fn rank(&self, chat: &Chat) -> Option<Rank> {
        match self.filter {
            Filter::All => Some((chat.last_message.as_ref().map_or(Seq::MAX, |last| last.seq), chat.id)),
        }
    }

    /// A chat that stood at `was` belongs to `is` now.
    pub(super) fn moved(&mut self, was: Option<Rank>, is: Option<Rank>, turn: &mut Turn) {
        if was == is {
            return;
        }
        if let Some(Ok(place)) = was.map(|was| self.find(was)) {
            self.order.remove(place);
        }
        if let Some(is) = is
            && let Err(place) = self.find(is)
        {
            self.order.insert(place, is);
        }
        turn.touch(Topic::List);
    }

    /// A new picture: its first page.
    pub(super) fn picture(&mut self, page: &[Chat], more: bool, turn: &mut Turn) {
        self.order.clear();
        self.end = page.last().map(last_place);
        self.more = more;
        turn.touch(Topic::List);
    }

    /// The page that was asked for first has come: what it was asked for.
    pub(super) fn page(&mut self, page: &[Chat], more: bool, turn: &mut Turn) -> Page {
        turn.touch(Topic::List);
        let asked = if self.asked.is_empty() { Page::First } else { self.asked.remove(0) };
        if asked == Page::Next {
            self.more = more;
            self.end = page.last().map(last_place).or(self.end);
        }
        asked
    }

    pub(super) fn is_waiting(&self) -> bool {
        !self.asked.is_empty()
    }

    /// What was asked for will not come.
    pub(super) fn forget_asked(&mut self, turn: &mut Turn) {
        if !self.asked.is_empty() {
            self.asked.clear();
            turn.touch(Topic::List);
        }
    }

    /// What is under way is not of the picture that has just come.
    pub(super) fn reset(&mut self) {
        self.asked.fill(Page::Former);
    }

    pub(super) fn clear(&mut self, turn: &mut Turn) {
        let asked = std::mem::take(&mut self.asked);
        *self = Self { filter: self.filter, asked, ..Self::default() };
        turn.touch(Topic::List);
    }

    fn find(&self, rank: Rank) -> Result<usize, usize> {
        self.order.binary_search_by(|other| {
            step(1);
            rank.cmp(other)
        })
    }
}

fn last_place(chat: &Chat) -> ChatsBefore {
    ChatsBefore { updated_at: chat.updated_at, id: chat.id }
}
