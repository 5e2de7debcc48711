//! The log, as the hub works with it: the one who writes, those who are told, and what goes for good.

pub(crate) mod eraser;
pub mod feed;
pub mod writer;
