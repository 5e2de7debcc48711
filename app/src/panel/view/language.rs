//! The choice of a language, where the page around the panel is not ours to have one.

use leptos::prelude::*;

use super::Panel;
use super::part::{heard, lasting};
use crate::panel::actions::SPEAK;
use crate::panel::props::Door;
use crate::parts::text::Says;
use crate::texts::Speaker;

pub(super) fn choice(panel: Panel) -> impl IntoView {
    let texts = panel.texts;
    (panel.door == Door::Embed).then(|| {
        let own = texts.tag();
        let options = texts.languages().into_iter().map(|(tag, name)| {
            lasting(view! { <option value=tag.clone() selected=tag == own lang=tag says=name></option> })
        });
        lasting(view! {
            <select
                class="ch-select ch-language"
                aria-label=texts.with_texts(SPEAK.about.text)
                on:change=heard(move |event| panel.act(SPEAK.with(event_target_value(&event))))
            >
                {options.collect::<Vec<_>>()}
            </select>
        })
    })
}
