//! Keeping the open chat's visitor out for a time: chosen in the head, then confirmed beneath it.

use leptos::prelude::*;

use super::Panel;
use super::part::{changing, heard, made};
use super::pieces::link;
use super::text::Says;
use crate::panel::actions::{BLOCK, Span};
use crate::texts::{Held, PanelTexts, Speaker};

/// Hours.
const SPANS: [u32; 4] = [1, 24, 7 * 24, 30 * 24];

/// What was chosen and not confirmed yet.
pub(super) type Chosen = RwSignal<Option<u32>>;

fn named(texts: Held, hours: u32) -> String {
    match hours {
        1 => texts.block_hour(),
        24 => texts.block_day(),
        168 => texts.block_week(),
        _ => texts.block_month(),
    }
}

pub(super) fn choice(panel: Panel, chosen: Chosen) -> impl IntoView {
    let texts = panel.texts;
    let spans =
        SPANS.map(|hours| view! { <option value=hours.to_string() says=named(texts, hours)></option> });
    view! {
        <select
            class="ch-select"
            aria-label=texts.with_texts(BLOCK.about.text)
            prop:value=changing(move || chosen.get().map_or(String::new(), |hours| hours.to_string()))
            on:change=heard(move |event| {
                let hours = event_target_value(&event).parse().ok();
                if hours == Some(0) {
                    panel.act(BLOCK.with(Span { hours: 0, address: false }));
                }
                chosen.set(SPANS.into_iter().find(|span| Some(*span) == hours));
            })
        >
            <option value="" says=texts.block_choose()></option>
            {spans.into_iter().collect::<Vec<_>>()}
            <option value="0" says=texts.block_undo()></option>
        </select>
    }
}

pub(super) fn confirmation(panel: Panel, chosen: Chosen) -> impl IntoView + use<> {
    let texts = panel.texts;
    let block = move |address| {
        if let Some(hours) = chosen.get_untracked() {
            panel.act(BLOCK.with(Span { hours, address }));
        }
        chosen.set(None);
    };
    changing(move || {
        chosen.get().map(|hours| {
            made(view! {
                <div class="ch-block" role="group" aria-label=texts.with_texts(BLOCK.about.text)>
                    <p says=texts.block_ask(&named(texts, hours))></p>
                    {link(texts.block_confirm(), move || block(false))}
                    {link(texts.block_address(), move || block(true))}
                    {link(texts.block_cancel(), move || chosen.set(None))}
                </div>
            })
        })
    })
}
