//! What goes around every request: its id, in the answer and on every log line that it causes.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use chathub_hub::pace::Peer;
use chathub_hub::request::{self, RequestId};
use hyper::body::{Frame, SizeHint};
use tracing::{Instrument, Span};

use crate::http::peer::Proxies;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Characters of a path, and of a method, that a log line has at most.
const PATH_CHARS: usize = 200;
const METHOD_CHARS: usize = 20;

/// Characters of a path's segment from which on it is no name of ours, and may be a secret.
const SECRET_CHARS: usize = 64;

/// What every token of ours, and of most others, begins with: JSON in base64.
const TOKEN: &str = "eyJ";

/// Names the request for its answer and its log lines, puts the [`Peer`] beside it, and notes its outcome at the level
/// debug: no header, body or query, where there are tokens and what people search for.
pub(crate) async fn note(State(proxies): State<Arc<Proxies>>, mut request: Request, next: Next) -> Response {
    let called_from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let client = called_from.map(|address| proxies.client(address, request.headers()));
    let is_trusted = called_from.is_some_and(|address| proxies.trusts(address.to_canonical()));
    let given = if is_trusted { given(request.headers()) } else { None };
    let current = request::Request { id: given.unwrap_or_else(RequestId::fresh), client };
    request.extensions_mut().insert(client.map_or(Peer::UNKNOWN, Peer::from));
    // An error's, so that it is there wherever an error is logged.
    let span = tracing::error_span!(
        "request",
        id = current.id.as_str(),
        method = &*shortened(request.method().as_str(), METHOD_CHARS),
        path = told(request.uri().path()).as_str(),
    );
    let begun = Instant::now();
    let mut response = current.clone().scope(next.run(request).instrument(span.clone())).await;
    if let Ok(value) = HeaderValue::from_str(current.id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let status = response.status().as_u16();
    span.in_scope(|| tracing::debug!(status, elapsed = ?begun.elapsed(), "a request"));
    response.map(|body| Body::new(Noted { body, current, span }))
}

/// The id that the proxy in front has given, if it is one.
fn given(headers: &HeaderMap) -> Option<RequestId> {
    let mut values = headers.get_all(REQUEST_ID).iter();
    let id = values.next().and_then(|value| RequestId::given(value.to_str().ok()?))?;
    values.next().is_none().then_some(id)
}

/// A path as a log may have it. None of ours holds a secret; whoever puts a token there by mistake finds it nowhere.
fn told(path: &str) -> String {
    let masked = path.split('/').map(|segment| {
        let is_secret = segment.contains(TOKEN) || segment.contains('=') || segment.len() > SECRET_CHARS;
        if is_secret { "***" } else { segment }
    });
    shortened(&masked.collect::<Vec<_>>().join("/"), PATH_CHARS).into_owned()
}

fn shortened(text: &str, chars: usize) -> Cow<'_, str> {
    match text.char_indices().nth(chars) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// An answer's body, which is made for the same request.
struct Noted {
    body: Body,
    current: request::Request,
    span: Span,
}

impl hyper::body::Body for Noted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Self { body, current, span } = &mut *self;
        let body = Pin::new(body);
        span.in_scope(|| current.clone().sync_scope(|| body.poll_frame(context)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_in_a_path_is_not_told() {
        let long = "x".repeat(SECRET_CHARS + 1);
        for (path, expected) in [
            ("/api/chat/chats", "/api/chat/chats"),
            ("/", "/"),
            ("/api/eyJhbGciOi.a.b/x", "/api/***/x"),
            ("/api;token=abc/x", "/***/x"),
            (&format!("/a/{long}"), "/a/***"),
        ] {
            assert_eq!(told(path), expected);
        }
        assert_eq!(told(&"/abc".repeat(1_000)).chars().count(), PATH_CHARS + 1);
    }

    proptest! {
        #[test]
        fn no_path_is_too_long_or_tells_a_token(path in "\\PC{0,300}", token in "eyJ[a-zA-Z0-9_.-]{1,80}") {
            let told = told(&format!("{path}/{token}/{path}"));
            prop_assert!(told.chars().count() <= PATH_CHARS + 1 && !told.contains(TOKEN));
        }
    }
}
