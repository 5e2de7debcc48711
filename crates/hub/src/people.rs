//! Companies, their organizations and those who answer in them.

mod administration;
mod cached;
pub(crate) mod changes;
pub mod companies;
pub mod operators;

pub use administration::Administration;
pub use cached::Cached;
