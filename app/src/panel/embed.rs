//! The panel in a page: hydrated in place (in somebody else's inside a shadow root), told apart from its neighbours by
//! the element that holds it, gone without a trace when dropped.

use std::cell::RefCell;
use std::rc::Rc;

use chathub_domain::ChatId;
use js_sys::Function;
use leptos::mount::hydrate_from;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::actions::OPEN;
use super::{Panel, PanelProps, view};

/// The panel of a page of ours, if it has one. It stays as long as its page.
pub fn hydrate_console() {
    let element = leptos::prelude::document().get_element_by_id(super::CONSOLE_PANEL);
    let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else { return };
    let props = element.get_attribute(super::CONSOLE_PROPS).and_then(|json| PanelProps::read(&json));
    if let Some(props) = props {
        std::mem::forget(hydrate(element, props, None, None));
    }
}

/// A hydrated panel.
pub struct Embedded {
    panel: Panel,
    /// Ends the reactive system of this panel and takes its elements out of the page.
    unmount: Option<Box<dyn FnOnce()>>,
}

/// Takes over the HTML of [`render`](super::render) inside `element`. `on_event(name, detail)` hears what happens;
/// `kept` is what a former panel gave out to keep.
#[must_use]
pub fn hydrate(
    element: HtmlElement,
    props: PanelProps,
    on_event: Option<Function>,
    kept: Option<String>,
) -> Embedded {
    let made = Rc::new(RefCell::new(None));
    let handle = hydrate_from(element, {
        let made = Rc::clone(&made);
        move || {
            let panel = Panel::new(props, on_event, kept);
            *made.borrow_mut() = Some(panel);
            view::panel(panel)
        }
    });
    #[expect(clippy::expect_used, reason = "hydrate_from calls its function before it returns")]
    let panel = made.take().expect("a panel");
    Embedded { panel, unmount: Some(Box::new(move || drop(handle))) }
}

impl Embedded {
    /// A fresh token for the same operator: the panel stays as it is, or resumes.
    pub fn set_token(&self, token: String) {
        self.panel.set_token(token);
    }

    /// What the next panel needs to go on from here.
    #[must_use]
    pub fn to_keep(&self) -> String {
        self.panel.to_keep()
    }

    pub fn open_chat(&self, id: i64) {
        self.panel.act(OPEN.with(ChatId(id)));
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Some(unmount) = self.unmount.take() {
            unmount();
        }
    }
}
