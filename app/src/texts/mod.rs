//! What is said to people. No sentence is in the sources: each stands in `locales/` by a key, of which `build.rs` makes a
//! method here ([`PanelTexts`], [`ConsoleTexts`]) that answers in the language at hand.
//!
//! The server has all languages. The browser has none: a panel is given the texts of its own with what it begins with.

mod catalogue;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod counting;
#[cfg(feature = "ssr")]
mod languages;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod methods;
mod refusals;

pub use catalogue::Texts;
#[cfg(feature = "ssr")]
pub use languages::{Language, accepted, chosen, languages};
#[cfg(feature = "ssr")]
pub use methods::ConsoleTexts;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub use methods::{PanelTexts, around};
pub use refusals::told_as;
