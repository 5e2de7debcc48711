//! What the server knows of those at its door: who has signed in from where, which sessions there are, and which
//! visitors an organization does not want to hear from.

mod blocks;
mod known;
mod lately;
mod logins;
mod sessions;
mod sign_in;

use uuid::Uuid;

pub(crate) use blocks::Blocks;
pub use blocks::{BLOCK_HOURS, Blocked};
pub(crate) use known::{FORGOTTEN_AFTER, Known};
pub(crate) use logins::ExactLogins;
pub use sessions::{SESSION_LIVES, Session, SignedIn};
pub use sign_in::DEVICE_LIVES;

/// Why somebody who signs in is more than a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    None,
    /// The login has signed in from this address before.
    Address,
    /// It has signed in on this device before.
    Device(Uuid),
}
