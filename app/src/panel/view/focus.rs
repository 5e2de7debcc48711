//! Which row of the list has the focus, and that it keeps it.

use chathub_domain::ChatId;
use leptos::ev::KeyboardEvent;
use leptos::html::Nav;
use leptos::prelude::*;

use super::Panel;

/// Arrow keys, Home and End move through the list.
pub(super) fn arrows(panel: Panel, event: &KeyboardEvent) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if !target.is_some_and(|target| target.closest("li").is_ok_and(|row| row.is_some())) {
            return;
        }
        let next = panel.peek(|state| {
            let view = &state.chats.view;
            let place = view.place(state.chat(panel.row.get_untracked()?)?)?;
            view.at(match event.key().as_str() {
                "ArrowDown" => place + 1,
                "ArrowUp" => place.checked_sub(1)?,
                "Home" => 0,
                "End" => view.len() - 1,
                _ => return None,
            })
        });
        if let Some(next) = next {
            event.prevent_default();
            focus_row(panel, next);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (panel, event);
}

/// `still`: without scrolling to it.
#[cfg(feature = "hydrate")]
fn focus(element: Option<web_sys::Element>, still: bool) {
    use wasm_bindgen::JsCast;
    let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    // An element that can't be focused keeps the focus where it is.
    drop(element.focus_with_options(&options));
    if !still {
        // Also to one that has had it already.
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Puts the focus on the row of a chat, once it is there and the list is on the screen. Of several in one frame it is the
/// last one's.
pub(super) fn focus_row(panel: Panel, id: ChatId) {
    panel.row.set(Some(id));
    #[cfg(feature = "hydrate")]
    request_animation_frame(move || focus(row_of(panel), false));
}

/// The row that is to have the focus, if it is in the page.
#[cfg(feature = "hydrate")]
fn row_of(panel: Panel) -> Option<web_sys::Element> {
    let id = panel.row.try_get_untracked().flatten()?;
    let selector = ["li[data-chat-id=\"", &id.to_string(), "\"] > button"].concat();
    panel.root.get_untracked()?.query_selector(&selector).ok().flatten()
}

/// The list is about to change. A row that is put in another place loses the focus: it gets it back.
pub(super) fn keep_focus(panel: Panel, scroller: NodeRef<Nav>) {
    #[cfg(feature = "hydrate")]
    {
        let is_here = |nav: web_sys::HtmlElement| nav.matches(":focus-within").unwrap_or(false);
        if !scroller.get_untracked().is_some_and(is_here) {
            return;
        }
        request_animation_frame(move || {
            let active = document().active_element();
            if active.is_none_or(|element| element.tag_name() == "BODY") {
                focus(row_of(panel), true);
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (panel, scroller);
}
