//! The operator's panel: chats on one side, the open one on the other. It is rendered as HTML by the server and taken
//! over in the browser, the same way in a page of ours and in anybody else's, and is the only thing of ours that is.
//!
//! - [`state`]: what it knows and how that changes; pure, tested without a browser;
//! - [`actions`]: what an operator can do, as values;
//! - `driver`: the connection, the clock, the listeners; in the browser only;
//! - `view`: what is shown.
//!
//! Its HTML has no `style` attribute and no script, so that it may be put into pages with a strict policy.

pub mod actions;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod clock;
#[cfg(feature = "hydrate")]
mod driver;
#[cfg(feature = "hydrate")]
pub mod embed;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod handle;
pub mod props;
#[cfg(feature = "ssr")]
mod render;
pub mod state;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod view;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod watched;

pub use props::{Door, PanelProps};
#[cfg(feature = "ssr")]
pub use render::render;

#[cfg(any(feature = "ssr", feature = "hydrate"))]
use handle::Panel;

/// The element around the panel in a page of ours, and the attribute with what the browser takes over from.
pub const CONSOLE_PANEL: &str = "chathub-panel";
pub const CONSOLE_PROPS: &str = "data-props";

/// What the panel brings when it needs it, for a page of ours: names, addresses and what is there, in JSON.
#[cfg(feature = "ssr")]
#[derive(Clone)]
pub struct LateParts(std::sync::Arc<str>);

#[cfg(feature = "ssr")]
impl LateParts {
    #[must_use]
    pub fn of(parts: &impl serde::Serialize) -> Self {
        Self(serde_json::to_string(parts).unwrap_or_default().into())
    }

    pub(crate) fn json(self) -> String {
        self.0.to_string()
    }
}
