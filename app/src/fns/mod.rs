//! Server functions, under `/fn/`: the console's forms and the panel's second way in.
//!
//! Each is a face of a use case of the hub and adds nothing to it. The console's own are for a signed-in company (a
//! session cookie, and pages of this server only); the panel's are for an operator (a token in a header, and the
//! pages that the organization allows).

#[cfg(feature = "ssr")]
mod access;
pub mod chat;
pub mod console;
mod error;
#[cfg(feature = "ssr")]
mod refused;

#[cfg(feature = "ssr")]
pub(crate) use access::{hub, language, refused_origins};
pub use error::AppError;
#[cfg(feature = "ssr")]
pub(crate) use refused::refused;
#[cfg(feature = "ssr")]
pub use refused::refused_address;
