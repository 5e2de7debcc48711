//! An installation opened: the hub over its database.

use std::path::Path;
use std::sync::Arc;

use chathub_domain::error::ErrorCode;
use chathub_hub::ports::{Directory, Ports};
use chathub_hub::{Clock, Hub, Running, Settings};
use chathub_store::{LOCAL, OpenError, Sqlite};
use chathub_upstream::Mirrored;

use super::keys::{self, KeysError};
use super::{Unusable, refuse_unfinished};

/// Why an installation can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Store(#[from] OpenError),
    #[error(transparent)]
    Unusable(#[from] Unusable),
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error("{}", told(.0))]
    Hub(#[from] chathub_hub::Error),
}

/// An error as a command says it. Where there is no log that says more, the cause itself is told.
pub(crate) fn told(error: &chathub_hub::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) if error.code == ErrorCode::Internal => cause.to_string().replace('\n', " "),
        _ => error.detail.clone(),
    }
}

/// The hub over the database of a data directory.
pub struct Opened {
    pub hub: Hub,
    pub store: Arc<Sqlite>,
    pub running: Running,
}

/// Opens the database and starts the hub, for a command: the people of a remote are those that are remembered.
///
/// # Errors
/// See [`StartError`].
pub async fn open(data_dir: &Path, clock: Clock, settings: Settings) -> Result<Opened, StartError> {
    refuse_unfinished(data_dir)?;
    let store = Arc::new(Sqlite::open(data_dir).await?);
    let (keys, _) = keys::load(data_dir)?;
    let address = store.directory().await.map_err(chathub_hub::Error::from)?;
    let directory: Arc<dyn Directory> = match address.as_str() {
        LOCAL => store.clone(),
        _ => Arc::new(Mirrored { mirror: store.clone(), address }),
    };
    let (hub, running) = Hub::start(Ports { directory, ..Ports::of(&store) }, keys, clock, settings).await?;
    Ok(Opened { hub, store, running })
}
