//! The server from outside: real sockets on a port of their own, each test with its own database.
//!
//! One program for all of them, because each further one links the whole server again.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audit;
mod backups;
mod badge;
mod chats;
mod commands;
mod connections;
mod convergence;
mod crash;
mod development;
mod doors;
mod embed;
mod faults;
mod installation;
mod languages;
mod limits;
mod logins;
mod logs;
mod openapi;
mod operators;
mod origins;
mod paging;
mod readers;
mod refusals;
mod request_ids;
mod resume;
mod server_functions;
mod sessions;
mod sign_in;
mod slow_directory;
mod staff;
mod starts;
mod stream;
mod support;
mod tenants;
mod texts;
mod tokens;
mod upstream;
mod visitors;
