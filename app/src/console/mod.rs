//! The hosted console: pages that are rendered here and work by links and forms. The panel on the last of them is
//! the only thing that needs WASM.

mod bar;
mod desk;
mod home;
mod notice;
mod refusal;
mod shell;

pub use shell::{App, shell};
