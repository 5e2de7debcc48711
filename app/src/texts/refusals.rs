//! Which refusals are the same to the person in front of the page.

use chathub_domain::ErrorCode;

/// The code by whose sentence this one is told. A code that this build does not know has none.
#[must_use]
pub fn told_as(code: ErrorCode) -> ErrorCode {
    use ErrorCode as Code;
    match code {
        // What only a program can do wrong.
        Code::Malformed
        | Code::InvalidField
        | Code::WrongTokenKind
        | Code::MethodNotAllowed
        | Code::TooLarge
        | Code::Misdirected
        | Code::UnsupportedMediaType => Code::Malformed,
        Code::TokenMissing | Code::TokenInvalid | Code::LoginRefused => Code::TokenInvalid,
        Code::Unavailable | Code::TooSlow | Code::GoingAway | Code::Silent => Code::Unavailable,
        Code::TokenExpired
        | Code::OperatorInactive
        | Code::OriginNotAllowed
        | Code::Blocked
        | Code::NotFound
        | Code::Conflict
        | Code::MessageTooLong
        | Code::MessageEmpty
        | Code::TooManyRequests
        | Code::Internal
        | Code::Unknown => code,
    }
}
