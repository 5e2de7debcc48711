//! How a command fails.

use std::path::PathBuf;

use chathub_store::OpenError;
use chathub_upstream::AddressError;

use crate::config::ConfigError;
use crate::installation::Unusable;
use crate::installation::backup::BackupError;
use crate::installation::lock::LockError;
use crate::installation::open::{StartError, told};
use crate::installation::restore::RestoreError;
use crate::run::ServeError;

/// Why a command was not done, in one line.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("{}", typed(.0))]
    Hub(#[from] chathub_hub::Error),
    #[error(transparent)]
    Unusable(#[from] Unusable),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Restore(#[from] RestoreError),
    #[error(transparent)]
    Store(#[from] OpenError),
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error("the address {0}")]
    Address(#[source] AddressError),
    #[error("{path} has companies of its own and stands in front of no other ChatHub")]
    OwnPeople { path: PathBuf },
    #[error("{0} problems were found")]
    Problems(usize),
    #[error("CHATHUB_LOG is no filter: “{0}”. Write it like info, or like debug,sqlx=warn.")]
    LogFilter(String),
    #[error("the password can't be read: {0}")]
    Password(#[source] std::io::Error),
    #[error("the two passwords differ; nothing was changed")]
    PasswordsDiffer,
    #[error("there is no command “{0}”: `chathub --help` lists them")]
    NoCommand(String),
    #[error("the manual's pages can't be written to {path}: {source}")]
    Pages { path: PathBuf, source: std::io::Error },
    #[error("the answer can't be printed: {0}")]
    Output(#[source] std::io::Error),
}

/// A refusal to whoever typed: a field is a flag.
fn typed(error: &chathub_hub::Error) -> String {
    let flags = error.fields.iter().map(|field| {
        let name = field.pointer.rsplit('/').next().unwrap_or_default();
        match name {
            "name" | "login" => format!("--{name} {}", field.detail),
            _ => field.detail.clone(),
        }
    });
    match error.fields.is_empty() {
        true => told(error),
        false => flags.collect::<Vec<_>>().join(" "),
    }
}
