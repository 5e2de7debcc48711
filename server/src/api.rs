//! REST: what integrators call, from their own servers.

mod chat;
mod company;
mod operator;
mod parameters;
mod time;
mod token;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get, post, put};
use chathub_domain::error::ErrorCode;
use chathub_hub::Error;

pub(crate) use token::Operator;

use crate::problem::Failure;
use crate::routes::AppState;

/// Bytes of a body: a synchronization of a thousand operators with long names.
const BODY_BYTES: usize = 512 * 1024;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/company/get-token", post(company::get_token))
        .route("/company/organization", get(company::organizations))
        .route("/operator", get(operator::list))
        .route("/operator/synchronize", post(operator::synchronize))
        .route("/operator/status", post(operator::set_status))
        .route("/operator/get-token", post(operator::get_token))
        .route("/operator/validate-token", post(operator::validate_token))
        .route("/chat/chats", get(chat::list))
        .route("/chat/status", put(chat::set_status))
        .route("/chat/chats/{id}", delete(chat::erase))
        .route("/chat/chats/{id}/messages", get(chat::messages).post(chat::post_message))
        .route("/chathub/token", get(token::for_console))
        .fallback(no_such_call)
        .method_not_allowed_fallback(other_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

async fn no_such_call() -> Failure {
    Error::new(ErrorCode::NotFound, "There is no such call.").into()
}

async fn other_method() -> Failure {
    Error::new(ErrorCode::MethodNotAllowed, "This call is made with another method; see the Allow header.")
        .into()
}
