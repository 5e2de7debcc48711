//! How a token is given out.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, ObjectBuilder, RefOr, ResponseBuilder, Type};

/// What a token looks like, in the document.
const TOKEN_EXAMPLE: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.…";

/// A token as the published clients read it: a JSON string, or bare for those that ask for text and not for JSON.
pub(crate) fn answer(token: String, headers: &HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let accept = accept.to_ascii_lowercase();
    let mut response = if accept.contains("text/plain") && !accept.contains("json") {
        token.into_response()
    } else {
        Json(token).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// How [`answer`] is described.
pub(crate) struct Issued;

impl IntoResponses for Issued {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let content = || {
            let schema = ObjectBuilder::new().schema_type(Type::String);
            ContentBuilder::new().schema(Some(schema)).example(Some(json!(TOKEN_EXAMPLE))).build()
        };
        let response = ResponseBuilder::new()
            .description(
                "The token, as a JSON string; to a request whose `Accept` names `text/plain` and not JSON, the bare token.",
            )
            .content("application/json", content())
            .content("text/plain", content());
        BTreeMap::from([("200".into(), response.into())])
    }
}
