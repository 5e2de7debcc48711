//! The directory against a remote that misbehaves: over real sockets, with the mirror that is used.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod hostile;
#[allow(dead_code, reason = "some of it is for the other program of tests")]
mod support;
mod tls;
mod vouching;
