//! Copies of an installation, each in a folder of its own, beside a running server or without one.

use std::fs::File;
use std::path::{Path, PathBuf};

use chathub_store::{OpenError, Sqlite};

use super::keys::{self, KeysError};
use super::manifest::Manifest;
use super::{DATABASE, DEMONSTRATION, LOADERS, Unusable, Wish, files, require};

/// Ends the name of a backup that is being made, so that none that is half made looks whole.
const UNFINISHED: &str = ".unfinished";

/// What the names of all of them begin with.
const PREFIX: &str = "chathub-";

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Unusable(#[from] Unusable),
    #[error(transparent)]
    Store(#[from] OpenError),
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error("the token keys are missing in {path}: start the server once, which makes new ones")]
    NoKeys { path: PathBuf },
    #[error("the backup can't be written to {path}: {source}. Nothing was left of it")]
    Write { path: PathBuf, source: std::io::Error },
    #[error("what was copied is not sound ({problem}), and was removed: see what `chathub check` says")]
    Unsound { problem: String },
}

/// Makes a backup in a new folder in `into`, named by the time, and says which. It is verified, and on disk.
///
/// # Errors
/// See [`BackupError`]; nothing is left then.
pub async fn backup(data_dir: &Path, into: &Path, now: jiff::Timestamp) -> Result<PathBuf, BackupError> {
    require(data_dir, Wish::Read)?;
    let failed = |source| BackupError::Write { path: into.to_owned(), source };
    files::make_folder(into).map_err(failed)?;
    remove_unfinished(into).map_err(failed)?;
    // No colons: other systems' file names have none.
    let name = format!("{PREFIX}{}", now.strftime("%Y-%m-%dT%H-%M-%S%.3fZ"));
    let (unfinished, whole) = (into.join(format!("{name}{UNFINISHED}")), into.join(&name));
    files::make_new_folder(&unfinished).map_err(failed)?;
    // Until it has its name: another backup would take it for a dead one's.
    let _held = hold(&unfinished).map_err(failed)?;
    let made = match fill(data_dir, &unfinished, now).await {
        Ok(()) => {
            std::fs::rename(&unfinished, &whole).and_then(|()| files::sync_folder(into)).map_err(failed)
        }
        Err(error) => Err(error),
    };
    if made.is_err() {
        // The reason is worth telling, and not that this failed too.
        let _ = std::fs::remove_dir_all(&unfinished);
    }
    made.map(|()| whole)
}

/// The database last, so that whatever it refers to is at least as old.
async fn fill(data_dir: &Path, folder: &Path, now: jiff::Timestamp) -> Result<(), BackupError> {
    let failed = |source| BackupError::Write { path: folder.to_owned(), source };
    let keys = keys::text(data_dir)?.ok_or_else(|| BackupError::NoKeys { path: data_dir.to_owned() })?;
    files::write_new(&folder.join(keys::FILE), &keys).map_err(failed)?;
    if data_dir.join(DEMONSTRATION).exists() {
        files::copy(&data_dir.join(DEMONSTRATION), &folder.join(DEMONSTRATION)).map_err(failed)?;
    }
    copy_loaders(data_dir, folder).map_err(failed)?;
    Sqlite::copy(data_dir, &folder.join(DATABASE)).await?;
    if let Some(problem) = Sqlite::problems(folder).await?.into_iter().next() {
        return Err(BackupError::Unsound { problem });
    }
    Manifest::write(folder, now).map_err(failed)?;
    // What was read is what is on the disk.
    Manifest::verified(folder).map_err(|error| BackupError::Unsound { problem: error.to_string() })?;
    Ok(())
}

/// Copies every kept version of the loader to another folder.
///
/// # Errors
/// When one can't be read or written.
pub(super) fn copy_loaders(from: &Path, to: &Path) -> std::io::Result<()> {
    let (from, to) = (from.join(LOADERS), to.join(LOADERS));
    for file in files::list(&from)? {
        let Some(name) = file.file_name().filter(|_| !files::is_draft(&file)) else { continue };
        files::make_folder(&to)?;
        files::copy(&file, &to.join(name))?;
    }
    if to.exists() { files::sync_folder(&to) } else { Ok(()) }
}

/// What kills have left of earlier runs. One that is being made is held, and stays.
fn remove_unfinished(into: &Path) -> std::io::Result<()> {
    for folder in files::list(into)? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        // Only ours: others may keep their backups here as well.
        let is_unfinished = name.starts_with(PREFIX) && name.ends_with(UNFINISHED) && folder.is_dir();
        if is_unfinished && hold(&folder).is_ok() {
            std::fs::remove_dir_all(folder)?;
        }
    }
    Ok(())
}

/// Whoever has it open and locked is at work in it, and lives.
fn hold(folder: &Path) -> std::io::Result<File> {
    let held = File::open(folder)?;
    held.try_lock()?;
    Ok(held)
}
