//! All routes, and what goes around them.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chathub_app::fns::Cookies;
use chathub_domain::error::ErrorCode;
use chathub_hub::{Error, Hub};
use leptos::config::LeptosOptions;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any as AnyOrigin, CorsLayer};

use crate::assets::Assets;
use crate::limits::{self, RATELIMIT, RATELIMIT_POLICY, Requests};
use crate::loaders::{Current, Loaders};
use crate::origin::Hosts;
use crate::peer::Proxies;
use crate::problem::Failure;
use crate::request::{self, REQUEST_ID};
use crate::{api, demo, origin, pages, panel, reference, stream};

/// For a month, browsers that have been here by TLS come by nothing else. Not longer, nor for the names beneath: whoever
/// gives TLS up must be able to.
const BY_TLS: HeaderValue = HeaderValue::from_static("max-age=2592000");

/// What handlers share.
#[derive(Clone)]
pub struct AppState {
    pub hub: Hub,
    pub leptos: LeptosOptions,
    pub assets: Assets,
    /// The loader of this build, and all that there were.
    pub loader: Arc<Current>,
    pub loaders: Loaders,
    /// The address that browsers use, if one was configured.
    pub public_url: Option<Arc<str>>,
    pub cookies: Cookies,
    /// The names by which this server may be called.
    pub hosts: Arc<Hosts>,
    pub proxies: Arc<Proxies>,
    pub requests: Arc<Requests>,
}

impl AppState {
    /// Whether browsers come by TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

impl FromRef<AppState> for Hub {
    fn from_ref(state: &AppState) -> Self {
        state.hub.clone()
    }
}

impl FromRef<AppState> for Cookies {
    fn from_ref(state: &AppState) -> Self {
        state.cookies
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

/// Every route of the server.
pub fn router(state: AppState) -> Router {
    let rest = Router::new().nest("/api", api::router()).route("/api/stream", get(stream::upgrade));
    let mut router = counted(rest, &state)
        .merge(counted(panel::router(), &state).layer(for_any_page()))
        .merge(counted(pages::functions(), &state).layer(for_any_page()))
        .merge(state.assets.router())
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
    router.layer(middleware::from_fn_with_state(state.clone(), limits::requests))
}

/// What goes around every route.
pub fn surrounded(router: Router<AppState>, state: AppState) -> Router {
    router
        .layer(middleware::from_fn_with_state(state.clone(), origin::note))
        .layer(middleware::from_fn_with_state(state.clone(), guard))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(&state.proxies), request::note))
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

/// What every answer says to browsers.
async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // A form's failure is told on the page that it came from.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    if state.is_secure() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, BY_TLS);
    }
    response
}

fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!(panic = text, "a handler panicked");
    Failure(Error::new(ErrorCode::Internal, "Something went wrong on the server; its log says what."))
        .into_response()
}
