//! The keys that sign tokens: a file in the data directory that only its owner may read, made on the first start.
//!
//! One key a line, in hex: the first signs, all verify. To rotate, put a new line on top and start again; take the
//! old one away when what it signed has expired.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use chathub_hub::tokens::{KEY_BYTES, TokenKeys};
use uuid::Uuid;

/// The file's name in the data directory.
const FILE: &str = "token-keys";

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("the token keys {path} can't be read or made: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("others may read the token keys {path}: chmod 600 {path}")]
    Open { path: PathBuf },
    #[error("the token keys {path} are wrong: {reason}")]
    Content { path: PathBuf, reason: String },
}

/// The keys of a data directory, made if there are none: as what signs tokens, and as the secrets that others are
/// derived from.
///
/// # Errors
/// See [`KeysError`].
pub fn load(directory: &Path) -> Result<(TokenKeys, Vec<Vec<u8>>), KeysError> {
    let path = directory.join(FILE);
    let failed = |source| KeysError::File { path: path.clone(), source };
    let text = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(file) => make(file).map_err(failed)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let mut file = File::open(&path).map_err(failed)?;
            if file.metadata().map_err(failed)?.permissions().mode() & 0o077 != 0 {
                return Err(KeysError::Open { path });
            }
            let mut text = String::new();
            file.read_to_string(&mut text).map_err(failed)?;
            text
        }
        Err(error) => return Err(failed(error)),
    };
    let wrong = |reason: String| KeysError::Content { path: path.clone(), reason };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let keys: Option<Vec<_>> = lines.map(bytes).collect();
    let keys = keys.ok_or_else(|| wrong("a line is not hexadecimal".into()))?;
    let signing = TokenKeys::new(&keys).map_err(|error| wrong(error.detail))?;
    Ok((signing, keys))
}

/// Writes one new key, whole and on disk before it signs anything.
fn make(mut file: File) -> std::io::Result<String> {
    // Random UUIDs are the system's randomness, 122 bits in each 16 bytes; three are more than HS256 can use.
    let mut text = String::new();
    while text.len() < KEY_BYTES * 2 + 32 {
        text.push_str(&Uuid::new_v4().simple().to_string());
    }
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(text)
}

fn bytes(line: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = line.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty()
        .then(|| pairs.iter().filter_map(|[high, low]| u8::try_from(high << 4 | low).ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_kept_private() {
        let directory = tempfile::tempdir().unwrap();
        load(directory.path()).unwrap();
        let path = directory.path().join(FILE);
        let first = std::fs::read_to_string(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        load(directory.path()).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
    }

    #[test]
    fn keys_that_others_read_or_nobody_understands_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE);
        let refused = |text: &str, mode| {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            load(directory.path()).err().unwrap().to_string()
        };
        assert!(refused(&"ab".repeat(32), 0o644).contains("chmod 600"));
        assert!(refused("not hex", 0o600).contains("hexadecimal"));
        assert!(refused("abcd", 0o600).contains("32"));
        assert!(refused("\n", 0o600).contains("no token key"));
    }
}
