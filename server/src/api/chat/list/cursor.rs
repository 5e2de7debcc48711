//! Where a page of chats ended, as a text that means something to nobody else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chathub_domain::{ChatId, MessageId, Timestamp};
use chathub_hub::ports::ChatCursor;
use sha2::{Digest as _, Sha256};

/// What tells a text of ours, and of this list, from any other. Nothing secret: whoever makes one gets to a place in what they may
/// see anyway.
const CHECK: usize = 8;

/// A list that is gone through: what its chats are chosen by, so that no cursor is followed into another one.
pub(crate) struct List(pub String);

impl List {
    /// The place, and which page comes there.
    pub fn cursor(&self, place: ChatCursor, page: u32) -> String {
        let (kind, numbers) = match place {
            ChatCursor::Created { at, id } => (1, vec![at.0, id.0]),
            ChatCursor::Updated { at, id, began } => (2, vec![at.0, id.0, began.0]),
            ChatCursor::Moved { began, ended, id } => (3, vec![began.0, ended.0, id.0]),
        };
        let mut bytes = vec![kind];
        bytes.extend(page.to_be_bytes());
        bytes.extend(numbers.into_iter().flat_map(i64::to_be_bytes));
        bytes.extend(self.check(&bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// `None` for what is no cursor of this list.
    pub fn read(&self, text: &str) -> Option<(ChatCursor, u32)> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (said, check) = bytes.split_at_checked(bytes.len().checked_sub(CHECK)?)?;
        if check != self.check(said) {
            return None;
        }
        let (kind, rest) = said.split_first()?;
        let (page, rest) = rest.split_first_chunk()?;
        let (numbers, []) = rest.as_chunks() else { return None };
        let numbers: Vec<i64> = numbers.iter().map(|number| i64::from_be_bytes(*number)).collect();
        let place = match (*kind, numbers.as_slice()) {
            (1, &[at, id]) => ChatCursor::Created { at: Timestamp(at), id: ChatId(id) },
            (2, &[at, id, began]) => {
                ChatCursor::Updated { at: Timestamp(at), id: ChatId(id), began: MessageId(began) }
            }
            (3, &[began, ended, id]) => {
                ChatCursor::Moved { began: MessageId(began), ended: MessageId(ended), id: ChatId(id) }
            }
            _ => return None,
        };
        Some((place, u32::from_be_bytes(*page)))
    }

    fn check(&self, said: &[u8]) -> [u8; CHECK] {
        let digest = Sha256::new().chain_update(said).chain_update(&self.0).finalize();
        let mut check = [0; CHECK];
        check.copy_from_slice(&digest[..CHECK]);
        check
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursors() -> [ChatCursor; 3] {
        let (at, id) = (Timestamp(1_896_091_200_000), ChatId(7));
        let (began, ended) = (MessageId(40), MessageId(i64::MAX));
        [
            ChatCursor::Created { at, id },
            ChatCursor::Updated { at, id, began },
            ChatCursor::Moved { began, ended, id },
        ]
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let list = List("[]".into());
        for cursor in cursors() {
            let text = list.cursor(cursor, 3);
            assert_eq!(list.read(&text), Some((cursor, 3)), "{text}");
            assert!(text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_'), "{text}");
        }
    }

    #[test]
    fn what_is_broken_or_of_another_list_is_none() {
        let (list, other) = (List("[]".into()), List("[1]".into()));
        for cursor in cursors() {
            let text = list.cursor(cursor, 3);
            assert_eq!(other.read(&text), None);
            assert_eq!(list.read(&format!("{text}A")), None);
            for place in 0..text.len() {
                assert_eq!(list.read(&text[..place]), None, "{place}");
                let mut broken = text.clone().into_bytes();
                broken[place] = if broken[place] == b'A' { b'B' } else { b'A' };
                assert_eq!(list.read(&String::from_utf8(broken).unwrap()), None, "{place}");
            }
        }
        for text in ["", "x", "=", "ä", "AAAAAAAAAAA", &"A".repeat(100_000)] {
            assert_eq!(list.read(text), None, "{text}");
        }
        // Well made, but of no kind that there is.
        for said in [&[9][..], &[1; 5], &[4; 29], &[1; 29], &[1; 22]] {
            let bytes = [said, &list.check(said)].concat();
            assert_eq!(list.read(&URL_SAFE_NO_PAD.encode(bytes)), None, "{said:?}");
        }
    }
}
