//! REST: what integrators call, from their own servers.
//!
//! A route is added together with its description, so the OpenAPI document and the router can't tell different
//! stories: what is described nowhere can't be called.

pub(crate) mod callers;
mod chat;
mod company;
mod document;
mod issued;
mod operator;
mod organization;
mod parameters;
pub(crate) mod reference;
mod refusals;
mod schemas;
mod time;

use axum::extract::DefaultBodyLimit;
use axum::{Extension, Router};
use chathub_domain::error::ErrorCode;
use chathub_hub::Error;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::problem::Failure;
use crate::state::AppState;

/// Bytes of a body: a synchronization of a thousand operators with long names.
const BODY_BYTES: usize = 512 * 1024;

pub(crate) fn router() -> Router<AppState> {
    let (router, described) = OpenApiRouter::new()
        .routes(routes!(company::get_token::handle))
        .routes(routes!(company::list_organizations::handle))
        .routes(routes!(operator::list::handle))
        .routes(routes!(operator::synchronize::handle))
        .routes(routes!(operator::set_status::handle))
        .routes(routes!(operator::get_token::handle))
        .routes(routes!(operator::validate_token::handle))
        .routes(routes!(chat::list::handle))
        .routes(routes!(chat::set_status::handle))
        .routes(routes!(chat::erase::handle))
        .routes(routes!(chat::block::handle, chat::unblock::handle))
        .routes(routes!(chat::messages::handle, chat::post_message::handle))
        .routes(routes!(operator::get_console_token::handle))
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
