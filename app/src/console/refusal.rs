//! What the console says when something is refused, by its code. What a refusal says itself is for integrators.

use chathub_domain::ErrorCode;

use crate::fns::{AppError, language};
use crate::texts::{ConsoleTexts, told_as};

/// Of a sign-in.
pub(super) fn sentence(code: ErrorCode) -> String {
    let code = match code {
        ErrorCode::GoingAway => ErrorCode::Unavailable,
        ErrorCode::InvalidField => ErrorCode::Malformed,
        code => code,
    };
    let texts = language().console();
    let own = texts.sign_in_refused(code.as_str());
    own.or_else(|| texts.sign_in_refused(ErrorCode::Internal.as_str())).unwrap_or_default()
}

/// Of a page.
pub(super) fn worded(error: &AppError) -> String {
    language().console().refusals(told_as(error.code).as_str()).unwrap_or_else(|| error.detail.clone())
}
