//! What a backup says of itself: when it was made, and what each of its files hashes to.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::files;

/// The file's name in a backup, and the last one that is written.
const FILE: &str = "manifest.json";

/// Grows when a former version could not restore what this one writes.
const FORMAT: u32 = 1;

/// What can be restored has one.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: u32,
    /// The program's.
    version: String,
    /// What came later is not in it.
    pub(super) made_at: jiff::Timestamp,
    /// By their path in the backup, SHA-256 in hex.
    files: BTreeMap<PathBuf, String>,
}

/// Why a folder is no backup, or not a whole one.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("{path} is no backup of ChatHub: name the folder that `chathub backup` has printed")]
    NoBackup { path: PathBuf },
    #[error("the backup {path} was made by a newer ChatHub ({version}): restore it with that version")]
    Newer { path: PathBuf, version: String },
    #[error("the backup {path} is damaged: {file} is not what was written. Use another one")]
    Damaged { path: PathBuf, file: PathBuf },
    #[error("the backup {path} can't be read: {source}")]
    Read { path: PathBuf, source: std::io::Error },
}

impl Manifest {
    /// Looks at what is in a folder, and writes down what it is.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn write(folder: &Path, made_at: jiff::Timestamp) -> std::io::Result<()> {
        let mut files = BTreeMap::new();
        for path in files::list_all(folder)? {
            let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
            files.insert(name, sha256(&path)?);
        }
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let manifest = Self { format: FORMAT, version, made_at, files };
        files::write_new(&folder.join(FILE), &serde_json::to_vec_pretty(&manifest)?)
    }

    /// Reads what a backup says, and looks whether it still is that.
    ///
    /// # Errors
    /// See [`ManifestError`].
    pub(super) fn verified(folder: &Path) -> Result<Self, ManifestError> {
        let path = folder.to_owned();
        let unread = |source| ManifestError::Read { path: folder.to_owned(), source };
        let text = match std::fs::read(folder.join(FILE)) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(ManifestError::NoBackup { path });
            }
            Err(error) => return Err(unread(error)),
        };
        let Ok(manifest) = serde_json::from_slice::<Self>(&text) else {
            return Err(ManifestError::Damaged { path, file: FILE.into() });
        };
        if manifest.format > FORMAT {
            return Err(ManifestError::Newer { path, version: manifest.version });
        }
        for (file, expected) in &manifest.files {
            match sha256(&folder.join(file)) {
                Ok(found) if found == *expected => {}
                Ok(_) => return Err(ManifestError::Damaged { path, file: file.clone() }),
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    return Err(ManifestError::Damaged { path, file: file.clone() });
                }
                Err(error) => return Err(unread(error)),
            }
        }
        Ok(manifest)
    }

    /// Whether a file was in the backup, and so is sound.
    pub(super) fn has(&self, file: &str) -> bool {
        self.files.contains_key(Path::new(file))
    }
}

/// In pieces: a database may be larger than the memory.
fn sha256(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            read => hash.update(&piece[..read]),
        }
    }
    Ok(base16ct::lower::encode_string(&hash.finalize()))
}
