//! Looking whether an installation is sound, beside a running server or without one.

use std::path::Path;

use chathub_edge::commands;
use chathub_store::{OpenError, Sqlite};

use super::{LOADERS, files, keys};
use crate::assets::digest;

/// What was found in a data directory, a line each.
pub struct Found {
    /// What is wrong.
    pub problems: Vec<String>,
    /// What works, and should be known.
    pub notes: Vec<String>,
}

/// Looks through a data directory that has a database. Changes nothing.
///
/// # Errors
/// When the database can't be looked at at all.
pub async fn look(data_dir: &Path) -> Result<Found, OpenError> {
    let mut notes = Vec::new();
    let mut problems = Sqlite::problems(data_dir).await?;
    // What is damaged is not read any further.
    if problems.is_empty() {
        notes = Sqlite::odd_logins(data_dir).await?.iter().map(commands::odd_logins).collect();
    }
    match keys::text(data_dir) {
        Ok(Some(_)) => {}
        Ok(None) => problems.push(
            "the token keys are missing: the next start makes new ones, and everybody must sign in again"
                .to_owned(),
        ),
        Err(error) => problems.push(error.to_string()),
    }
    let listed = files::list_all(data_dir);
    let folders = [data_dir.to_owned(), data_dir.join(LOADERS)];
    for path in listed.into_iter().flatten().chain(folders) {
        // One that has gone meanwhile has no mode.
        if files::is_private(&path).is_ok_and(|is_private| !is_private) {
            problems.push(format!("others may use {}: chmod go= {0}", path.display()));
        }
    }
    for file in files::list(&data_dir.join(LOADERS)).unwrap_or_default() {
        let version = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let is_whole = || std::fs::read(&file).is_ok_and(|bytes| digest::version(&bytes) == version);
        if file.extension().is_some_and(|extension| extension == "js") && !is_whole() {
            problems.push(format!("{} is not what it was: put back its copy from a backup", file.display()));
        }
    }
    Ok(Found { problems, notes })
}
