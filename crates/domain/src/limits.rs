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

/// Events replayed to a returning subscriber; one further behind gets a snapshot, which is smaller by then.
pub const REPLAY_EVENTS: usize = 1_000;

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

/// `text` cut to [`PREVIEW_CHARS`] characters on one line.
#[must_use]
pub fn preview(text: &str) -> String {
    crate::text::one_line(text, PREVIEW_CHARS)
}
