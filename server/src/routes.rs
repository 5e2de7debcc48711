//! All routes, and what goes around them.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chathub_domain::error::ErrorCode;
use chathub_edge::ratelimit::{RATELIMIT, RATELIMIT_POLICY};
use chathub_hub::Hub;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any as AnyOrigin, CorsLayer};

use crate::api::{self, reference};
use crate::http::request_id::{self, REQUEST_ID};
use crate::http::{guard, origin, requests};
use crate::state::AppState;
use crate::{demo, pages, panel, stream};

/// Every route of the server.
pub fn router(state: AppState) -> Router {
    let rest = Router::new().nest("/api", api::router()).route("/api/stream", get(stream::upgrade));
    let mut router = counted(rest, &state)
        .merge(counted(panel::router(), &state).layer(for_any_page()))
        .merge(counted(pages::functions(), &state).layer(for_any_page()))
        .merge(state.assets.router(Arc::clone(&state.loader), state.loaders.clone()))
        .merge(reference::router())
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready));
    router =
        if state.hub.is_demo() { router.merge(demo::router()) } else { router.merge(pages::front_door()) };
    let router = router.merge(pages::router(&state));
    surrounded(router, state)
}

/// Routes whose requests are counted, each one before anything else is done for it.
pub fn counted(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    router.layer(middleware::from_fn_with_state(state.clone(), requests::count))
}

/// What goes around every route.
pub fn surrounded(router: Router<AppState>, state: AppState) -> Router {
    router
        .layer(middleware::from_fn_with_state(state.clone(), origin::note))
        .layer(middleware::from_fn_with_state(guard::Secure(state.cookies.secure), guard::add))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(&state.proxies), request_id::note))
        .with_state(state)
}

/// What a panel in somebody else's page calls. A preflight carries no token, so every page's is answered, and the
/// handler enforces the organization's list once it knows which.
fn for_any_page() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods([Method::POST, Method::GET])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            HeaderName::from_static("x-authorization-key"),
        ])
        // Else a page could not read when it may come back, and how its request is called in the log.
        .expose_headers([RATELIMIT, RATELIMIT_POLICY, header::RETRY_AFTER, REQUEST_ID])
        .max_age(std::time::Duration::from_secs(24 * 60 * 60))
}

async fn ready(State(hub): State<Hub>) -> Response {
    match hub.check().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            // What is wrong with the disk, the log has already, once and not with every probe.
            if error.code == ErrorCode::Internal {
                tracing::error!(error = &error as &dyn std::error::Error, "not ready");
            }
            (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response()
        }
    }
}
