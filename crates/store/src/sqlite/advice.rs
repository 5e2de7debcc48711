//! What an administrator does about a file that can't be used, in half a sentence.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::trouble::{primary, trouble};

/// About a folder or a file that the system does not give us.
#[must_use]
pub fn on_files(path: &Path, error: &io::Error) -> String {
    use io::ErrorKind::{NotADirectory, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    match error.kind() {
        PermissionDenied => whose(path),
        StorageFull | QuotaExceeded => "The disk is full: make room on it, and start again".into(),
        ReadOnlyFilesystem => {
            "What it is on can only be read: mount it for writing (for systemd, StateDirectory= or ReadWritePaths=), or \
             name another directory with --data-dir"
                .into()
        }
        NotADirectory => "A file is where a directory should be: name another with --data-dir".into(),
        _ => "Make it writable, or name another with --data-dir".into(),
    }
}

fn whose(path: &Path) -> String {
    somebody_elses(path).unwrap_or_else(|| {
        "Make it writable for its owner (chmod -R u+rwX), or name another with --data-dir".into()
    })
}

/// Whose it is, or the nearest above it that there is, unless that is ours.
fn somebody_elses(path: &Path) -> Option<String> {
    let us = rustix::process::geteuid().as_raw();
    let (path, owner) =
        path.ancestors().find_map(|path| Some((path, path.symlink_metadata().ok()?.uid())))?;
    (owner != us).then(|| {
        format!(
            "{path} belongs to the user {owner}, and this is the user {us}: start ChatHub as that one, or give the \
             directory to this one (chown -R {us}), or name another with --data-dir",
            path = path.display()
        )
    })
}

/// About a database that SQLite does not open.
pub(super) fn on_database(path: &Path, error: &sqlx::Error) -> String {
    let code = error.as_database_error().and_then(|error| primary(error.code()?.parse().ok()?).into());
    match (code, trouble(error)) {
        (Some(11), _) => {
            "The file is damaged: put back a backup with `chathub restore`. What `chathub check` says of it \
                          tells how much is lost"
                .into()
        }
        (Some(26), _) => {
            "The file is no database: name the right directory with --data-dir, or put back a backup with \
             `chathub restore`"
                .into()
        }
        (Some(3 | 8 | 14), _) if somebody_elses(path).is_some() => whose(path),
        (_, Some(trouble)) => {
            let text = trouble.to_string();
            let mut letters = text.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
        _ => "See whether it is ChatHub's, or put back a backup with `chathub restore`".into(),
    }
}
