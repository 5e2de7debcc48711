//! The loader under a version of its own, for pages that pin it with `integrity`.
//!
//! A version names exactly one content, so it must be there for as long as a page may name it: over every upgrade. The
//! modules of the loader's folder are therefore kept in the data directory, each under what it hashes to.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::{Path as Segments, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chathub_store::on_files;
use serde::Serialize;
use tokio::task::spawn_blocking;
use tower_http::services::ServeFile;
use tracing::Span;

use super::digest;
use crate::installation::{LOADERS, files};

/// In the folder with the built files, and in every address.
const MODULES: &str = "operator-chat-panel";

/// What a page's script tag names.
const LOADER: &str = "widget-script.js";

/// The parts of the panel that come when they are needed: what each is called, and its file.
const PARTS: [(&str, &str); 1] = [("stream", "stream.js")];

/// Beside a file, the same compressed.
const COMPRESSED: [&str; 2] = ["br", "gz"];

/// Why there is no loader.
#[derive(Debug, thiserror::Error)]
pub enum LoadersError {
    #[error(
        "the loader {path} can't be read ({source}): build it with `make build`, or name its folder with --assets"
    )]
    Read { path: PathBuf, source: std::io::Error },
    #[error("the loader can't be kept in {path}: {source}. {}", on_files(.path, .source))]
    Keep { path: PathBuf, source: std::io::Error },
}

/// A module as it is now, under the address that never answers anything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Current {
    pub version: String,
    /// A path on this server.
    pub src: String,
    pub integrity: String,
}

impl Current {
    /// The loader in the folder with the built files.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(site: &Path) -> Result<Self, LoadersError> {
        Self::of(site, LOADER)
    }

    fn of(site: &Path, file: &str) -> Result<Self, LoadersError> {
        let path = site.join(MODULES).join(file);
        let bytes = std::fs::read(&path).map_err(|source| LoadersError::Read { path, source })?;
        let version = digest::version(&bytes);
        let src = format!("/{MODULES}/{version}/{file}");
        Ok(Self { version, src, integrity: digest::integrity(&bytes) })
    }

    /// The tag to paste, for the hub at this address.
    #[must_use]
    pub fn tag(&self, hub: &str) -> String {
        let Self { src, integrity, .. } = self;
        format!(
            "<script type=\"module\" id=\"operator-chat-panel-script\"\n  src=\"{hub}{src}\"\n  \
             integrity=\"{integrity}\" token=\"OPERATOR_TOKEN\"></script>"
        )
    }
}

/// The later parts of the panel, by their names.
pub type Parts = BTreeMap<&'static str, Current>;

/// Those of this build.
///
/// # Errors
/// When one is not in the folder with the built files.
pub fn parts(site: &Path) -> Result<Parts, LoadersError> {
    PARTS.into_iter().map(|(name, file)| Ok((name, Current::of(site, file)?))).collect()
}

/// Every version of the loader's modules that this data directory has served.
#[derive(Clone, Debug)]
pub struct Loaders {
    site: Arc<Path>,
    kept: Arc<Path>,
}

impl Loaders {
    /// Keeps the modules of now beside those of before.
    ///
    /// # Errors
    /// When they can't be read or written.
    pub fn keep(site: &Path, data_dir: &Path) -> Result<Self, LoadersError> {
        let loaders = Self { site: site.into(), kept: data_dir.join(LOADERS).into() };
        loaders.keep_current()?;
        Ok(loaders)
    }

    fn keep_current(&self) -> Result<(), LoadersError> {
        let folder = self.site.join(MODULES);
        let unread = |source| LoadersError::Read { path: folder.clone(), source };
        for entry in std::fs::read_dir(&folder).map_err(unread)? {
            let path = entry.map_err(unread)?.path();
            if path.extension().is_some_and(|extension| extension == "js") {
                self.keep_one(&path)?;
            }
        }
        Ok(())
    }

    fn keep_one(&self, path: &Path) -> Result<(), LoadersError> {
        let read = |path: &Path| std::fs::read(path);
        let bytes = read(path).map_err(|source| LoadersError::Read { path: path.to_owned(), source })?;
        let version = digest::version(&bytes);
        let file = self.file(&version);
        if is_intact(&file, &version) {
            return Ok(());
        }
        let failed = |source| LoadersError::Keep { path: self.kept.to_path_buf(), source };
        files::make_folder(&self.kept).map_err(failed)?;
        // The file itself last: where it is, the compressed ones are.
        for kind in COMPRESSED {
            match read(&with(path, kind)) {
                Ok(bytes) => files::write(&with(&file, kind), &bytes).map_err(failed)?,
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(source) => return Err(LoadersError::Read { path: with(path, kind), source }),
            }
        }
        files::write(&file, &bytes).map_err(failed)
    }

    fn file(&self, version: &str) -> PathBuf {
        self.kept.join(version).with_extension("js")
    }

    /// The file with this content. One that is newer than the server's start is looked for as well: an upgrade may
    /// have laid its files down before the restart.
    fn find(&self, version: &str) -> Option<PathBuf> {
        if !digest::is_version(version) {
            return None;
        }
        let file = self.file(version);
        if !is_intact(&file, version) {
            self.keep_current().unwrap_or_else(|error| {
                tracing::error!(error = &error as &dyn std::error::Error, "no loader")
            });
        }
        is_intact(&file, version).then_some(file)
    }
}

pub(crate) fn router<S: Clone + Send + Sync + 'static>(loader: Arc<Current>, all: Loaders) -> Router<S> {
    Router::new()
        .route("/version.json", get(current).with_state(loader))
        .route("/{version}/{file}", get(one).with_state(all))
}

async fn current(State(loader): State<Arc<Current>>) -> Json<Current> {
    Json(Current::clone(&loader))
}

/// A module by its version; what the file is called is for people.
async fn one(
    State(loaders): State<Loaders>,
    Segments((version, file)): Segments<(String, String)>,
    request: Request,
) -> Response {
    let found = match file.ends_with(".js") {
        true => {
            let span = Span::current();
            let find = move || span.in_scope(|| loaders.find(&version));
            spawn_blocking(find).await.ok().flatten()
        }
        false => None,
    };
    let Some(path) = found else { return StatusCode::NOT_FOUND.into_response() };
    let mut file = ServeFile::new(path).precompressed_br().precompressed_gzip();
    file.try_call(request)
        .await
        .map_or_else(|_| StatusCode::NOT_FOUND.into_response(), IntoResponse::into_response)
}

/// Whether a file is what its name says: a disk may have failed, or somebody meant well.
fn is_intact(file: &Path, version: &str) -> bool {
    std::fs::read(file).is_ok_and(|bytes| digest::version(&bytes) == version)
}

fn with(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}
