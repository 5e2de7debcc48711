//! The rules: what a command does to the present. Pure, so that the writer can run them inside its transaction and
//! every test can run them on a table of cases.
//!
//! A file a noun: each has its commands, what must be loaded to judge them, the rule, and what it records.
//!
//! The rules, in words:
//! - A customer's message goes to their one open chat, or makes one. It reopens a chat that waited or was on pause.
//! - An operator's message may go to any chat of the organization. The first answer opens a new chat and takes it;
//!   an answer to a closed chat reopens it, unless the customer has begun another.
//! - The same (sender, client id) again is the first one: nothing happens twice.
//! - Read positions only move forward, and never past what has been said.
//! - Erasing takes a chat and, with a customer's last one, what they are called; it leaves the numbers: nobody's
//!   counting gets a hole, and a customer who comes back goes on with theirs.

mod assignment;
mod customers;
mod decider;
mod erasing;
mod messages;
mod reading;
mod status;
mod who;

pub use assignment::Assign;
pub use decider::{Command, Decider, Receipt, Rule};
pub use erasing::Erase;
pub use messages::{Answer, Ask};
pub use reading::{Read, ReadByCustomer};
pub use status::SetStatus;
pub use who::{Clerk, Guest, Member};

#[cfg(test)]
mod tests;
