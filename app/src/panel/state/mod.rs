//! What a panel knows and how it changes: one state, one pure function.
//!
//! [`State::apply`] takes what happened (a frame, something the operator did, a change of the connection, a tick
//! with the time) and answers with what is to be done about it; [`State::touched`] then says what has changed. No
//! socket, no clock, no web type: the driver has those, and the tests here need no browser.
//!
//! The state is made of parts, a file each: a part has its own fields, hears events by itself and says what it has
//! touched. What concerns several of them is `whole` (what they are together), `apply` (what happened), `frames` (what
//! the server says: the one place where all kinds of frames and events are told apart), `course` (connections that come
//! and go), `restored` (another life of the database), `keep` (what outlives a panel).

mod action;
mod apply;
mod chats;
mod course;
mod drafts;
mod effect;
mod frames;
mod input;
mod keep;
mod link;
mod messages;
mod notices;
mod outbox;
mod per_chat;
mod picture;
mod receipts;
mod refusals;
mod restored;
mod staff;
mod steps;
mod stranded;
mod threads;
mod touched;
mod turn;
mod typing;
mod unread;
mod upgrade;
mod views;
mod whole;
mod wishes;

pub use action::{About, Action, Allowed, Deed, NO, allowed};
pub use chats::{Chats, display_name};
pub use effect::{Effect, Told};
pub use input::Input;
pub use link::{Link, TOKEN_EXPIRING_MS, asks_token};
pub use messages::Messages;
pub use outbox::{Outgoing, Progress};
pub use per_chat::PerChat;
pub use refusals::worded;
pub use threads::{Loading, Thread};
pub use touched::{Topic, Touched};
pub use turn::Turn;
pub use views::View;
pub use whole::State;

#[cfg(test)]
mod tests;
