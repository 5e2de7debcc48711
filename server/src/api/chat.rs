//! Chats: found, read, answered, moved on and erased, by a company in all of its organizations and by an operator in
//! their own.

mod id;
mod link;
mod message;

pub(super) mod block;
pub(super) mod erase;
pub(super) mod list;
pub(super) mod messages;
pub(super) mod post_message;
pub(super) mod set_status;
pub(super) mod unblock;
