//! REST: what integrators call, from their own servers.
//!
//! A route is added together with its description, so the OpenAPI document and the router can't tell different
//! stories: what is described nowhere can't be called.

mod chat;
mod company;
mod document;
mod operator;
mod parameters;
mod refusals;
mod schemas;
mod time;
mod token;

use axum::extract::DefaultBodyLimit;
use axum::{Extension, Router};
use chathub_domain::error::ErrorCode;
use chathub_hub::Error;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use token::Operator;

use crate::problem::Failure;
use crate::routes::AppState;

/// Bytes of a body: a synchronization of a thousand operators with long names.
const BODY_BYTES: usize = 512 * 1024;

pub(crate) fn router() -> Router<AppState> {
    let (router, described) = OpenApiRouter::new()
        .routes(routes!(company::get_token))
        .routes(routes!(company::organizations))
        .routes(routes!(operator::list))
        .routes(routes!(operator::synchronize))
        .routes(routes!(operator::set_status))
        .routes(routes!(operator::get_token))
        .routes(routes!(operator::validate_token))
        .routes(routes!(chat::list))
        .routes(routes!(chat::set_status))
        .routes(routes!(chat::erase))
        .routes(routes!(chat::block, chat::unblock))
        .routes(routes!(chat::messages, chat::post_message))
        .routes(routes!(token::for_console))
        .routes(routes!(document::answer))
        .split_for_parts();
    router
        .fallback(no_such_call)
        .method_not_allowed_fallback(other_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(Extension(document::of("/api", described)))
}

async fn no_such_call() -> Failure {
    Error::new(ErrorCode::NotFound, "There is no such call. All of them are described at /index.html.").into()
}

async fn other_method() -> Failure {
    Error::new(ErrorCode::MethodNotAllowed, "This call is made with another method; see the Allow header.")
        .into()
}
