//! What a refusal is called, whatever was refused: by its code, and by what was missing.

use chathub_domain::ErrorCode;
use chathub_domain::wire::Missing;

use crate::texts::{PanelTexts, Texts, told_as};

/// In the words of the panel; in the server's (`detail`) where the panel has none.
#[must_use]
pub fn worded(texts: &Texts, code: ErrorCode, missing: Option<Missing>, detail: &str) -> String {
    match (code, missing) {
        (ErrorCode::TokenExpired, _) => texts.stopped_token_expired(),
        (ErrorCode::TokenInvalid | ErrorCode::TokenMissing, _) => texts.stopped_token_invalid(),
        (ErrorCode::OperatorInactive, _) => texts.stopped_operator_inactive(),
        (ErrorCode::OriginNotAllowed, _) => texts.stopped_origin_not_allowed(),
        // Why an open chat is not there any more.
        (_, Some(Missing::Chat)) => texts.erased(),
        _ => texts.refusals(told_as(code).as_str()).unwrap_or_else(|| detail.to_owned()),
    }
}
