//! A running server: from a listener and a database to a clean end.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chathub_edge::commands;
use chathub_edge::cookies::Cookies;
use chathub_hub::people::Cached;
use chathub_hub::ports::{Directory, Ports};
use chathub_hub::{Clock, Hub, Running, Settings};
use chathub_store::{LOCAL, OpenError, Sqlite, on_files};
use chathub_upstream::{Seal, SettingsError, Upstream};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::assets::loaders::{self, Current, Loaders, LoadersError};
use crate::assets::{Assets, AssetsError};
use crate::config::Config;
use crate::demo::{self, DemoError};
use crate::http::connections;
use crate::http::connections::places::Places;
use crate::http::origin::Hosts;
use crate::http::peer::Proxies;
use crate::http::requests::Requests;
use crate::installation::keys::{self, KeysError};
use crate::installation::lock::{Lock, LockError};
use crate::installation::open::told;
pub use crate::installation::open::{Opened, open};
use crate::installation::{Unusable, refuse_unfinished, tidy};
use crate::routes;
use crate::state::AppState;

/// How long a stop waits for requests that are being answered.
const DRAIN: Duration = Duration::from_secs(10);

/// How long a stop waits for the farewells to be sent and heard.
const FAREWELLS: Duration = Duration::from_secs(3);

/// Why a server does not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Assets(#[from] AssetsError),
    #[error(transparent)]
    Store(#[from] OpenError),
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(transparent)]
    Unusable(#[from] Unusable),
    #[error("the files in {path} can't be made their owner's alone: {source}. {}", on_files(.path, .source))]
    Tidy { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error(transparent)]
    Loaders(#[from] LoadersError),
    #[error(transparent)]
    Upstream(#[from] SettingsError),
    #[error(
        "{path} belongs to the ChatHub at {found}: start with --upstream {found}, or name another directory with \
         --data-dir"
    )]
    OfRemote { path: PathBuf, found: String },
    #[error(
        "{path} has companies of its own and can't stand in front of {asked}: name an empty directory with --data-dir"
    )]
    NotOfRemote { path: PathBuf, asked: String },
    #[error("{}", told(.0))]
    Hub(#[from] chathub_hub::Error),
    #[error("the address {address} is in use: stop what uses it, or name another with --listen")]
    InUse { address: std::net::SocketAddr },
    #[error(
        "this user may not listen on {address}: ports below 1024 are the system's. Listen on another one behind a \
         proxy, or allow it with AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit file (and in its \
         CapabilityBoundingSet=), or with setcap cap_net_bind_service=+ep on the binary"
    )]
    Privileged { address: std::net::SocketAddr },
    #[error(
        "can't listen on {address}: this machine has no such address. Name one of its own with --listen, or 0.0.0.0 for \
         all of them"
    )]
    NotHere { address: std::net::SocketAddr },
    #[error("can't listen on {address}: {source}. Name another address with --listen")]
    Listen { address: std::net::SocketAddr, source: std::io::Error },
    #[error("SIGTERM can't be waited for: {0}")]
    Signals(#[source] std::io::Error),
    #[error("the server ended: {0}")]
    Serve(#[source] std::io::Error),
    #[error(
        "{task} has ended by itself; the log says why. Start the server again, or let a supervisor do it"
    )]
    Ended { task: &'static str },
}

/// As [`open`], for a server: the people are the database's own, or the remote's that is configured. The second value
/// is what goes on beside it, and ends when it is dropped.
async fn open_to_serve(
    config: &Config,
    clock: Clock,
    settings: Settings,
) -> Result<(Opened, JoinSet<()>), ServeError> {
    let store = Arc::new(Sqlite::open(&config.data_dir).await?);
    let (keys, secrets) = keys::load(&config.data_dir)?;
    let asked = config.upstream.as_ref().map_or_else(|| LOCAL.to_owned(), |to| to.address.to_string());
    let found = store.claim(&asked).await.map_err(chathub_hub::Error::from)?;
    if found != asked {
        let path = config.data_dir.clone();
        return Err(match found.as_str() {
            LOCAL => ServeError::NotOfRemote { path, asked },
            _ => ServeError::OfRemote { path, found },
        });
    }
    let mut beside = JoinSet::new();
    let directory: Arc<dyn Directory> = match &config.upstream {
        None => Arc::new(Cached::new(store.clone())),
        Some(to) => {
            let seal = Seal::new(&secrets);
            let upstream = Arc::new(Upstream::new(to.clone(), store.clone(), seal, clock.clone())?);
            let first = Arc::clone(&upstream);
            // Not waited for: a remote that is away is no reason not to start.
            beside.spawn(async move { first.warm_up().await });
            upstream
        }
    };
    let (hub, running) = Hub::start(Ports { directory, ..Ports::of(&store) }, keys, clock, settings).await?;
    Ok((Opened { hub, store, running }, beside))
}

/// The listener of a configuration.
///
/// # Errors
/// When the address is in use or not this machine's.
pub async fn listen(config: &Config) -> Result<TcpListener, ServeError> {
    let address = config.listen;
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => ServeError::InUse { address },
        std::io::ErrorKind::AddrNotAvailable => ServeError::NotHere { address },
        std::io::ErrorKind::PermissionDenied if address.port() < 1024 => ServeError::Privileged { address },
        _ => ServeError::Listen { address, source },
    })
}

/// Serves until `shutdown`, or until something that it lives by has ended; then tells every client to come back, commits
/// what is queued, and returns.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve(
    listener: TcpListener,
    config: &Config,
    clock: Clock,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let prepared = prepare(config, clock).await?;
    serve_prepared(listener, prepared, shutdown).await
}

/// As [`serve`], what was prepared.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve_prepared(
    listener: TcpListener,
    prepared: Prepared,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let Prepared { state, places, store, mut running, beside, lock } = prepared;
    tracing::info!(version = crate::VERSION, build = state.hub.build(), "serving");
    let (drain, draining) = oneshot::channel::<()>();
    let draining = async {
        // A dropped sender is an end as well.
        let _ = draining.await;
    };
    let mut server = tokio::spawn(connections::serve(listener, routes::router(state), places, draining));
    let outcome = tokio::select! {
        () = shutdown => Ok(()),
        task = running.ended() => Err(ServeError::Ended { task }),
        _ = &mut server => Err(ServeError::Ended { task: "taking connections" }),
    };
    tracing::info!("stopping");
    let _ = drain.send(());
    running.dismiss();
    if !server.is_finished() && tokio::time::timeout(DRAIN, server).await.is_err() {
        tracing::warn!("some requests did not come to their end");
    }
    // Whoever came in between.
    running.dismiss();
    if tokio::time::timeout(FAREWELLS, running.deserted()).await.is_err() {
        tracing::warn!("some clients did not take their farewell");
    }
    running.stop().await;
    drop(beside);
    store.close().await;
    drop(lock);
    tracing::info!("stopped");
    outcome
}

/// A configured server that has not begun.
pub struct Prepared {
    /// What its routes share.
    pub state: AppState,
    /// Those that there are for connections.
    pub places: Arc<Places>,
    pub store: Arc<Sqlite>,
    pub running: Running,
    /// What goes on beside it, and ends when it is dropped.
    pub beside: JoinSet<()>,
    /// Nobody else serves this data directory until it is dropped.
    pub lock: Lock,
}

/// All that a server needs, of a data directory that is then its own.
///
/// # Errors
/// See [`ServeError`].
pub async fn prepare(config: &Config, clock: Clock) -> Result<Prepared, ServeError> {
    let assets = Assets::find(config.assets.as_deref())?;
    let lock = Lock::take(&config.data_dir)?;
    refuse_unfinished(&config.data_dir)?;
    tidy(&config.data_dir).map_err(|source| ServeError::Tidy { path: config.data_dir.clone(), source })?;
    demo::prepare(&config.data_dir, config.demo).await?;
    let settings = Settings {
        build: assets.build.to_string(),
        company_token_lives: config.company_token_lives,
        demo: config.demo,
        pace: config.pace,
        allow_origin: commands::allow_origin,
    };
    let (Opened { hub, store, running }, beside) = open_to_serve(config, clock, settings).await?;
    for odd in hub.odd_logins().await? {
        tracing::warn!("{}", commands::odd_logins(&odd));
    }
    let proxies = Arc::new(Proxies::new(config.trusted_proxies.clone()));
    let (each, all) = (config.limit_connections, config.limit_connections_total);
    let places = Arc::new(Places::new(each, all, Arc::clone(&proxies)));
    let state = AppState {
        hub,
        leptos: assets.leptos_options(),
        loader: Arc::new(Current::find(&assets.site)?),
        loaders: Loaders::keep(&assets.site, &config.data_dir)?,
        parts: Arc::new(loaders::parts(&assets.site)?),
        assets,
        cookies: Cookies {
            secure: config.public_url.as_deref().is_some_and(|url| url.starts_with("https://")),
        },
        hosts: Arc::new(Hosts::new(config.public_url.as_deref(), &config.allowed_hosts)),
        proxies,
        requests: Arc::new(Requests::new(config.limit_requests)),
    };
    Ok(Prepared { state, places, store, running, beside, lock })
}

/// SIGTERM or Ctrl-C, from this call on: one that comes while the server still starts is not lost.
///
/// # Errors
/// When the system takes no handler.
pub fn signalled() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_tells_the_cause_that_a_server_would_log() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let line = ServeError::from(chathub_hub::Error::internal("adding a company", full)).to_string();
        assert!(line.starts_with("adding a company: ") && !line.contains("its log"), "{line}");
    }
}
