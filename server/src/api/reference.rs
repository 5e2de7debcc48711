//! The interactive reference at `/index.html`: Swagger UI over our own document, and nothing from elsewhere.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use chathub_hub::Hub;

use crate::state::AppState;

/// Swagger UI sets styles and draws its icons from `data:` addresses; scripts and answers are this server's only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/index.html", get(page))
}

/// The page; a demonstration's offers its accounts, which everybody knows anyway.
async fn page(State(hub): State<Hub>) -> impl IntoResponse {
    let page = include_str!("reference/index.html");
    let page = match hub.is_demo() {
        true => page.replace("{{demo}}", ""),
        false => page.replace("{{demo}}", " hidden"),
    };
    ([(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-cache")], Html(page))
}
