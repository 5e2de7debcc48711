//! The one Leptos codebase: the panel, the console around it, what both are made of, and the server functions between
//! them and the hub.

#[cfg(feature = "ssr")]
pub mod console;
pub mod fns;
pub mod panel;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod parts;
pub mod texts;
