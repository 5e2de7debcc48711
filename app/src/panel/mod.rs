//! The operator's panel: chats on one side, the open one on the other. One component with two doors, and the only
//! thing of ours that is hydrated.
//!
//! - [`session`]: what it knows and how that changes; pure, tested without a browser;
//! - `decode`: from JSON to the wire's types, at a fraction of the derived decoders' size;
//! - `driver`: the connection, the clock, the listeners; in the browser only;
//! - `view`: what is shown.
//!
//! Its HTML has no `style` attribute and no script, so that it may be put into pages with a strict policy.

mod clock;
mod decode;
#[cfg(feature = "hydrate")]
mod driver;
#[cfg(feature = "hydrate")]
pub mod embed;
mod handle;
pub mod props;
#[cfg(feature = "ssr")]
mod render;
pub mod session;
mod view;

pub use props::{Door, PanelProps};
#[cfg(feature = "ssr")]
pub use render::render;

use leptos::prelude::*;

use handle::Panel;

/// The panel as an island of a page of ours.
#[island]
pub fn ConsolePanel(props: PanelProps) -> impl IntoView {
    view! { <ChatPanel props=props /> }
}

/// The panel.
#[component]
pub fn ChatPanel(props: PanelProps) -> impl IntoView {
    let panel = Panel::new(
        props,
        #[cfg(feature = "hydrate")]
        None,
        #[cfg(feature = "hydrate")]
        None,
    );
    view::panel(panel)
}
