//! Why a database can't be opened, in words for the administrator.

use std::path::{Path, PathBuf};

use sqlx::migrate::MigrateError;

use super::advice;

/// Why a database can't be used, in words for the administrator.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the data directory {path} can't be used: {source}. {}", advice::on_files(.path, .source))]
    Directory { path: PathBuf, source: std::io::Error },
    #[error(
        "the database {path} was made by a newer ChatHub (its schema has version {version}, this build knows {known}). \
         Start that version, or restore a backup made before the upgrade"
    )]
    Newer { path: PathBuf, version: i64, known: i64 },
    #[error(
        "the database {path} was made by an earlier ChatHub (its schema has version {version}, this build has {known}): \
         start this version's server once, which brings it forward"
    )]
    Older { path: PathBuf, version: i64, known: i64 },
    #[error("the database {path} can't be opened: {}. {}", one_line(.source), advice::on_database(.path, .source))]
    Database { path: PathBuf, source: sqlx::Error },
    #[error(
        "the database {path} is another program's: name the right directory with --data-dir, or an empty one to begin in"
    )]
    Foreign { path: PathBuf },
    #[error("the database {from} can't be copied to {to}: {source}")]
    Copy { from: PathBuf, to: PathBuf, source: sqlx::Error },
    #[error("the database {path} can't be brought to this version: {}", migrating(.path, .source))]
    Migration { path: PathBuf, source: MigrateError },
    #[error(
        "the database {path} can't be brought to this version: that takes {} MiB on its disk for a while, and {} MiB are \
         left. Make room and start again; nothing was changed", mib(*.needed), mib(*.free)
    )]
    NoRoom { path: PathBuf, needed: u64, free: u64 },
    #[error(
        "the database {path} is damaged: rows of {table} refer to {parent} that are not there. Put back a backup"
    )]
    Torn { path: PathBuf, table: String, parent: String },
    #[error("the database {path} does not keep what it is told: {setting} is {value}, it must be {needed}")]
    Unsafe { path: PathBuf, setting: &'static str, value: String, needed: &'static str },
}

/// Rounded up.
fn mib(bytes: u64) -> u64 {
    bytes.div_ceil(1024 * 1024)
}

/// An error of a library's, whatever it holds.
fn one_line(error: &impl std::fmt::Display) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn migrating(path: &Path, error: &MigrateError) -> String {
    match error {
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
            format!("{}. {}", one_line(source), advice::on_database(path, source))
        }
        _ => format!("{}. Start the version that made it, or put back a backup", one_line(error)),
    }
}
