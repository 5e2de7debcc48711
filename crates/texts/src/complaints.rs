//! What is wrong in the files.

use std::fmt;

/// A line for each thing, with its file, its key and what to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Complaints(pub Vec<String>);

impl fmt::Display for Complaints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}
