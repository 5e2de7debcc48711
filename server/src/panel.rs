//! The panel for somebody else's page: its HTML, what it was rendered from, and where its code is.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use chathub_app::panel::{Door, PanelProps, render};
use chathub_app::texts::{accepted, chosen};
use chathub_domain::wire::Me;
use serde::Serialize;

use crate::api::callers::Operator;
use crate::assets::Integrity;
use crate::assets::loaders::Parts;
use crate::http::problem::Failure;
use crate::state::AppState;

#[derive(Serialize)]
struct Answer {
    /// The panel as it is now, to be shown at once.
    html: String,
    /// What the panel takes over from, and says; given back to the code as it is.
    snapshot: PanelProps,
    build: String,
    /// Paths on this server, good for as long as this build runs.
    js: String,
    wasm: String,
    css: String,
    /// What those three must be, so that the page can have the browser check it.
    integrity: Arc<Integrity>,
    /// Where the parts are that the panel brings when it needs them, and what they must be.
    parts: Arc<Parts>,
}

pub(crate) fn router() -> Router<AppState> {
    // The token is in a header, and a body is not read.
    Router::new().route("/operator-chat-panel/panel", post(answer))
}

async fn answer(
    State(state): State<AppState>,
    Operator { access, token }: Operator,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Failure> {
    // The loader knows the page's language, and what the operator has chosen.
    let wishes = headers.get(header::ACCEPT_LANGUAGE).and_then(|wishes| wishes.to_str().ok());
    let (snapshot, cursor) = state.hub.snapshot(&access).await?;
    let props = PanelProps {
        // The loader knows by which address it reached this server.
        hub: String::new(),
        token,
        me: Me { operator: access.operator, organization: access.organization },
        expires_at: access.expires_at,
        cursor,
        snapshot,
        build: state.hub.build().to_owned(),
        door: Door::Embed,
        texts: chosen(wishes.map(accepted).unwrap_or_default()).panel.clone(),
    };
    let answer = Answer {
        html: render(props.clone()),
        build: props.build.clone(),
        snapshot: props,
        js: state.assets.js.to_string(),
        wasm: state.assets.wasm.to_string(),
        css: state.assets.css.to_string(),
        integrity: Arc::clone(&state.assets.integrity),
        parts: Arc::clone(&state.parts),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)))
}
