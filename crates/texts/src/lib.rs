//! What ChatHub says, in all of its languages. `locales/` holds a file for each; this reads them, refuses those that are
//! not whole, and makes of the rooms that a program wants the Rust by which it names their texts.
//!
//! It runs while something is built and is part of nothing that is. How the files are written is in `docs/translating.md`.

mod check;
mod complaints;
mod plurals;
mod pseudo;
mod read;
mod rust;

pub use check::check;
pub use complaints::Complaints;
pub use pseudo::{PSEUDO, pseudo};
pub use read::{Language, Text, read};
pub use rust::{Rooms, languages, names};

use std::path::Path;

/// All languages of a folder, English first, then by their tags.
///
/// # Errors
/// When one can't be read, or is not whole.
pub fn load(folder: &Path) -> Result<Vec<Language>, Complaints> {
    let languages = read(folder)?;
    let complaints = check(&languages);
    if complaints.0.is_empty() { Ok(languages) } else { Err(complaints) }
}
