//! Chats: what operators and customers say, read and decide. Every function names its tenant by the access it is
//! given; none loads a chat by id alone.

mod assign;
mod erase;
pub mod find;
mod history;
mod list;
mod post;
mod read;
mod status;
mod typing;
