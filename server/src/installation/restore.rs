//! Putting a backup back, as the beginning of a new life.

use std::path::{Path, PathBuf};

use chathub_hub::ports::PortError;
use chathub_store::{NewLife, OpenError, Sqlite};

use super::keys::{self, KeysError};
use super::lock::{self, Lock, LockError};
use super::manifest::{Manifest, ManifestError};
use super::{
    DATABASE, DEMONSTRATION, LOADERS, UNFINISHED, Unusable, Wish, backup, files, is_unfinished, owner,
};

/// By how much every counting goes on for each [`LOST_SECONDS`] of the lost time, begun or whole.
const LEAP: i64 = 1_000_000_000;

/// 10,000 rows a second for so long are one [`LEAP`]. The database would be some 300 GB larger after that, so no
/// counting went as far. Last night's backup leaps once, which is well below 2^31 (what a client in another language may
/// keep ids in), and there is room for some millions of leaps below 2^53, where JavaScript's whole numbers end.
const LOST_SECONDS: i64 = 100_000;

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error(transparent)]
    Backup(#[from] ManifestError),
    #[error(transparent)]
    Unusable(#[from] Unusable),
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(
        "{path} is not empty: name an empty directory with --data-dir, or move away what is in this one ({found}, …)"
    )]
    NotEmpty { path: PathBuf, found: String },
    #[error(transparent)]
    Store(#[from] OpenError),
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error("what was restored can't begin anew ({0}), and was not put in its place")]
    NewLife(#[from] PortError),
    #[error("the backup can't be restored to {path}: {source}")]
    Write { path: PathBuf, source: std::io::Error },
    #[error("what was restored is not sound ({problem}), and was not put in its place: use another backup")]
    Unsound { problem: String },
}

/// What was restored.
pub struct Restored {
    /// What came after this is lost.
    pub made_at: jiff::Timestamp,
    pub life: NewLife,
}

/// Puts a backup into an empty data directory that nobody uses.
///
/// Everything is made in a folder inside of it and moved to its place when it is whole, the database last. If that does
/// not come to its end, no other command takes the directory for an installation, and a restore begins it anew.
///
/// # Errors
/// See [`RestoreError`].
pub async fn restore(
    backup: &Path,
    data_dir: &Path,
    keep_keys: bool,
    now: jiff::Timestamp,
) -> Result<Restored, RestoreError> {
    let manifest = Manifest::verified(backup)?;
    owner::refuse_strangers(data_dir, Wish::Write).map_err(Unusable::from)?;
    let _lock = Lock::take(data_dir)?;
    let failed = |source| RestoreError::Write { path: data_dir.to_owned(), source };
    empty(data_dir)?;
    let unfinished = data_dir.join(UNFINISHED);
    files::make_new_folder(&unfinished).map_err(failed)?;
    let restored = fill(backup, &manifest, &unfinished, keep_keys, now).await;
    if restored.is_ok() {
        for name in [LOADERS, DEMONSTRATION, keys::FILE, DATABASE] {
            let from = unfinished.join(name);
            if from.exists() {
                std::fs::rename(from, data_dir.join(name)).map_err(failed)?;
            }
        }
        files::sync_folder(data_dir).map_err(failed)?;
    }
    std::fs::remove_dir_all(&unfinished).map_err(failed)?;
    files::sync_folder(data_dir).map_err(failed)?;
    restored
}

async fn fill(
    backup: &Path,
    manifest: &Manifest,
    folder: &Path,
    keep_keys: bool,
    now: jiff::Timestamp,
) -> Result<Restored, RestoreError> {
    let failed = |source| RestoreError::Write { path: folder.to_owned(), source };
    files::copy(&backup.join(DATABASE), &folder.join(DATABASE)).map_err(failed)?;
    let keys = keys::text(backup)?.unwrap_or_default();
    let keys = if keep_keys { keys } else { keys::renewed(&keys).map_err(failed)? };
    files::write_new(&folder.join(keys::FILE), &keys).map_err(failed)?;
    if manifest.has(DEMONSTRATION) {
        files::copy(&backup.join(DEMONSTRATION), &folder.join(DEMONSTRATION)).map_err(failed)?;
    }
    backup::copy_loaders(backup, folder).map_err(failed)?;
    let lost = now.duration_since(manifest.made_at).as_secs().max(0);
    // Brings the schema forward, too.
    let store = Sqlite::open(folder).await?;
    let life = store.begin_new_life(LEAP * (1 + lost / LOST_SECONDS)).await;
    store.close().await;
    let life = life?;
    match Sqlite::problems(folder).await?.into_iter().next() {
        Some(problem) => Err(RestoreError::Unsound { problem }),
        None => Ok(Restored { made_at: manifest.made_at, life }),
    }
}

/// Nothing may be there but what a restore has left that did not come to its end, which goes.
fn empty(data_dir: &Path) -> Result<(), RestoreError> {
    let failed = |source| RestoreError::Write { path: data_dir.to_owned(), source };
    if is_unfinished(data_dir) {
        for name in [UNFINISHED, LOADERS] {
            remove(std::fs::remove_dir_all(data_dir.join(name))).map_err(failed)?;
        }
        for name in [DEMONSTRATION, keys::FILE, DATABASE] {
            remove(std::fs::remove_file(data_dir.join(name))).map_err(failed)?;
        }
    }
    for path in files::list(data_dir).map_err(failed)? {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // What a file system puts into its top folder is nobody's.
        if ![lock::FILE, "lost+found"].contains(&name.as_str()) {
            return Err(RestoreError::NotEmpty { path: data_dir.to_owned(), found: name });
        }
    }
    Ok(())
}

fn remove(outcome: std::io::Result<()>) -> std::io::Result<()> {
    outcome.or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}
