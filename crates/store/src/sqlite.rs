//! SQLite: one file in the data directory, one connection that writes, several that read.

mod advice;
mod chats;
mod check;
mod checkpoint;
mod copy;
mod database;
mod directory;
mod door;
mod erase;
mod files;
mod forward;
mod index;
mod installation;
mod list;
mod log;
mod logins;
mod mirror;
mod open;
mod open_error;
mod paging;
mod query;
mod reading;
mod register;
mod rows;
mod search;
mod staff;
mod trouble;
mod unread;
mod version;
mod write;

pub use advice::on_files;
pub use copy::NewLife;
pub use database::{FILE, LOCAL, Sqlite};
pub use index::terms;
pub use open_error::OpenError;

#[cfg(test)]
mod tests;
