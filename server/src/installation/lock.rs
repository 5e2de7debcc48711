//! One server for a data directory: two would not tell each other's messages.
//!
//! The system lets go of the lock when its process ends, however it ends. The file stays, and says who had it last.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chathub_store::{OpenError, Sqlite, on_files};

use super::files;

/// The file's name in the data directory.
pub(crate) const FILE: &str = "lock";

/// A data directory that is this process's alone, until this is dropped. Commands that only speak to the database need
/// none.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held: the lock is the open file's")] File);

/// Why a data directory is not this process's.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error(
        "the data directory {path} is in use by another ChatHub ({by}): stop that one first, or name another \
         directory with --data-dir"
    )]
    Held { path: PathBuf, by: Holder },
    #[error("the data directory {path} can't be locked: {source}. {}", on_files(.path, .source))]
    File { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Directory(#[from] OpenError),
}

/// Who has it, as far as they have said.
#[derive(Debug)]
pub struct Holder(Option<u32>);

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(id) => write!(f, "process {id}"),
            None => f.write_str("process unknown"),
        }
    }
}

impl Lock {
    /// Takes a data directory, made if there is none, or says who has it. Waits for nobody.
    ///
    /// # Errors
    /// See [`LockError`].
    pub fn take(data_dir: &Path) -> Result<Self, LockError> {
        Sqlite::make_directory(data_dir)?;
        let path = data_dir.join(FILE);
        let failed = |source| LockError::File { path: data_dir.to_owned(), source };
        // Not truncated: it may be another's.
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // Who it is, is for the message only.
                let _ = file.read_to_string(&mut text);
                let by = Holder(text.trim().parse().ok());
                return Err(LockError::Held { path: data_dir.to_owned(), by });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        files::make_private(&path).map_err(failed)?;
        // For others' messages: a full disk is no reason not to start.
        let _ = say_who(&mut file);
        Ok(Self(file))
    }
}

fn say_who(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_one_holders_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let first = Lock::take(&data).unwrap();
        let refused = Lock::take(&data).unwrap_err().to_string();
        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
        drop(first);
        Lock::take(&data).unwrap();
    }

    #[test]
    fn whoever_has_not_said_who_they_are_is_unknown() {
        let folder = tempfile::tempdir().unwrap();
        let held = File::create(folder.path().join(FILE)).unwrap();
        held.try_lock().unwrap();
        let refused = Lock::take(folder.path()).unwrap_err().to_string();
        assert!(refused.contains("process unknown"), "{refused}");
    }
}
