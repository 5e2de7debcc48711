//! What a refusal is called, whatever was refused: by its code, and by what was missing.

use chathub_domain::ErrorCode;
use chathub_domain::wire::Missing;

/// Why an open chat is not there any more.
pub const ERASED: &str = "This chat has been erased.";

/// In the words of the panel; in the server's (`detail`) where the panel has none.
#[must_use]
pub fn worded(code: ErrorCode, missing: Option<Missing>, detail: &str) -> String {
    let words = match (code, missing) {
        (ErrorCode::TokenExpired, _) => "Your sign-in has expired.",
        (ErrorCode::TokenInvalid | ErrorCode::TokenMissing, _) => "Your sign-in is not accepted any more.",
        (ErrorCode::OperatorInactive, _) => "You are not an active operator any more.",
        (ErrorCode::OriginNotAllowed, _) => {
            "This web page may not show the panel: its origin is not on the list."
        }
        (_, Some(Missing::Chat)) => ERASED,
        _ => detail,
    };
    words.to_owned()
}
