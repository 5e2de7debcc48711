//! What the state may not have: the connection, the clock, the listeners. It feeds the state and does what it
//! answers; when it is dropped, nothing of it is left in the page.
//!
//! `driving` holds it all together; what it holds (`transport` with a `socket` or a `stream`, `storage`, `browser`) knows
//! nothing of it, but for what a `receiver` is told. What it does about its connection and its tokens stands in
//! `connection` and `token`.

mod browser;
mod connection;
mod driving;
mod receiver;
mod socket;
mod storage;
mod stream;
mod token;
mod transport;

pub(super) use browser::client_id;
pub(super) use driving::Driver;
