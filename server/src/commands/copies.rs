//! Backups of an installation, putting one back, and looking whether all is sound.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;

use super::error::CommandError;
use super::output::say;
use crate::installation::backup::backup as make_backup;
use crate::installation::check::{Found, look};
use crate::installation::restore::{Restored, restore as put_back};
use crate::installation::{Wish, require};

#[derive(Args, Debug)]
pub(super) struct Backup {
    /// Where each backup gets a folder of its own, named by the time
    dir: PathBuf,
}

#[derive(Args, Debug)]
pub(super) struct Restore {
    /// The folder that `chathub backup` has printed
    backup: PathBuf,

    /// Go on with the keys of the backup: tokens of companies stay good, also those that were revoked since
    #[arg(long)]
    keep_keys: bool,
}

pub(super) async fn backup(data_dir: &Path, Backup { dir }: Backup) -> Result<(), CommandError> {
    let made = make_backup(data_dir, &dir, Timestamp::now()).await?;
    say(&made.display().to_string())
}

pub(super) async fn restore(data_dir: &Path, arguments: Restore) -> Result<(), CommandError> {
    let Restore { backup, keep_keys } = arguments;
    let Restored { made_at, life } = put_back(&backup, data_dir, keep_keys, Timestamp::now()).await?;
    say(&format!("{} is as it was at {made_at:.0}. What came later is lost.", data_dir.display()))?;
    say(
        "The sessions of the console and the tokens of operators have ended; website visitors find their chats.",
    )?;
    match (keep_keys, life.logins.is_empty()) {
        (true, false) => {
            say(
                "The tokens of these companies are good as they were then, also those that were revoked since.",
            )?;
            say("To revoke them, set a new password: chathub company password --login LOGIN")?;
            for login in &life.logins {
                say(&format!("  {login}"))?;
            }
        }
        (true, true) => {}
        (false, _) => say("The tokens of companies have ended too: whoever keeps one gets a new one.")?,
    }
    if life.is_local {
        say(
            "Passwords, and which operators are active, are those of the backup: change again what was changed since.",
        )?;
    }
    Ok(())
}

pub(super) async fn check(data_dir: &Path) -> Result<(), CommandError> {
    require(data_dir, Wish::Read)?;
    let Found { problems, notes } = look(data_dir).await?;
    for line in problems.iter().chain(&notes) {
        say(line)?;
    }
    match problems.len() {
        0 => say("No problem was found."),
        count => Err(CommandError::Problems(count)),
    }
}
