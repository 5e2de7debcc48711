//! Names the commit in `--version`: git's where this is a clone, the archive's where git has written it into
//! `toolchain/commit` (`git archive`), and none in any other copy. Nothing of this machine or moment is in it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Digits of a commit that are told.
const DIGITS: usize = 12;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let archived = root.join("toolchain/commit");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", archived.display());
    let version = env!("CARGO_PKG_VERSION");
    let commit = cloned(&root).or_else(|| commit(&std::fs::read_to_string(&archived).ok()?));
    let (version, date) = match commit {
        Some((id, date)) => (format!("{version} ({id}, {date})"), date),
        None => (version.to_owned(), String::new()),
    };
    println!("cargo::rustc-env=CHATHUB_VERSION={version}");
    println!("cargo::rustc-env=CHATHUB_DATE={date}");
}

/// The commit that is checked out. It is asked for again when that may be another one.
fn cloned(root: &Path) -> Option<(String, String)> {
    // Of a copy inside somebody else's clone, theirs would be told.
    root.join(".git").symlink_metadata().ok()?;
    let branch = git(root, &["rev-parse", "--symbolic-full-name", "HEAD"])?;
    // Commits move the branch; the reflog knows of them also where the branch has no file of its own.
    for name in ["HEAD", &branch, "packed-refs", "logs/HEAD"] {
        let path = root.join(PathBuf::from(git(root, &["rev-parse", "--git-path", name])?));
        // What is not there would be looked for at every build.
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    commit(&git(root, &["log", "-1", "--format=%H %cs"])?)
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// `HASH DATE`, if that is what it is.
fn commit(text: &str) -> Option<(String, String)> {
    let (id, date) = text.trim().split_once(' ')?;
    let is_date = date.len() == 10 && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let is_id = id.len() >= DIGITS && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_id && is_date).then(|| (id[..DIGITS].to_owned(), date.to_owned()))
}
