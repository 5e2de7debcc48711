//! The data directory: who may use it, and the files beside the database, which are whole or not there, also after a
//! power cut, and their owner's alone.

pub mod backup;
pub mod check;
pub(crate) mod files;
pub mod keys;
pub mod lock;
pub mod manifest;
pub mod open;
mod owner;
pub mod restore;

use std::path::{Path, PathBuf};

pub(crate) use chathub_store::FILE as DATABASE;
use chathub_store::Sqlite;
use owner::NotYours;
pub(crate) use owner::Wish;

/// Marks a data directory whose company everybody knows the password of.
pub(crate) const DEMONSTRATION: &str = "DEMONSTRATION";

/// Every version of the panel's loader that was served.
pub(crate) const LOADERS: &str = "loaders";

/// Where a backup is put back before it is whole.
pub(crate) const UNFINISHED: &str = "restoring";

/// Why a data directory is no installation.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error(
        "there is no ChatHub in {path}: name its data directory with --data-dir, or begin with `chathub company add`"
    )]
    Nothing { path: PathBuf },
    #[error("a restore into {path} did not come to its end: run `chathub restore` again")]
    Unfinished { path: PathBuf },
    #[error(transparent)]
    NotYours(#[from] NotYours),
}

/// Whether a restore is at work in it, or did not come to its end.
pub(crate) fn is_unfinished(data_dir: &Path) -> bool {
    data_dir.join(UNFINISHED).exists()
}

/// Nothing new begins in what is half restored.
///
/// # Errors
/// [`Unusable::Unfinished`].
pub(crate) fn refuse_unfinished(data_dir: &Path) -> Result<(), Unusable> {
    match is_unfinished(data_dir) {
        true => Err(Unusable::Unfinished { path: data_dir.to_owned() }),
        false => Ok(()),
    }
}

/// Nor does anything in what is another user's.
///
/// # Errors
/// See [`Unusable`].
pub(crate) fn allow(data_dir: &Path, wish: Wish) -> Result<(), Unusable> {
    owner::refuse_strangers(data_dir, wish)?;
    refuse_unfinished(data_dir)
}

/// Nor where somebody looks for their installation.
///
/// # Errors
/// See [`Unusable`].
pub(crate) fn require(data_dir: &Path, wish: Wish) -> Result<(), Unusable> {
    allow(data_dir, wish)?;
    match Sqlite::exists(data_dir) {
        true => Ok(()),
        false => Err(Unusable::Nothing { path: data_dir.to_owned() }),
    }
}

/// Makes private what a former version or somebody else made for others to read, and takes away what a kill has left
/// unfinished. For whoever holds the [`Lock`](lock::Lock).
///
/// # Errors
/// When a file of ours can't be changed.
pub(crate) fn tidy(data_dir: &Path) -> std::io::Result<()> {
    let loaders = data_dir.join(LOADERS);
    for folder in [data_dir, &loaders] {
        files::remove_drafts(folder)?;
    }
    // The directory itself may be somebody else's, who then decides; the files in it are private all the same.
    let _ = files::make_private(data_dir);
    files::make_private(&data_dir.join(DEMONSTRATION))?;
    files::make_private(&loaders)?;
    for file in files::list(&loaders)? {
        files::make_private(&file)?;
    }
    Ok(())
}
