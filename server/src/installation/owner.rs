//! Whose an installation is. What another user adds to it is that user's, and its server can't open it.

use std::io::{ErrorKind, Result};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use chathub_store::FILE as DATABASE;

/// The user who may do everything.
const ROOT: u32 = 0;

/// Where the system's own users are named.
const USERS: &str = "/etc/passwd";

/// An installation is another user's.
#[derive(Debug, thiserror::Error)]
#[error(
    "{path} belongs to the user {owner}, whose server could not open what another user makes in it: run the command as \
     that user (sudo -u {owner} chathub …)"
)]
pub struct NotYours {
    path: PathBuf,
    owner: String,
}

/// What somebody is about to do with an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Nothing stays of it.
    Read,
    /// Files may be made.
    Write,
}

/// Lets the owner do anything, and root read. Of what is not there yet, the folder's owner is the owner; whether another
/// user may write into that is for the system to say.
///
/// # Errors
/// [`NotYours`].
pub(crate) fn refuse_strangers(data_dir: &Path, wish: Wish) -> std::result::Result<(), NotYours> {
    refuse(data_dir, wish, rustix::process::geteuid().as_raw())
}

fn refuse(data_dir: &Path, wish: Wish, me: u32) -> std::result::Result<(), NotYours> {
    let owner_of = |path: &Path| -> Result<u32> { Ok(path.metadata()?.uid()) };
    let (owner, is_made) = match owner_of(&data_dir.join(DATABASE)) {
        Ok(owner) => (owner, true),
        Err(error) => match owner_of(data_dir) {
            // Closed to us: there may be one.
            Ok(owner) => (owner, error.kind() == ErrorKind::PermissionDenied),
            // Not there, or not to be seen: whoever uses it is told.
            Err(_) => return Ok(()),
        },
    };
    let may = match me {
        _ if me == owner => true,
        ROOT => wish == Wish::Read,
        _ => !is_made,
    };
    match may {
        true => Ok(()),
        false => Err(NotYours { path: data_dir.to_owned(), owner: name(owner) }),
    }
}

/// What a user is called, or the number as `sudo -u` takes it.
fn name(user: u32) -> String {
    let users = std::fs::read_to_string(USERS).unwrap_or_default();
    named(&users, user).map_or_else(|| format!("'#{user}'"), str::to_owned)
}

fn named(users: &str, user: u32) -> Option<&str> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, id) = (fields.next()?, fields.nth(1)?);
        (id.parse() == Ok(user)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::chown;

    use super::*;

    #[test]
    fn only_the_owner_writes_and_only_root_reads_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let me = rustix::process::geteuid().as_raw();
        let other = me + 1;
        let may = |wish, who| refuse(folder.path(), wish, who).is_ok();
        // An empty folder of ours.
        assert!(may(Wish::Write, me) && may(Wish::Write, other), "the system says whether others may");
        assert!(refuse(&folder.path().join("none"), Wish::Write, ROOT).is_ok());
        std::fs::write(folder.path().join(DATABASE), "").unwrap();
        assert!(may(Wish::Write, me) && may(Wish::Read, me));
        assert!(!may(Wish::Write, other) && !may(Wish::Read, other));
        if me == ROOT {
            chown(folder.path(), Some(other), None).unwrap();
            assert!(may(Wish::Write, ROOT), "the database is ours");
            chown(folder.path().join(DATABASE), Some(other), None).unwrap();
            assert!(may(Wish::Read, ROOT) && !may(Wish::Write, ROOT) && may(Wish::Write, other));
            std::fs::remove_file(folder.path().join(DATABASE)).unwrap();
            assert!(!may(Wish::Write, ROOT), "of a folder that waits for its user's");
        }
    }

    #[test]
    fn users_are_called_by_name_where_the_system_has_one() {
        let users = "root:x:0:0:root:/root:/bin/bash\nbroken\nchathub:x:998:996::/var/lib/chathub:/usr/sbin/nologin\n";
        assert_eq!(named(users, 998), Some("chathub"));
        assert_eq!(named(users, 99), None);
        assert_eq!(name(u32::MAX - 7), format!("'#{}'", u32::MAX - 7));
    }
}
