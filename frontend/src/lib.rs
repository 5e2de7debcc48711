//! All the WASM that a browser downloads: the two doors of the panel.

use chathub_app::panel::PanelProps;
use chathub_app::panel::embed::{self, Embedded};
use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

/// The console: called by the script that Leptos puts into its pages.
#[wasm_bindgen]
pub fn hydrate() {
    embed::hydrate_console();
}

/// A panel in somebody else's page.
#[wasm_bindgen]
pub struct Panel(Option<Embedded>);

/// Takes over the server's HTML inside `element`; `props_json` is what the server rendered it from.
///
/// `on_event(name, detail)` is called with `ready` `{}`, `unread` `{count}`, `message` `{chatId, customer, preview}`,
/// `tokenexpiring` `{}`, `error` `{code, detail}`, `upgrade` `{}` (the operator wants the server's new build: mount it
/// in this one's place), `language` `{language}` (or one that speaks this) and `state` with a text, which the page keeps
/// for as long as its tab lives and gives to the next panel as `state`. Another operator's text, or one that can't be
/// read, is left alone.
///
/// # Errors
/// When `props_json` is not what this build's server sends.
#[wasm_bindgen]
pub fn mount_panel(
    element: HtmlElement,
    props_json: &str,
    on_event: Function,
    state: Option<String>,
) -> Result<Panel, JsError> {
    let props = PanelProps::read(props_json);
    let props = props.ok_or_else(|| JsError::new("This is not what a panel of this build begins with."))?;
    Ok(Panel(Some(embed::hydrate(element, props, Some(on_event), state))))
}

#[wasm_bindgen]
impl Panel {
    /// A fresh token for the same operator.
    pub fn set_token(&self, token: String) {
        if let Some(panel) = &self.0 {
            panel.set_token(token);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "ids are whole and below 2^53 in JavaScript too")]
    pub fn open_chat(&self, id: f64) {
        if let Some(panel) = &self.0 {
            panel.open_chat(id as i64);
        }
    }

    /// What the event `state` would tell now: for who is about to unmount.
    pub fn state(&self) -> String {
        self.0.as_ref().map(Embedded::to_keep).unwrap_or_default()
    }

    /// Leaves nothing behind: no element, no socket, no timer, no listener.
    pub fn unmount(&mut self) {
        self.0 = None;
    }
}
