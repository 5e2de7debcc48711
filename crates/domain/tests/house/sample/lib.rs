//! A house in small, for the test of what looks at ours.

mod attic;
mod cellar;
mod rooms;

pub use attic::look;
