//! Files that are whole or not there, and their owner's alone.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Result, Write as _};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Begins the name of a file that is not whole yet.
const DRAFT: &str = ".draft-";

/// Ends the names that a former version gave to those of loaders.
const FORMER_DRAFT: &str = ".draft";

/// What others may do with a file.
const OTHERS: u32 = 0o077;

/// Set on folders that all share, like `/tmp`.
const STICKY: u32 = 0o1000;

/// Writes a file in place of the former one, if there is one: at every moment it has the former content or the new
/// one, also after a power cut.
///
/// # Errors
/// When the disk or the directory does not take it.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let draft = draft(path, bytes)?;
    draft.persist(path)?;
    sync_folder_of(path)
}

/// As [`write`], when there is no such file.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`], or when the disk or the directory does not take it.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let draft = draft(path, bytes)?;
    draft.persist_noclobber(path)?;
    sync_folder_of(path)
}

/// The content on disk under a name for the moment, readable by its owner (which is how the library makes them).
///
/// Not by `atomic-write-file`: what it commits always takes the place of what is there, which [`write_new`] must not.
fn draft(path: &Path, bytes: &[u8]) -> Result<tempfile::NamedTempFile> {
    let mut draft = tempfile::Builder::new().prefix(DRAFT).tempfile_in(folder_of(path))?;
    draft.write_all(bytes)?;
    draft.as_file().sync_all()?;
    Ok(draft)
}

/// Makes a folder, and those above it, for its owner alone; one that is there stays as it is.
///
/// # Errors
/// When it can't be made.
pub(crate) fn make_folder(path: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// As [`make_folder`], one that is not there yet.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`], or when it can't be made.
pub(crate) fn make_new_folder(path: &Path) -> Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Copies a file of any size to a new one for its owner alone. Until it returns, the new one may be half there: for
/// folders that are not in use yet.
///
/// # Errors
/// When one can't be read, or the other not made and written.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut from = File::open(from)?;
    let mut to = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    std::io::copy(&mut from, &mut to)?;
    to.sync_all()
}

/// What a folder holds is what it held after a power cut too.
///
/// # Errors
/// When the disk fails.
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    File::open(path)?.sync_all()
}

fn sync_folder_of(path: &Path) -> Result<()> {
    sync_folder(folder_of(path))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// What is in a folder, by name; nothing, when it is not there.
///
/// # Errors
/// When it can't be read.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// Every file in a folder and in those in it.
///
/// # Errors
/// When one can't be read.
pub(crate) fn list_all(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in list(folder)? {
        match path.symlink_metadata()?.is_dir() {
            true => found.extend(list_all(&path)?),
            false => found.push(path),
        }
    }
    Ok(found)
}

/// Whether others may do anything with it; a folder that all share is nobody's to keep private.
///
/// # Errors
/// When it can't be looked at.
pub(crate) fn is_private(path: &Path) -> Result<bool> {
    let mode = path.symlink_metadata()?.mode();
    Ok(mode & OTHERS == 0 || mode & STICKY != 0)
}

/// Takes from others what they may do with a file or a folder, if it is there.
///
/// # Errors
/// When it is somebody else's.
pub(crate) fn make_private(path: &Path) -> Result<()> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        // What is elsewhere is not ours to change.
        Ok(found) if found.is_symlink() || found.mode() & STICKY != 0 || found.mode() & OTHERS == 0 => Ok(()),
        Ok(found) => std::fs::set_permissions(path, Permissions::from_mode(found.mode() & !OTHERS)),
    }
}

/// Removes what was begun and never got its name.
///
/// # Errors
/// When the folder can't be read, or the file not removed.
pub(crate) fn remove_drafts(folder: &Path) -> Result<()> {
    list(folder)?.iter().filter(|path| is_draft(path)).try_for_each(std::fs::remove_file)
}

/// Whether it has no name of its own yet.
pub(crate) fn is_draft(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    name.starts_with(DRAFT) || name.ends_with(FORMER_DRAFT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_private_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let held = File::open(&path).unwrap();
        write(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::io::read_to_string(held).unwrap(), "old", "whoever reads goes on with what it was");
        assert!(is_private(&path).unwrap());
        assert_eq!(list(folder.path()).unwrap(), [path]);
    }

    #[test]
    fn a_new_file_takes_nobodys_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_new(&path, b"first").unwrap();
        assert_eq!(write_new(&path, b"second").unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        assert_eq!(list(folder.path()).unwrap(), [path]);
    }

    #[test]
    fn what_all_share_and_what_is_elsewhere_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let (shared, elsewhere) = (folder.path().join("shared"), folder.path().join("elsewhere"));
        std::fs::create_dir(&shared).unwrap();
        std::fs::set_permissions(&shared, Permissions::from_mode(0o1777)).unwrap();
        std::fs::write(&elsewhere, "").unwrap();
        std::fs::set_permissions(&elsewhere, Permissions::from_mode(0o644)).unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        for path in [&shared, &link, &folder.path().join("nowhere")] {
            make_private(path).unwrap();
        }
        assert_eq!(shared.metadata().unwrap().mode() & 0o7777, 0o1777);
        assert_eq!(elsewhere.metadata().unwrap().mode() & 0o777, 0o644);
    }
}
