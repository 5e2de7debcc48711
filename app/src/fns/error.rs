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
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                (ErrorCode::Malformed, "The request is incomplete. Reload the page and try again.")
            }
            _ => (ErrorCode::Internal, "Something went wrong. Reload the page and try again."),
        };
        Self { code, detail: detail.into(), typed: None }
    }
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
        use axum::http::{StatusCode, header};
        use leptos::prelude::use_context;

        if error.code == ErrorCode::Internal {
            tracing::error!(error = &error as &dyn std::error::Error, "a server function failed");
        }
        // A form's answer is a redirect, and keeps its own status.
        let is_form = use_context::<axum::http::request::Parts>().is_some_and(|parts| {
            let accept = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
            accept.is_some_and(|accept| accept.contains("text/html"))
        });
        if let (false, Some(response), Ok(status)) = (
            is_form,
            use_context::<leptos_axum::ResponseOptions>(),
            StatusCode::from_u16(error.code.status()),
        ) {
            response.set_status(status);
            for (name, value) in error.exceeded.iter().flat_map(|exceeded| super::refusal_headers(exceeded)) {
                response.append_header(name, value);
            }
        }
        Self { code: error.code, detail: error.detail, typed: None }
    }
}
