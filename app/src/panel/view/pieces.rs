//! What several views are made of.

use chathub_domain::ChatStatus;
use leptos::prelude::*;

use super::Panel;
use super::part::{Part, attribute, heard, made, part};
use super::text::Says;
use crate::panel::state::Action;
use crate::texts::{Held, PanelTexts, Speaker};

pub(super) fn status_slug(status: ChatStatus) -> &'static str {
    match status {
        ChatStatus::New => "new",
        ChatStatus::Open => "open",
        ChatStatus::Waiting => "waiting",
        ChatStatus::Paused => "paused",
        ChatStatus::Closed => "closed",
    }
}

/// Says that a customer's name could be taken for a colleague's.
pub(super) fn alike(texts: Held) -> Part {
    part(view! { <span class="ch-alike" title=texts.alike_why() says=texts.alike()></span> })
}

/// A button that looks like a link in the sentence that it follows.
pub(super) fn link(text: String, press: impl Fn() + 'static) -> Part {
    let press = heard(move |_| press());
    made(view! { <button type="button" class="ch-link" on:click=press says=text></button> })
}

/// The same, for something that an operator can do, while it is allowed.
pub(super) fn button<G: Copy + Send + 'static>(panel: Panel, action: &'static Action<G>, given: G) -> Part {
    let disabled = attribute(move || !panel.may(action, &given));
    let press = heard(move |_| panel.act(action.with(given)));
    let text = panel.texts.with_texts(action.about.text);
    made(view! { <button type="button" class="ch-link" disabled=disabled on:click=press says=text></button> })
}

/// Who it is, at a glance.
pub(super) fn avatar(name: &str, number: i64) -> Part {
    part(crate::parts::avatar(name, number))
}
