//! Failures as RFC 9457 problem documents.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chathub_domain::error::{ErrorCode, Problem};
use chathub_edge::ratelimit::refusal_headers;
use chathub_edge::{sentence, status};
use chathub_hub::Error;

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
        let Error { code, fields, .. } = &self.0;
        if *code == ErrorCode::Internal {
            tracing::error!(error = &self.0 as &dyn std::error::Error, "a request failed");
        }
        let mut problem = Problem::new(*code, sentence(&self.0));
        problem.errors.clone_from(fields);
        let status = status(*code);
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
