//! Failures as RFC 9457 problem documents, and bodies that arrive.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chathub_app::fns::refusal_headers;
use chathub_domain::error::{ErrorCode, Problem};
use chathub_hub::Error;
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
        } else if let Some(after) = self.0.retry_after {
            let seconds = after.as_secs().max(1);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
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
