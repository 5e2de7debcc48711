//! What handlers share. Each part can be asked for by itself, so that whoever needs one knows no other.

use std::sync::Arc;

use axum::extract::FromRef;
use chathub_edge::cookies::Cookies;
use chathub_hub::Hub;
use leptos::config::LeptosOptions;

use crate::assets::Assets;
use crate::assets::loaders::{Current, Loaders, Parts};
use crate::http::origin::Hosts;
use crate::http::peer::Proxies;
use crate::http::requests::Requests;

#[derive(Clone, FromRef)]
pub struct AppState {
    pub hub: Hub,
    pub leptos: LeptosOptions,
    pub assets: Assets,
    /// The loader of this build, and all that there were.
    pub loader: Arc<Current>,
    pub loaders: Loaders,
    /// What the panel brings when it needs it.
    pub parts: Arc<Parts>,
    pub cookies: Cookies,
    /// The names by which this server may be called.
    pub hosts: Arc<Hosts>,
    pub proxies: Arc<Proxies>,
    pub requests: Arc<Requests>,
}
