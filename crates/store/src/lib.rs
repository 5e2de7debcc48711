//! The hub's ports on a database of our own.
//!
//! SQLite is the default and needs no other service. SQL is written with `$1` parameters, `RETURNING` and
//! `ON CONFLICT`, and times are integers, so that PostgreSQL differs where it must and nowhere else.

mod sqlite;

pub use sqlite::{FILE, LOCAL, NewLife, OpenError, Sqlite, on_files, terms};
