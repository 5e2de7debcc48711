//! The keys that sign tokens: a file in the data directory that only its owner may read, made on the first start.
//!
//! One key a line, in hex: the first signs, all verify. To rotate, put a new line on top and start again; take the
//! old one away when what it signed has expired. A line that begins with `visitors` verifies website visitors' tokens
//! and nothing else: a restore makes a new key, and leaves the former ones like this.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use chathub_hub::door::tokens::{KEY_BYTES, TokenKeys};
use chathub_store::on_files;

use super::files;

/// Begins the line of a key that is no longer good for anybody but website visitors.
const VISITORS: &str = "visitors ";

/// The file's name in the data directory.
pub(crate) const FILE: &str = "token-keys";

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("the token keys {path} can't be read or made: {source}. {}", on_files(.path, .source))]
    File { path: PathBuf, source: std::io::Error },
    #[error("others may read the token keys {path}: chmod 600 {path}")]
    Open { path: PathBuf },
    #[error(
        "the token keys {path} are wrong ({reason}): put back their copy from a backup, or remove the file and start \
         again, which makes new ones: everybody must then sign in again, and website visitors begin new chats"
    )]
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
    let content = match read(&path)? {
        Some(content) if !is_blank(&content) => content,
        // Nothing is lost with it: a start that was cut short, or a disk, has left no key in it.
        Some(_) => {
            tracing::warn!(path = %path.display(), "the token keys were empty: made new ones, everybody must sign in again");
            let content = new_key().map_err(failed)?;
            files::write(&path, &content).map_err(failed)?;
            content
        }
        None => {
            let content = new_key().map_err(failed)?;
            match files::write_new(&path, &content) {
                Ok(()) => content,
                // Another process was faster.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => read(&path)?.unwrap_or_default(),
                Err(error) => return Err(failed(error)),
            }
        }
    };
    let wrong = |reason| KeysError::Content { path: path.clone(), reason };
    let (mut keys, visitors) = parse(&content).map_err(wrong)?;
    let signing = TokenKeys::new(&keys).map_err(|error| wrong(error.detail))?.with_visitors(&visitors);
    // What they sealed, they open.
    keys.extend(visitors);
    Ok((signing, keys))
}

/// The file's text, if it is there and makes sense.
///
/// # Errors
/// See [`KeysError`].
pub(super) fn text(directory: &Path) -> Result<Option<Vec<u8>>, KeysError> {
    let path = directory.join(FILE);
    let Some(content) = read(&path)? else { return Ok(None) };
    match parse(&content) {
        Ok((keys, _)) if keys.is_empty() => {
            Err(KeysError::Content { path, reason: "there is no key in it".to_owned() })
        }
        Ok(_) => Ok(Some(content)),
        Err(reason) => Err(KeysError::Content { path, reason }),
    }
}

/// A new key above those of `content`, which are from now on good for website visitors alone: they find their earlier
/// chats again, and no token of anybody else's lives on.
///
/// # Errors
/// When the system has no randomness to give.
pub(super) fn renewed(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut renewed = new_key()?;
    for line in String::from_utf8_lossy(content).lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !line.starts_with(VISITORS) {
            renewed.extend(VISITORS.bytes());
        }
        renewed.extend(line.bytes());
        renewed.push(b'\n');
    }
    Ok(renewed)
}

/// What the file holds, if it is there and nobody else may read it.
fn read(path: &Path) -> Result<Option<Vec<u8>>, KeysError> {
    let failed = |source| KeysError::File { path: path.to_owned(), source };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut content = Vec::new();
    file.read_to_end(&mut content).map_err(failed)?;
    // What is empty gives nothing away, and is replaced by what is private.
    if !is_blank(&content) && file.metadata().map_err(failed)?.permissions().mode() & 0o077 != 0 {
        return Err(KeysError::Open { path: path.to_owned() });
    }
    Ok(Some(content))
}

/// Empty, or the zeros that a power cut leaves of a content that was on its way.
fn is_blank(content: &[u8]) -> bool {
    content.iter().all(|byte| *byte == 0 || byte.is_ascii_whitespace())
}

/// One new key, as its line.
fn new_key() -> std::io::Result<Vec<u8>> {
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key)?;
    Ok(format!("{}\n", base16ct::lower::encode_string(&key)).into_bytes())
}

type Keys = Vec<Vec<u8>>;

/// The keys, and those for visitors alone; or which line is none.
fn parse(content: &[u8]) -> Result<(Keys, Keys), String> {
    let (mut keys, mut visitors) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(content.split(|byte| *byte == b'\n')) {
        let line = std::str::from_utf8(line).map(str::trim);
        if line == Ok("") {
            continue;
        }
        let line = line.ok();
        let (kind, key) = match line.and_then(|line| line.strip_prefix(VISITORS)) {
            Some(key) => (&mut visitors, Some(key.trim())),
            None => (&mut keys, line),
        };
        match key.and_then(|digits| base16ct::mixed::decode_vec(digits).ok()) {
            Some(key) if key.len() >= KEY_BYTES => kind.push(key),
            Some(_) => return Err(format!("line {number} has fewer than {} digits", KEY_BYTES * 2)),
            None => return Err(format!("line {number} is not hexadecimal")),
        }
    }
    Ok((keys, visitors))
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
        assert!(refused("abcd", 0o600).contains("64"));
    }

    #[test]
    fn renewed_keys_sign_anew_and_keep_the_former_for_visitors() {
        let (first, second) = ("ab".repeat(32), "cd".repeat(32));
        let former = format!("{first}\nvisitors {second}\n\n");
        let renewed = renewed(former.as_bytes()).unwrap();
        let (keys, visitors) = parse(&renewed).unwrap();
        assert_eq!((keys.len(), visitors), (1, vec![vec![0xab; 32], vec![0xcd; 32]]));
        assert_ne!(keys[0], vec![0xab; 32]);
        let directory = tempfile::tempdir().unwrap();
        files::write_new(&directory.path().join(FILE), &renewed).unwrap();
        let (_, secrets) = load(directory.path()).unwrap();
        assert_eq!(secrets[1..], [vec![0xab; 32], vec![0xcd; 32]], "what they sealed, they open");
        assert!(parse(b"visitors ab").unwrap_err().contains("line 1"));
    }
}
