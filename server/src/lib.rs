//! The server: everything between a socket and the hub.
//!
//! [`serve`](run::serve) takes its listener and its shutdown as arguments, so that a test is one line.

pub mod api;
pub mod assets;
pub mod commands;
pub mod config;
pub mod demo;
pub mod http;
pub mod installation;
mod pages;
mod panel;
pub mod routes;
pub mod run;
pub mod state;
mod stream;

/// This build's version, and the commit that it is of where that is known.
pub const VERSION: &str = env!("CHATHUB_VERSION");
