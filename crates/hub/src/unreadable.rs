//! JSON that is whole and yet can't be read, because of half of a character (`"\ud800"`): JSON can write it, no text holds
//! it, and some programs send it when they cut a text. Whoever sent it is told in which field it was, and of which message.

use std::borrow::Cow;
use std::fmt::Write;

use chathub_domain::{ChatId, ClientId};
use serde::Deserialize;
use serde_json::{Value, from_str};

/// Stands where half of a character was: one that no text holds either (a noncharacter of Unicode).
const HALF: char = '\u{fdd0}';

/// The JSON pointer of the first text with half of a character; none where there is none.
#[must_use]
pub fn pointer(text: &str) -> Option<String> {
    let mut pointer = String::new();
    holds_half(&from_str(&mended(text, HALF)?).ok()?, &mut pointer).then_some(pointer)
}

/// JSON of somebody who can't be told, as it can be read: with a replacement character for each half.
#[must_use]
pub fn whole(text: &str) -> Cow<'_, str> {
    mended(text, char::REPLACEMENT_CHARACTER).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// What a frame that can't be read is about, as far as that can be read.
pub(crate) fn subject(text: &str) -> (Option<ClientId>, Option<ChatId>) {
    let frame: Value = from_str(mended(text, HALF).as_deref().unwrap_or(text)).unwrap_or_default();
    (ClientId::deserialize(&frame["client_id"]).ok(), ChatId::deserialize(&frame["chat_id"]).ok())
}

/// The text with this character for each half; none where there is no half.
fn mended(text: &str, whole: char) -> Option<String> {
    let (mut mended, mut rest) = (String::new(), text);
    // In JSON a backslash is nowhere but in a string, and never its last character.
    while let Some(place) = rest.find('\\') {
        let escape = &rest[place..];
        let length = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                mended.push_str(&rest[..place]);
                mended.push(whole);
                rest = &escape[6..];
                continue;
            }
            _ => 1 + escape.chars().nth(1).map_or(0, char::len_utf8),
        };
        mended.push_str(&rest[..place + length]);
        rest = &escape[length..];
    }
    mended.push_str(rest);
    // A character is shorter than what stood for its half.
    (mended.len() < text.len()).then_some(mended)
}

/// The number in `\uXXXX` at the beginning of a text.
fn unit(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// Looks for half of a character, and leads `pointer` (RFC 6901) to it. No deeper than the parser goes.
fn holds_half(value: &Value, pointer: &mut String) -> bool {
    let here = pointer.len();
    let mut step = |name: &dyn std::fmt::Display, part: &Value| {
        // Writing to a string can't fail.
        let _ = write!(pointer, "/{name}");
        let found = holds_half(part, pointer);
        if !found {
            pointer.truncate(here);
        }
        found
    };
    match value {
        Value::String(text) => text.contains(HALF),
        Value::Array(items) => items.iter().enumerate().any(|(index, item)| step(&index, item)),
        Value::Object(fields) => fields.iter().any(|(name, part)| step(name, part)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_at_fault_is_found() {
        for (text, expected) in [
            (r#"{"a":"fine","text":"\ud800"}"#, Some("/text")),
            (r#"[{"name":"a"},{"name":"a\\\udc00!"}]"#, Some("/1/name")),
            (r#"{"a":{"b":["\ud83d\ud83d\ude00"]}}"#, Some("/a/b/0")),
            (r#"{"a":"\ud83d\ude00 \\ud800 \" \u00e9"}"#, None),
            (r#""\uD800""#, Some("")),
            (r#"{"a":"\ud800"#, None),
            ("{", None),
            ("\\", None),
            ("\\é", None),
            ("", None),
        ] {
            assert_eq!(pointer(text).as_deref(), expected, "{text}");
        }
        assert_eq!(
            whole(r#"["\ud83d","\ud83d\ude00 \\ud83d"]"#),
            "[\"\u{fffd}\",\"\\ud83d\\ude00 \\\\ud83d\"]"
        );
        assert_eq!(whole("{"), "{");
        let id = "018f4e1c-5b7e-7c3a-9d2e-000000000001";
        let frame = format!(r#"{{"type":"post","chat_id":5,"client_id":"{id}","text":"\ud800"}}"#);
        assert_eq!(subject(&frame), (Some(ClientId(id.parse().unwrap())), Some(ChatId(5))));
        assert_eq!(subject(&frame.replace(r#""\ud800""#, "5")), subject(&frame));
        assert_eq!(subject("{"), (None, None));
    }
}
