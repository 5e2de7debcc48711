//! What is said to people. No sentence is in the sources: each stands in `locales/` by a key, of which `build.rs` makes a
//! method here ([`PanelTexts`], [`ConsoleTexts`]) that answers in the language at hand.
//!
//! The server has all languages. The browser has none: a panel is given the texts of its own with what it begins with.

mod catalogue;
mod counting;
#[cfg(feature = "ssr")]
mod languages;
mod refusals;
mod speaker;

pub use catalogue::Texts;
#[cfg(feature = "ssr")]
pub use languages::{Language, accepted, chosen, languages};
pub use refusals::told_as;
pub use speaker::{ConsoleTexts, Held, PanelTexts, Speaker, around};
