//! The one Leptos codebase: the panel, the console around it, and the server functions between them and the hub.

#[cfg(feature = "ssr")]
pub mod console;
pub mod fns;
pub mod panel;
