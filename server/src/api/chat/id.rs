//! The id of a chat in a path.

use chathub_domain::ChatId;
use chathub_hub::Error;

/// What is no number is the id of no chat.
pub(super) fn chat_id(text: &str) -> Result<ChatId, Error> {
    text.parse().map_err(|_| Error::not_found("chat"))
}
