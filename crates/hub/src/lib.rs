//! The use cases of a live chat.
//!
//! [`Hub`] is the one object that every face (REST, the stream, server functions, the command line) calls. What it needs
//! from outside stands in [`ports`]; it knows neither SQL nor HTTP nor pages.
//!
//! The way of a message: [`session`] or another face → [`chats`] → [`log::writer`] → [`rules`] inside the log's
//! transaction → [`log::feed`] → the sessions of all who may see it.

pub mod audit;
pub mod chats;
pub mod clock;
#[cfg(feature = "contract")]
pub mod contract;
pub mod door;
pub mod error;
pub mod folding;
pub mod hub;
pub mod links;
pub mod log;
pub mod pace;
pub mod peer;
pub mod people;
pub mod phone;
pub mod ports;
pub mod request;
pub mod rules;
pub mod session;
pub mod unread;
pub mod unreadable;

pub use clock::Clock;
pub use door::origin::Origin;
pub use error::{Error, Result};
pub use hub::{Hub, Running, Settings};
