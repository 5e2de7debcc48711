//! What every answer says to browsers, and what is left of a handler that panicked.

use std::any::Any;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chathub_domain::error::ErrorCode;
use chathub_hub::Error;

use crate::http::problem::Failure;

/// For a month, browsers that have been here by TLS come by nothing else. Not longer, nor for the names beneath: whoever
/// gives TLS up must be able to.
const BY_TLS: HeaderValue = HeaderValue::from_static("max-age=2592000");

/// Whether browsers come by TLS.
#[derive(Clone, Copy)]
pub(crate) struct Secure(pub bool);

/// Adds to every answer what it says to browsers.
pub(crate) async fn add(State(Secure(secure)): State<Secure>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // A form's failure is told on the page that it came from.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, BY_TLS);
    }
    response
}

/// The answer of a handler that panicked.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!(panic = text, "a handler panicked");
    Failure(Error::new(ErrorCode::Internal, "Something went wrong on the server; its log says what."))
        .into_response()
}
