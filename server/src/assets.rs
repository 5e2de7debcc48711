//! The files that browsers download: where they are, what they are called, how they are sent.

pub mod digest;
pub mod loaders;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use leptos::config::LeptosOptions;
use serde::Serialize;
use tower_http::services::ServeDir;

use loaders::{Current, Loaders};

/// The output name that cargo-leptos is told in `Cargo.toml`.
const NAME: &str = "chathub";

/// The folder with the built files, and the names with their hashes.
#[derive(Clone, Debug)]
pub struct Assets {
    pub site: PathBuf,
    /// Read by Leptos for the names in its pages.
    hash_file: PathBuf,
    pub js: Arc<str>,
    pub wasm: Arc<str>,
    pub css: Arc<str>,
    pub integrity: Arc<Integrity>,
    /// Names this build: the version and what its files hash to.
    pub build: Arc<str>,
}

/// What a browser must find the panel's files to be (Subresource Integrity).
#[derive(Debug, Serialize)]
pub struct Integrity {
    pub js: String,
    pub wasm: String,
    pub css: String,
}

/// Why the files can't be served.
#[derive(Debug, thiserror::Error)]
pub enum AssetsError {
    #[error(
        "the scripts and styles for browsers are not in {0}: build them with `make build`, or name their folder with --assets"
    )]
    Missing(PathBuf),
    #[error("{path} does not say what the files are called: build them again with `make build`")]
    Hashes { path: PathBuf },
    #[error("{path} can't be read ({source}): build the scripts and styles again with `make build`")]
    Unreadable { path: PathBuf, source: std::io::Error },
}

impl Assets {
    /// Finds the files in `folder`, or beside the binary: `site/` (as `make dist` lays it out) or `../site/` (as a
    /// build leaves it).
    ///
    /// # Errors
    /// See [`AssetsError`].
    pub fn find(folder: Option<&Path>) -> Result<Self, AssetsError> {
        let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_owned));
        let beside = beside.unwrap_or_default();
        let site = match folder {
            Some(folder) => folder.to_owned(),
            None => {
                let candidates = [beside.join("site"), beside.join("../site")];
                candidates.into_iter().find(|site| site.join("pkg").is_dir()).unwrap_or(beside.join("site"))
            }
        };
        if !site.join("pkg").is_dir() {
            return Err(AssetsError::Missing(site));
        }
        let hash_file = [site.join("hash.txt"), beside.join("hash.txt")]
            .into_iter()
            .find(|path| path.is_file())
            .unwrap_or_else(|| site.join("hash.txt"));
        let text = std::fs::read_to_string(&hash_file).unwrap_or_default();
        let hash = |kind: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(": "));
            lines.find(|(key, _)| *key == kind).map(|(_, hash)| hash.trim().to_owned())
        };
        let (Some(js), Some(wasm), Some(css)) = (hash("js"), hash("wasm"), hash("css")) else {
            return Err(AssetsError::Hashes { path: hash_file });
        };
        let build = format!("{}-{}", env!("CARGO_PKG_VERSION"), wasm.get(..8).unwrap_or(&wasm));
        let js = format!("/pkg/{NAME}.{js}.js");
        let wasm = format!("/pkg/{NAME}.{wasm}.wasm");
        let css = format!("/pkg/{NAME}.{css}.css");
        let integrity = Integrity {
            js: digest::integrity(&read(&site, &js)?),
            wasm: digest::integrity(&read(&site, &wasm)?),
            css: digest::integrity(&read(&site, &css)?),
        };
        Ok(Self {
            hash_file: std::path::absolute(&hash_file).unwrap_or(hash_file),
            js: js.into(),
            wasm: wasm.into(),
            css: css.into(),
            integrity: integrity.into(),
            build: build.into(),
            site,
        })
    }

    /// What Leptos needs to name the files in its pages.
    #[must_use]
    pub fn leptos_options(&self) -> LeptosOptions {
        LeptosOptions::builder()
            .output_name(NAME)
            .site_root(self.site.to_string_lossy().into_owned())
            .site_pkg_dir("pkg")
            .hash_files(true)
            .hash_file(self.hash_file.to_string_lossy().as_ref().into())
            .build()
    }

    /// The files, precompressed where the build did so. Names with a hash never change; the others are asked for
    /// again. Any page may load them: what they may do is decided where they call.
    pub(crate) fn router<S: Clone + Send + Sync + 'static>(
        &self,
        loader: Arc<Current>,
        loaders: Loaders,
    ) -> Router<S> {
        let folder = |path: &str| {
            ServeDir::new(self.site.join(path))
                .precompressed_br()
                .precompressed_gzip()
                .append_index_html_on_directories(false)
        };
        Router::new()
            .nest_service("/pkg", folder("pkg"))
            .nest(
                "/operator-chat-panel",
                loaders::router(loader, loaders).fallback_service(folder("operator-chat-panel")),
            )
            .nest_service("/reference", folder("reference"))
            .route_service("/customer-chat.js", file(&self.site, "customer-chat.js"))
            .nest_service("/customer-chat", folder("customer-chat"))
            .route_service("/console.css", file(&self.site, "console.css"))
            .route_service("/console.js", file(&self.site, "console.js"))
            .route_service("/favicon.svg", file(&self.site, "favicon.svg"))
            .layer(middleware::from_fn(describe))
    }
}

fn read(site: &Path, address: &str) -> Result<Vec<u8>, AssetsError> {
    let path = site.join(address.trim_start_matches('/'));
    std::fs::read(&path).map_err(|source| AssetsError::Unreadable { path, source })
}

fn file(site: &Path, name: &str) -> tower_http::services::ServeFile {
    tower_http::services::ServeFile::new(site.join(name)).precompressed_br().precompressed_gzip()
}

/// Bytes of an address beyond which no file of ours is called so.
const LONGEST: usize = 255;

/// Whether another content would have another address.
fn names_its_content(path: &str) -> bool {
    let mut steps = path.split('/').skip(1);
    match (steps.next(), steps.next(), steps.next()) {
        (Some("pkg"), Some(_), _) => true,
        (Some("operator-chat-panel" | "customer-chat"), Some(version), Some(_)) => {
            digest::is_version(version)
        }
        _ => false,
    }
}

async fn describe(request: axum::extract::Request, next: Next) -> axum::response::Response {
    let path = request.uri().path();
    // The system would call these an error, not an absence.
    let is_possible = path.len() <= LONGEST && !path.contains("%00");
    let is_fixed = names_its_content(path);
    let mut response =
        if is_possible { next.run(request).await } else { StatusCode::NOT_FOUND.into_response() };
    let cache = match (is_fixed, response.status().is_success()) {
        (true, true) => "public, max-age=31536000, immutable",
        (false, true) => "no-cache",
        (_, false) => "no-store",
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}
