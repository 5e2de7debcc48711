//! What those who answer tell each other in a chat, and nobody else.

use crate::ids::{ChatId, ClientId};
use crate::people::OperatorRef;
use crate::time::Timestamp;

/// A private note of an operator in a chat.
///
/// It is no message: it has no [`Body`](crate::message::Body), so nothing that is made of one can hold it, neither what a
/// customer is told nor what the published API answers.
///
/// ```compile_fail
/// fn told(note: chathub_domain::note::Note) -> chathub_domain::message::CustomerMessage {
///     note.into()
/// }
/// ```
///
/// ```compile_fail
/// fn quoted(note: chathub_domain::note::Note) -> chathub_domain::message::Body {
///     note.text.into()
/// }
/// ```
///
/// Nor is it written by itself into any answer or frame:
///
/// ```compile_fail
/// fn answered(note: &chathub_domain::note::Note) -> String {
///     serde_json::to_string(note).unwrap()
/// }
/// ```
///
/// Who shows it to an operator says so, by the one way there is:
///
/// ```
/// fn shown(note: &chathub_domain::note::Note) -> &str {
///     note.text.for_operators()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub chat_id: ChatId,
    pub client_id: ClientId,
    pub author: OperatorRef,
    pub text: PrivateText,
    pub at: Timestamp,
}

/// Words for those who answer.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateText(String);

impl PrivateText {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The words, for one who answers in the note's organization.
    #[must_use]
    pub fn for_operators(&self) -> &str {
        &self.0
    }
}

/// No words get into a log by way of `Debug`.
impl std::fmt::Debug for PrivateText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateText(…)")
    }
}
