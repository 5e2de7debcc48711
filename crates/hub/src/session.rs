//! One subscriber's conversation with the server, whatever carries it.
//!
//! A session opens with `hello`, catches up (subscribe, then read since the cursor, then merge with what came
//! meanwhile) and from then on yields the frames to send and takes the frames that came. The WebSocket route and
//! the streaming server function are plumbing around it.
//!
//! What is quick never waits for what is slow: receipts of the writer come in the order of their frames; what the log or
//! the directory is asked for comes when it is there, each in a sequence of its own. And nothing shared is held while
//! the client is waited for.

mod behind;
mod carried;
mod conversation;
mod customer;
mod face;
mod farewell;
mod opened;
mod operator;
pub mod reply;
mod sequence;
mod steps;
mod watcher;
mod work;

pub use carried::TAKEN_WITHIN;
pub use conversation::{Session, Turn};
pub use farewell::Farewell;
