//! What an installation is told of the ChatHub that it stands in front of.

use std::path::Path;

use chathub_hub::Error;
use chathub_store::Sqlite;
use chathub_upstream::Address;
use clap::Subcommand;

use super::error::CommandError;
use super::output::say;
use crate::installation::lock::Lock;
use crate::installation::{Wish, require};

#[derive(Subcommand, Debug)]
pub(super) enum UpstreamCommand {
    /// Say that the other ChatHub is at another address now, while the server is stopped
    Moved {
        /// Its new address: https://chat.example.com
        url: String,
    },
}

pub(super) async fn upstream(
    data_dir: &Path,
    UpstreamCommand::Moved { url }: UpstreamCommand,
) -> Result<(), CommandError> {
    // Whether it may be plain HTTP is for the server to judge, which calls it.
    let address = Address::parse(&url, true).map_err(CommandError::Address)?.to_string();
    require(data_dir, Wish::Write)?;
    let _lock = Lock::take(data_dir)?;
    let store = Sqlite::open(data_dir).await?;
    let moved = store.move_directory(&address).await;
    store.close().await;
    if !moved.map_err(Error::from)? {
        return Err(CommandError::OwnPeople { path: data_dir.to_owned() });
    }
    say(&format!("Start with --upstream {address}; companies sign in once more."))
}
