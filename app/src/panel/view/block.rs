//! Keeping the open chat's visitor out for a time: chosen in the head, then confirmed beneath it.

use leptos::prelude::*;

use super::Panel;
use super::part::{changing, heard, made};
use super::pieces::link;
use super::text::Says;
use crate::panel::actions::{BLOCK, Span};

/// Hours, and how they are called.
const SPANS: [(u32, &str); 4] =
    [(1, "for an hour"), (24, "for a day"), (7 * 24, "for a week"), (30 * 24, "for 30 days")];

/// What was chosen and not confirmed yet.
pub(super) type Chosen = RwSignal<Option<(u32, &'static str)>>;

pub(super) fn choice(panel: Panel, chosen: Chosen) -> impl IntoView {
    let spans = SPANS.map(|(hours, name)| view! { <option value=hours.to_string() says=name></option> });
    view! {
        <select
            class="ch-select"
            aria-label=BLOCK.about.text
            prop:value=changing(move || chosen.get().map_or(String::new(), |(hours, _)| hours.to_string()))
            on:change=heard(move |event| {
                let hours = event_target_value(&event).parse().ok();
                if hours == Some(0) {
                    panel.act(BLOCK.with(Span { hours: 0, address: false }));
                }
                chosen.set(SPANS.into_iter().find(|(span, _)| Some(*span) == hours));
            })
        >
            <option value="" says={"Block…"}></option>
            {spans.into_iter().collect::<Vec<_>>()}
            <option value="0" says={"Let them write again"}></option>
        </select>
    }
}

pub(super) fn confirmation(panel: Panel, chosen: Chosen) -> impl IntoView + use<> {
    let block = move |address| {
        if let Some((hours, _)) = chosen.get_untracked() {
            panel.act(BLOCK.with(Span { hours, address }));
        }
        chosen.set(None);
    };
    changing(move || {
        chosen.get().map(|(_, name)| {
            made(view! {
                <div class="ch-block" role="group" aria-label=BLOCK.about.text>
                    <p says=["Block this visitor ", name, "? Their window closes, and they can’t write here."].concat()></p>
                    {link("Block", move || block(false))}
                    {link("Block their address too", move || block(true))}
                    {link("Cancel", move || chosen.set(None))}
                </div>
            })
        })
    })
}
