//! What of a thread is in the page: the messages near those that are seen. The others stand there in blocks, as plain
//! text that takes the same room, so that the browser's own search finds them and nothing jumps.

use std::ops::Range;

use leptos::html::{Div, Ol};
use leptos::prelude::*;

use super::lines::waiting;
use crate::panel::state::State;

/// Messages in one block.
const MESSAGES: i64 = 32;

/// The numbers of the blocks that the open thread has, oldest first.
pub(super) fn numbers(state: &State) -> Range<i64> {
    let Some(thread) = state.open_thread() else { return 0..0 };
    let numbers = thread.messages.numbers();
    let waiting = waiting(thread, &state.outbox.items).count();
    let end = numbers.end + i64::try_from(waiting).unwrap_or(i64::MAX);
    numbers.start.div_euclid(MESSAGES)..(end - 1).div_euclid(MESSAGES) + 1
}

/// The numbers of a block's messages.
pub(super) fn messages(block: i64) -> Range<i64> {
    block * MESSAGES..(block + 1) * MESSAGES
}

/// The blocks of the open thread, as they are in the page.
#[derive(Clone, Copy)]
pub(super) struct Blocks {
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "nothing scrolls on a server"))]
    scroller: NodeRef<Div>,
    /// In the order of their numbers.
    all: StoredValue<Vec<Block>>,
}

#[derive(Clone, Copy)]
pub(super) struct Block {
    number: i64,
    pub(super) element: NodeRef<Ol>,
    /// Its text alone is there. At first all of it is, since nobody knows how high it is.
    pub(super) far: RwSignal<bool>,
}

impl Blocks {
    pub(super) fn new(scroller: NodeRef<Div>) -> Self {
        Self { scroller, all: StoredValue::default() }
    }

    /// A block that is about to be in the page, for as long as its view lives.
    pub(super) fn add(self, number: i64) -> Block {
        let block = Block { number, element: NodeRef::new(), far: RwSignal::new(false) };
        self.all.update_value(|all| {
            let place = all.partition_point(|other| other.number < number);
            all.insert(place, block);
        });
        on_cleanup(move || {
            self.all.try_update_value(|all| all.retain(|other| other.number != number));
        });
        block
    }

    /// Brings what is within a screen of what is seen, and takes the rest away.
    #[cfg(feature = "hydrate")]
    pub(super) fn look(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let seen = scroller.get_bounding_client_rect();
        let (top, bottom) = (seen.top() - seen.height(), seen.bottom() + seen.height());
        let all = self.all.get_value();
        let near = all.partition_point(|block| block.is(|place| place.bottom() < top))
            ..all.partition_point(|block| block.is(|place| place.top() <= bottom));
        let selecting = is_selecting(&scroller);
        for (place, block) in all.into_iter().enumerate() {
            let far = !near.contains(&place);
            if far == block.far.get_untracked() {
                continue;
            }
            if !far {
                block.bring(&scroller);
            } else if !selecting {
                block.take_away();
            }
        }
    }

    /// Brings all: on paper nothing is far.
    #[cfg(feature = "hydrate")]
    pub(super) fn bring_all(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        for block in self.all.get_value() {
            if block.far.get_untracked() {
                block.bring(&scroller);
            }
        }
    }
}

#[cfg(feature = "hydrate")]
impl Block {
    fn is(&self, so: impl Fn(web_sys::DomRect) -> bool) -> bool {
        self.element.get_untracked().is_some_and(|element| so(element.get_bounding_client_rect()))
    }

    fn take_away(self) {
        let Some(element) = self.element.get_untracked() else { return };
        // What has the focus stays.
        if element.matches(":focus-within").unwrap_or(false) {
            return;
        }
        let height = [&element.offset_height().to_string(), "px"].concat();
        drop(web_sys::HtmlElement::style(&element).set_property("height", &height));
        self.far.set(true);
    }

    fn bring(self, scroller: &web_sys::HtmlElement) {
        let Some(element) = self.element.get_untracked() else { return };
        let (scroller, former) = (scroller.clone(), element.offset_height());
        self.far.set(false);
        // Its messages are there by then. If they are higher now, as in a window of another width, what is above has moved by
        // as much: all is laid out from the end.
        request_animation_frame(move || {
            drop(web_sys::HtmlElement::style(&element).remove_property("height"));
            let end = scroller.get_bounding_client_rect().bottom();
            let grown = element.offset_height() - former;
            if grown != 0 && element.get_bounding_client_rect().top() >= end {
                scroller.set_scroll_top(scroller.scroll_top() - grown);
            }
        });
    }
}

/// Whether some text is selected around here: what was selected must not go while it is being copied.
#[cfg(feature = "hydrate")]
fn is_selecting(place: &web_sys::Node) -> bool {
    use js_sys::{Function, Reflect};
    use wasm_bindgen::{JsCast, JsValue};
    let of = |root: &JsValue| {
        let select = Reflect::get(root, &"getSelection".into()).ok()?.dyn_into::<Function>().ok()?;
        let selection = select.call0(root).ok()?;
        Reflect::get(&selection, &"isCollapsed".into()).ok()?.as_bool()
    };
    // Not every browser lets a shadow root be asked.
    let root = place.get_root_node();
    let is_collapsed = of(&root).or_else(|| of(&document()));
    is_collapsed == Some(false)
}
