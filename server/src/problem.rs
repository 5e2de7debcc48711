//! Failures as RFC 9457 problem documents, and bodies that say which field is wrong.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chathub_app::fns::refusal_headers;
use chathub_domain::error::{ErrorCode, Problem};
use chathub_hub::Error;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

/// Bytes of a body arrive within this time: nobody holds a connection by sending them one by one.
const BODY_WITHIN: Duration = Duration::from_secs(30);

/// Seconds after which what is not available may be so again.
const SHORTLY: HeaderValue = HeaderValue::from_static("2");

/// A failed call.
pub(crate) struct Failure(pub Error);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Error { code, detail, fields, .. } = &self.0;
        if *code == ErrorCode::Internal {
            tracing::error!(error = &self.0 as &dyn std::error::Error, "a request failed");
        }
        let mut problem = Problem::new(*code, detail);
        problem.errors.clone_from(fields);
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(problem)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        if let Some(exceeded) = &self.0.exceeded {
            response.headers_mut().extend(refusal_headers(exceeded));
        } else if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, SHORTLY);
        }
        response
    }
}

/// A request's body, of a bounded size (`DefaultBodyLimit`) and in bounded time.
pub(crate) async fn whole_body(request: Request, state: &(impl Send + Sync)) -> Result<Bytes, Failure> {
    let arrived = timeout(BODY_WITHIN, Bytes::from_request(request, state)).await;
    let arrived = arrived.map_err(|_| {
        Error::new(ErrorCode::Silent, "The body did not arrive in time. Send it again, without a pause.")
    })?;
    arrived.map_err(|rejection| {
        Failure(match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Error::new(ErrorCode::TooLarge, "The body is larger than this call takes.")
            }
            _ => Error::new(ErrorCode::Malformed, "The body did not arrive whole. Send it again."),
        })
    })
}

/// A JSON body, whatever the client calls it: published clients send it under several names.
pub(crate) struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = whole_body(request, state).await?;
        let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
        serde_path_to_error::deserialize(&mut deserializer).map(Self).map_err(|error| {
            let inner = error.inner();
            if inner.is_syntax() || inner.is_eof() {
                return Failure(Error::new(ErrorCode::Malformed, format!("The body is not JSON: {inner}.")));
            }
            Failure(Error::field(pointer(error.path()), reason(inner)))
        })
    }
}

/// The place as an RFC 6901 pointer.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;

    let mut text = String::new();
    for segment in path {
        text.push('/');
        match segment {
            Segment::Seq { index } => text.push_str(&index.to_string()),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                text.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Unknown => text.push('?'),
        }
    }
    text
}

/// The library's reason without the place in the text, which the pointer says better.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    format!("{text}.")
}
