//! The HTTP that the console's pages and the server both need: what a request says of who is asking, and how an answer
//! says what a use case came to.
//!
//! No routes and no framework: headers in, headers out.

pub mod commands;
pub mod cookies;
pub mod ratelimit;
pub mod token;

use chathub_domain::error::ErrorCode;
use chathub_hub::Error;
use http::StatusCode;

/// What a use case says, with where in a request it is to be said.
#[must_use]
pub fn sentence(error: &Error) -> String {
    match error.code {
        ErrorCode::TokenMissing => {
            let what = error.detail.trim_end_matches('.');
            format!("{what} as 'Authorization: Bearer …' or 'X-Authorization-Key: …'.")
        }
        _ => error.detail.clone(),
    }
}

/// The status of an answer that was refused with this code.
#[must_use]
pub fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
