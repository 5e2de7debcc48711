//! The database's files, which hold what customers said: their owner's alone, whoever made the directory.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{ErrorKind, Result};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// What others may do with a file.
const OTHERS: u32 = 0o077;

/// The database with what SQLite keeps beside it while it is open. The latter two are made with the mode of the first.
pub(super) fn all(database: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|end| {
        let mut name = database.as_os_str().to_owned();
        name.push(end);
        name.into()
    })
}

/// Makes an empty database (for SQLite, an empty file is one), or takes from others what they may do with the one that
/// is there.
pub(super) fn make_private(database: &Path) -> Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(database) {
        Ok(_) => sync_names(database),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            all(database).iter().try_for_each(|file| close_to_others(file))
        }
        Err(error) => Err(error),
    }
}

/// Removes them, the log of a database before what it belongs to: it must never be taken for a later one's.
pub(super) fn remove(database: &Path) -> Result<()> {
    all(database).iter().rev().try_for_each(|file| match std::fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    })
}

/// After a power cut the new file is where it was, and so is its directory, which may be new as well.
fn sync_names(database: &Path) -> Result<()> {
    let Some(directory) = database.parent() else { return Ok(()) };
    File::open(directory)?.sync_all()?;
    // What is above may be closed to us: then it was not made by us either.
    let above = directory.parent().map(File::open);
    above.and_then(Result::ok).map_or(Ok(()), |above| above.sync_all())
}

fn close_to_others(file: &Path) -> Result<()> {
    match file.metadata() {
        Ok(found) if found.permissions().mode() & OTHERS == 0 => Ok(()),
        Ok(found) => {
            std::fs::set_permissions(file, Permissions::from_mode(found.permissions().mode() & !OTHERS))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}
