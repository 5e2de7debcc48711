//! What the server knows of those at its door: who has signed in from where, which sessions there are, and which
//! visitors an organization does not want to hear from.

pub mod access;
mod blocks;
mod console;
pub mod development;
mod known;
mod lately;
mod logins;
pub mod origin;
pub mod passwords;
mod refused_origins;
mod sign_in;
pub mod tokens;
mod visitors;

pub use access::Session;
pub(crate) use blocks::Blocks;
pub use console::{SESSION_LIVES, SignedIn};
pub(crate) use known::{FORGOTTEN_AFTER, Known};
pub(crate) use logins::ExactLogins;
pub use refused_origins::RefusedOrigin;
pub use sign_in::DEVICE_LIVES;
pub use visitors::{BLOCK_HOURS, Blocked};
