//! The server: everything between a socket and the hub.
//!
//! [`serve`](run::serve) takes its listener and its shutdown as arguments, so that a test is one line.

pub mod api;
pub mod assets;
mod body;
pub mod commands;
pub mod config;
pub mod connections;
pub mod demo;
pub mod digest;
pub mod installation;
pub mod limits;
pub mod loaders;
mod origin;
mod pace;
mod pages;
mod panel;
pub mod peer;
pub mod places;
mod problem;
mod reference;
mod request;
pub mod routes;
pub mod run;
mod stream;

/// This build's version, and the commit that it is of where that is known.
pub const VERSION: &str = env!("CHATHUB_VERSION");
