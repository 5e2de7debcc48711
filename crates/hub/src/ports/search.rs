//! The port that finds chats: by many marks at once.

use async_trait::async_trait;
use chathub_domain::{Chat, ChatStatus, OperatorId, OrganizationId, OrganizationRef, Source, Timestamp};

use super::PortError;
use super::paging::{ChatCursor, ChatPage};
use crate::folding::{folded, words};
use crate::phone::PhoneSearch;

/// Finding chats.
#[async_trait]
pub trait Search: Send + Sync {
    /// A page of the chats that the filter describes. Whoever follows its cursors to the end meets every chat that fits all the
    /// while: once in the order of creation, and once or twice in the order of updates.
    ///
    /// # Errors
    /// [`PortError::TooBroad`] for a search that takes too long.
    async fn find(&self, filter: &ChatFilter, page: ChatPage) -> Result<FoundPage, PortError>;
}

/// Which chats are wanted. What is `None` or empty does not matter.
#[derive(Clone, Debug, Default)]
pub struct ChatFilter {
    /// The tenant: chats of no other organization are found, counted or told of.
    pub organizations: Vec<OrganizationId>,
    /// Whose unread messages are counted; without one, those that no operator has read.
    pub reader: Option<OperatorId>,
    pub search: Option<SearchText>,
    pub source: Option<Source>,
    /// Created at this time or later.
    pub from: Option<Timestamp>,
    /// Created before this time.
    pub until: Option<Timestamp>,
    pub telegram_user: Option<i64>,
    /// The customer's phone number, or a part of it.
    pub phone: Option<PhoneSearch>,
    pub status: Option<ChatStatus>,
    /// Who has taken it.
    pub operator: Option<OperatorId>,
}

impl ChatFilter {
    /// Whether it is the plain list, however narrow: nothing is looked for in names, numbers or messages.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.search.is_none() && !self.asks_customers()
    }

    /// Whether something must fit that is known of the customer.
    #[must_use]
    pub fn asks_customers(&self) -> bool {
        self.phone.is_some() || self.telegram_user.is_some()
    }
}

/// What somebody typed to find a chat: all of the words, or a phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchText {
    /// Each of them is a part of the customer's name or of a message, as [`folded`] writes them.
    pub words: Vec<String>,
    /// The same text as a phone number, where it can be one: the customer's, or in a message.
    pub phone: Option<PhoneSearch>,
}

/// A chat as it is found, with what a list through several organizations tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundChat {
    pub chat: Chat,
    pub organization: OrganizationRef,
    /// The customer's, as it was given, or empty.
    pub phone: String,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPage {
    pub chats: Vec<FoundChat>,
    /// Chats on all pages.
    pub total: u64,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<ChatCursor>,
}

/// Words of one search: what a person types; more only cost time.
const WORDS: usize = 8;

/// Characters of a word that are looked for: each costs a look into the index, and what follows in a longer one tells
/// hardly anything apart.
const CHARS: usize = 64;

impl SearchText {
    /// `None` when nothing was typed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let beginning = |word: &str| word.chars().take(CHARS).collect();
        let words: Vec<String> = words(&folded(text)).take(WORDS).map(beginning).collect();
        (!words.is_empty()).then(|| Self { words, phone: PhoneSearch::parse(text) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_words_and_perhaps_a_phone_number() {
        for (text, words, phone) in [
            ("  ", None, None),
            ("Red  SHOES", Some(vec!["red", "shoes"]), None),
            ("Привет", Some(vec!["привет"]), None),
            ("(050) 123-45", Some(vec!["(050)", "123-45"]), Some("5012345")),
            ("00371 20", Some(vec!["00371", "20"]), Some("37120")),
            ("12", Some(vec!["12"]), None),
            ("order 123", Some(vec!["order", "123"]), None),
        ] {
            let search = SearchText::parse(text);
            assert_eq!(search.as_ref().map(|search| search.words.clone()), words.map(own), "{text}");
            let phone = phone.map(|part: &str| vec![part.to_owned()]);
            assert_eq!(search.and_then(|search| search.phone).map(|phone| phone.parts), phone, "{text}");
        }
        let long = SearchText::parse(&format!("{}{}", "Ä".repeat(1_000), " b".repeat(1_000))).unwrap();
        assert_eq!((long.words.len(), long.words[0].as_str()), (WORDS, "ä".repeat(CHARS).as_str()));
    }

    fn own(words: Vec<&str>) -> Vec<String> {
        words.into_iter().map(Into::into).collect()
    }
}
