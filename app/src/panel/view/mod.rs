//! What the operator sees: the list, the open chat, the state of the connection.
//!
//! Views of several shapes are `Part`s and never `AnyView`s, nor what is made of them (`Show`, children): one alone
//! would bring every view's asynchronous hydration into the WASM, a fifth of its size, for nothing. What the server
//! never shows, like an open chat, is `made`, so that there is no code that would take it over. Closures in views are
//! `changing`, an `attribute` or `heard`: each type of one would bring its own copy of what handles it (`part`).
//!
//! No text is a child: each is what an element of its own says (`text`).
//!
//! Of an element that is all literals, `view!` makes a string for `innerHTML`, which pages that enforce Trusted Types
//! forbid. So such an element has what it says or one attribute in braces, which makes it an element like the others; a
//! browser test sees to it that the WASM can't say `innerHTML` at all.

mod block;
mod blocks;
mod composer;
mod connection;
mod focus;
mod header;
mod language;
mod lines;
mod list;
mod message;
mod part;
mod pieces;
mod thread;
mod window;
mod wording;
mod words;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::actions::CLOSE;
use super::handle::Panel;
use super::state::{Link, Topic};
use crate::parts::text::{self, Says};
use crate::texts::{PanelTexts, Speaker};
use part::{attribute, changing, heard, lasting, made, part};

pub(super) fn panel(panel: Panel) -> impl IntoView + use<> {
    panel.run();
    let texts = panel.texts;
    let connection = move || {
        panel.with(Topic::Link, |state| match state.link.is {
            Link::Connecting { .. } => "connecting",
            Link::Live => "live",
            Link::Offline => "offline",
            Link::Stopped { .. } => "stopped",
        })
    };
    // In a narrow place the list and the open chat are two screens; the style sheet shows one of them.
    let screen = move || if panel.open.get().is_some() { "chat" } else { "list" };
    let view = view! {
        <section
            class="ch-panel"
            aria-label=texts.label()
            data-connection=attribute(connection)
            data-screen=attribute(screen)
            data-hydrated=attribute(move || panel.hydrated.get())
            lang=texts.tag()
            dir=texts.direction()
            translate="no"
            node_ref=panel.root
            on:keydown=heard(move |event: KeyboardEvent| escape(panel, &event))
        >
            {lasting(connection::bar(panel))}
            <div class="ch-columns">
                {lasting(list::column(panel))}
                <div class="ch-main">
                    {changing(move || match panel.open.get() {
                        Some(id) => made(thread::chat(panel, id)),
                        None => part(nothing_open(panel)),
                    })}
                </div>
            </div>
        </section>
    };
    lasting(view)
}

fn nothing_open(panel: Panel) -> impl IntoView {
    let texts = panel.texts;
    let none = move || panel.with(Topic::List, |state| state.chats.view.is_empty());
    view! {
        <div class="ch-nothing">
            <p class="ch-nothing-title" says=move || if none() { texts.quiet() } else { texts.none_open() }></p>
            <p says=move || if none() { texts.quiet_why() } else { texts.none_open_why() }></p>
        </div>
    }
}

/// Escape goes back to the list, to the row of the chat that was open.
fn escape(panel: Panel, event: &KeyboardEvent) {
    if !CLOSE.about.is_key(&event.key()) || event.is_composing() || event.default_prevented() {
        return;
    }
    if list::back(panel) {
        // The window around an embedded panel would take the same key as an order to close.
        event.prevent_default();
    }
}
