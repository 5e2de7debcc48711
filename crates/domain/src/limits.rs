//! The numbers that both sides of the wire must agree on, each with its unit and its reason.

/// Characters in one message. What the published API's operators paste (terms, orders) stays under it; a longer
/// text is a document and should be sent as one.
pub const MESSAGE_CHARS: usize = 8_000;

/// Characters of a chat's last line in a list: two lines of the widest list.
pub const PREVIEW_CHARS: usize = 160;

/// Characters in the name of a company, an organization or an operator.
pub const NAME_CHARS: usize = 200;

/// Bytes of one frame from a client: a message of four-byte characters, each escaped by JSON, and room for the
/// frame around it.
pub const FRAME_BYTES: usize = 128 * 1024;

/// Chats in a snapshot or a page of the list.
pub const CHATS_PAGE: usize = 50;

/// Messages in a page of history.
pub const HISTORY_PAGE: usize = 50;

/// Bytes of the texts in one frame to a client, as JSON writes them ([`json_bytes`]): one message of the longest is 48 KB at
/// the most, and a phone on a slow line takes this much in a few seconds. With what stands around the texts, a frame
/// stays below 256 KiB.
pub const PAGE_BYTES: usize = 64 * 1024;

/// Operators in a snapshot or a page of them: names of the greatest length, 100 of them, are 80 KB.
pub const OPERATORS_PAGE: usize = 100;

/// Events replayed to a returning subscriber; one further behind gets a snapshot, which is smaller by then.
pub const REPLAY_EVENTS: usize = 1_000;

/// Bytes of events replayed to a returning subscriber, after which a snapshot is smaller by far.
pub const REPLAY_BYTES: usize = 1024 * 1024;

/// Milliseconds between heartbeats, on both sides: under the 30 s after which common proxies cut an idle
/// connection.
pub const HEARTBEAT_MS: u32 = 25_000;

/// Milliseconds of silence after which a connection counts as lost: two heartbeats and a slow network.
pub const SILENCE_MS: u32 = 60_000;

/// Milliseconds after which a typing signal has faded if it was not renewed.
pub const TYPING_FADES_MS: u32 = 5_000;

/// Milliseconds between two typing signals of one sender in one chat; more are dropped.
pub const TYPING_EVERY_MS: u32 = 2_000;

/// Milliseconds that an operator token may live at most.
pub const OPERATOR_TOKEN_MS: i64 = 24 * 60 * 60 * 1_000;

/// The bytes that `text` takes as JSON writes it, without the quotes around it.
#[must_use]
pub fn json_bytes(text: &str) -> usize {
    let byte = |byte: u8| match byte {
        b'"' | b'\\' | 0x08 | 0x09 | 0x0a | 0x0c | 0x0d => 2,
        0..0x20 => 6,
        _ => 1,
    };
    text.bytes().map(byte).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_bytes_are_those_that_json_has() {
        let all: String = ('\0'..='\u{300}').collect();
        for text in ["", "plain", "\"quoted\" \\ back", "\u{0}\u{1}\t\n\u{7f}", "Привет 📦", &all] {
            assert_eq!(json_bytes(text) + 2, serde_json::to_string(text).unwrap().len(), "{text:?}");
        }
    }
}
