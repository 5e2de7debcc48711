//! How a server function fails.

use chathub_domain::error::ErrorCode;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// The hub's code and its sentence for the person in front of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    pub code: ErrorCode,
    pub detail: String,
    /// What was typed into the form that is shown again; never a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let (code, detail) = match error {
            ServerFnErrorErr::Request(_) => (ErrorCode::Unavailable, "The server can't be reached."),
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => {
                (ErrorCode::Malformed, "The request is incomplete. Reload the page and try again.")
            }
            _ => (ErrorCode::Internal, "Something went wrong. Reload the page and try again."),
        };
        #[cfg(feature = "ssr")]
        answer_with(code);
        Self { code, detail: detail.into(), typed: None }
    }
}

/// Gives the answer the code's status. A form's answer is a redirect, and keeps its own.
#[cfg(feature = "ssr")]
fn answer_with(code: ErrorCode) -> Option<leptos_axum::ResponseOptions> {
    use axum::http::header;
    use axum::http::request::Parts;
    use leptos::prelude::use_context;

    let is_form = use_context::<Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        accept.is_some_and(|accept| accept.contains("text/html"))
    });
    let response = use_context::<leptos_axum::ResponseOptions>().filter(|_| !is_form)?;
    response.set_status(chathub_edge::status(code));
    Some(response)
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for AppError {}

#[cfg(feature = "ssr")]
impl From<chathub_hub::Error> for AppError {
    fn from(error: chathub_hub::Error) -> Self {
        use chathub_edge::ratelimit::refusal_headers;

        if error.code == ErrorCode::Internal {
            tracing::error!(error = &error as &dyn std::error::Error, "a server function failed");
        }
        if let Some(response) = answer_with(error.code) {
            for (name, value) in error.exceeded.iter().flat_map(|exceeded| refusal_headers(exceeded)) {
                response.append_header(name, value);
            }
        }
        Self { code: error.code, detail: chathub_edge::sentence(&error), typed: None }
    }
}
