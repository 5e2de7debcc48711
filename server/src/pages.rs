//! The console's pages and the server functions, by Leptos.

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chathub_app::console::{App, shell};
use chathub_app::fns::{AppError, refused_address};
use chathub_app::panel::LateParts;
use chathub_domain::limits::FRAME_BYTES;
use chathub_edge::cookies::Cookies;
use leptos::prelude::provide_context;
use leptos::server_fn::axum::server_fn_paths;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_axum::{
    LeptosRoutes, generate_route_list_with_exclusions, handle_server_fns_with_context,
    render_app_to_stream_with_context,
};

use crate::http::body::whole_body;
use crate::http::problem::Failure;
use crate::state::AppState;

/// Bytes of a server function's body: a frame, and its name around it.
const FN_BYTES: usize = FRAME_BYTES + 1024;

/// The pages. They hold tokens and names, so nothing keeps them.
pub(crate) fn router(state: &AppState) -> Router<AppState> {
    // Leptos would route the server functions as well, past what goes around `functions`.
    let elsewhere = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let routes = generate_route_list_with_exclusions(App, Some(elsewhere));
    let (options, context) = (state.leptos.clone(), context(state));
    Router::new()
        .leptos_routes_with_context(state, routes, context, move || shell(options.clone()))
        .fallback(not_found)
        .layer(axum::middleware::map_response(private))
}

/// The server functions. Only posted: a link must not be able to do anything.
pub(crate) fn functions() -> Router<AppState> {
    Router::new().route("/fn/{*name}", post(call)).layer(DefaultBodyLimit::max(FN_BYTES))
}

/// Where `/` leads when there is nothing to demonstrate.
pub(crate) fn front_door() -> Router<AppState> {
    Router::new().route("/", get(async || Redirect::temporary("/console")))
}

async fn call(State(state): State<AppState>, request: Request<Body>) -> Result<Response, Failure> {
    // Whole, before Leptos has it: a body that is too large or too slow is refused in our own words.
    let (parts, body) = request.into_parts();
    let body = whole_body(Request::from_parts(parts.clone(), body), &state).await?;
    let request = Request::from_parts(parts, Body::from(body));
    let response = handle_server_fns_with_context(context(&state), request).await.into_response();
    let mut response = led_back(response, state.cookies);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// A form that was refused leads back to its page. Leptos would write the whole error into the address, where anybody
/// could write another; ours has its code alone.
fn led_back(response: Response, cookies: Cookies) -> Response {
    let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
    let query = location.and_then(|location| Some(location.split_once('?')?.1.as_bytes()));
    let refused = query.and_then(|query| form_urlencoded::parse(query).find(|(name, _)| name == "__err"));
    let Some((_, error)) = refused else { return response };
    let error = ServerFnUrlError::<AppError>::decode_err(&error);
    let mut led = Redirect::to(&refused_address(error.code)).into_response();
    if let Some(cookie) = error.typed.and_then(|login| cookies.set_typed(&login)) {
        led.headers_mut().append(header::SET_COOKIE, cookie);
    }
    led
}

async fn not_found(State(state): State<AppState>, request: Request<Body>) -> Response {
    let options = state.leptos.clone();
    let render = render_app_to_stream_with_context(context(&state), move || shell(options.clone()));
    let mut response = render(request).await.into_response();
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

async fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What pages and server functions find around them.
fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let hub = state.hub.clone();
    let cookies = state.cookies;
    let parts = LateParts::of(&*state.parts);
    move || {
        provide_context(hub.clone());
        provide_context(cookies);
        provide_context(parts.clone());
    }
}
