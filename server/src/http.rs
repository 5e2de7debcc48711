//! What is HTTP's own: connections, who is at their other end, and what every request and refusal has in common.

pub(crate) mod body;
pub mod connections;
pub(crate) mod guard;
pub(crate) mod origin;
pub(crate) mod peer;
pub(crate) mod problem;
pub(crate) mod request_id;
pub(crate) mod requests;
