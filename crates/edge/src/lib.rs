//! The HTTP that the console's pages and the server both need: what a request says of who is asking, and how an answer
//! says what a use case came to.
//!
//! No routes and no framework: headers in, headers out.

pub mod cookies;
pub mod ratelimit;
pub mod token;

use chathub_domain::error::ErrorCode;
use http::StatusCode;

/// The status of an answer that was refused with this code.
#[must_use]
pub fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
