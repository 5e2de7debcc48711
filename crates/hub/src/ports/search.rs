//! What integrators look for in the log: chats by many marks at once.

use chathub_domain::{Chat, ChatStatus, OperatorId, OrganizationId, OrganizationRef, Seq, Source, Timestamp};
use unicode_normalization::UnicodeNormalization;

/// Which chats are wanted. What is `None` or empty does not matter.
#[derive(Clone, Debug, Default)]
pub struct ChatFilter {
    /// The tenant: chats of no other organization are found, counted or told of.
    pub organizations: Vec<OrganizationId>,
    /// Whose unread messages are counted; without one, those that no operator has read.
    pub reader: Option<OperatorId>,
    pub search: Option<Search>,
    pub source: Option<Source>,
    /// Created at this time or later.
    pub from: Option<Timestamp>,
    /// Created before this time.
    pub until: Option<Timestamp>,
    pub telegram_user: Option<i64>,
    /// Digits that the customer's phone number holds, as [`phone_digits`] writes them.
    pub phone: Option<String>,
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
pub struct Search {
    /// Each of them is a part of the customer's name or of a message, as [`folded`] writes them.
    pub words: Vec<String>,
    /// The same text as a phone number, where it can be one.
    pub phone: Option<String>,
}

/// A chat as it is found, with what a list through several organizations tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundChat {
    pub chat: Chat,
    pub organization: OrganizationRef,
    /// The customer's, as it was given, or empty.
    pub phone: String,
}

/// Which part of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// The end of it.
    Last,
    Before(Seq),
    After(Seq),
}

/// Words of one search: what a person types; more only cost time.
const WORDS: usize = 8;

/// Characters of a word that are looked for: each costs a look into the index, and what follows in a longer one tells
/// hardly anything apart.
const CHARS: usize = 64;

/// Digits from which on a text of digits is looked for as a phone number: fewer are in most of them.
const PHONE_DIGITS: usize = 3;

impl Search {
    /// `None` when nothing was typed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let beginning = |word: &str| word.chars().take(CHARS).collect();
        let words: Vec<String> = words(&folded(text)).take(WORDS).map(beginning).collect();
        let is_phone = text.chars().all(|c| c.is_ascii_digit() || " +-().\u{a0}/".contains(c));
        let phone = Some(phone_digits(text)).filter(|digits| is_phone && digits.len() >= PHONE_DIGITS);
        (!words.is_empty()).then_some(Self { words, phone })
    }
}

/// Which [`folded`] this is. An index that was made by another one is made anew.
pub const FOLDING: i64 = 1;

/// A text as it is compared, on both sides of a search: without the differences between ways to write the same
/// letters (Unicode's NFKC) and without case, also where a language has its own (the dotted and the dotless i).
#[must_use]
pub fn folded(text: &str) -> String {
    /// What the lower case of `İ` bears above its `i`.
    const DOT_ABOVE: char = '\u{307}';

    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // By way of the upper case, since `ß`, `ς` and `ı` are in lower case already.
    let lower = text.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let mut before = None;
    let undotted = lower.filter(|c| before.replace(*c) != Some('i') || *c != DOT_ABOVE);
    undotted.nfkc().collect()
}

/// The parts of a text that are searched for: what blanks and controls part.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty())
}

/// A phone number as it is compared: digits alone, without the zeros that stand for “abroad” or “in this country”.
/// The same number with and without its country's code are a part of each other then.
#[must_use]
pub fn phone_digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
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
            let search = Search::parse(text);
            assert_eq!(search.as_ref().map(|search| search.words.clone()), words.map(own), "{text}");
            assert_eq!(search.and_then(|search| search.phone).as_deref(), phone, "{text}");
        }
        let long = Search::parse(&format!("{}{}", "Ä".repeat(1_000), " b".repeat(1_000))).unwrap();
        assert_eq!((long.words.len(), long.words[0].as_str()), (WORDS, "ä".repeat(CHARS).as_str()));
    }

    #[test]
    fn what_is_written_differently_is_folded_to_the_same() {
        for (one, other) in [
            ("Parcel", "pARCEL"),
            ("İade", "iade"),
            ("İade", "i\u{307}ade"),
            ("I\u{307}ade", "iade"),
            ("ISPARTA", "ısparta"),
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"),
            ("caf\u{e9}", "cafe\u{301}"),
            ("J\u{101}nis", "ja\u{304}nis"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
            ("ﬁlter №５", "filter no5"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
            assert_eq!(folded(&folded(one)), folded(one), "{one}");
        }
        assert_ne!(folded("и"), folded("й"), "a letter of its own");
    }

    /// The index holds folded texts: when another version of the tables behind [`folded`] folds a letter otherwise,
    /// what stands there would neither be found nor erased. So then [`FOLDING`] must grow, and with it this number.
    #[test]
    fn another_folding_is_counted() {
        // FNV-1a.
        let mut sum = 0xcbf2_9ce4_8422_2325_u64;
        for c in '\0'..=char::MAX {
            for byte in folded(c.encode_utf8(&mut [0; 4])).bytes().chain([0]) {
                sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        assert_eq!((FOLDING, sum), (1, 9_164_825_801_844_757_808));
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        let stored = phone_digits("+380 (50) 123-45-67");
        for text in ["050 123 45 67", "00380501234567", "380501234567", "+380 50 1234567", "501234567"] {
            assert!(stored.contains(&phone_digits(text)), "{text}");
        }
    }

    fn own(words: Vec<&str>) -> Vec<String> {
        words.into_iter().map(Into::into).collect()
    }
}
