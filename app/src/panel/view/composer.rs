//! Where an answer is written. The text lives in the state, by chat; the field shows it.

use chathub_domain::limits::MESSAGE_CHARS;
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html::Textarea;
use leptos::prelude::*;

use super::Panel;
use super::part::{attribute, changing, heard};
use super::text::Says;
use crate::panel::actions::{SEND, WRITE};
#[cfg(feature = "hydrate")]
use crate::panel::handle::whenever;
use crate::panel::state::Topic;
use crate::texts::{PanelTexts, Speaker};

/// Characters before the limit at which it is spoken of.
const NEAR_LIMIT: usize = 500;

pub(super) fn composer(panel: Panel) -> impl IntoView {
    let texts = panel.texts;
    let field = NodeRef::<Textarea>::new();
    let draft = move || panel.with(Topic::Draft, |state| state.draft_text().to_owned());
    let length = move || {
        panel.with(Topic::Draft, |state| {
            let text = state.draft_text().trim();
            // Bytes are never fewer than characters: most drafts need no counting.
            if text.len() + NEAR_LIMIT < MESSAGE_CHARS { 0 } else { text.chars().count() }
        })
    };
    let hint = move || match length() {
        length if length > MESSAGE_CHARS => {
            texts.too_long((length - MESSAGE_CHARS) as u64, &texts.number(MESSAGE_CHARS as u64))
        }
        length if length + NEAR_LIMIT >= MESSAGE_CHARS => {
            texts.characters_left((MESSAGE_CHARS - length) as u64)
        }
        _ => String::new(),
    };
    let over = move || length() > MESSAGE_CHARS;
    let send = move || {
        panel.send();
        if let Some(field) = field.get_untracked() {
            panel.peek(|state| field.set_value(state.draft_text()));
            // It can be focused: it was there to be written in.
            drop(field.focus());
        }
    };
    let typed = move |_| {
        if let Some(field) = field.get_untracked() {
            panel.act(WRITE.with(field.value()));
        }
    };
    let pressed = move |event: KeyboardEvent| {
        // 229: some browsers end a composition before they tell of the key that ended it.
        let composing = event.is_composing() || event.key_code() == 229;
        if SEND.about.is_key(&event.key()) && !event.shift_key() && !composing {
            event.prevent_default();
            send();
        }
    };
    #[cfg(feature = "hydrate")]
    whenever(move || {
        if let Some(field) = field.get() {
            panel.peek(|state| field.set_value(state.draft_text()));
            // Under a finger the keyboard would cover what was opened. Whoever has no pointer at all goes by keys.
            let finger =
                web_sys::window().and_then(|window| window.match_media("(pointer: coarse)").ok().flatten());
            if !finger.is_some_and(|query| query.matches()) {
                drop(field.focus());
            }
        }
    });
    view! {
        <form
            class="ch-composer"
            on:submit=heard(move |event: SubmitEvent| {
                event.prevent_default();
                send();
            })
        >
            <div class="ch-grow" data-text=attribute(draft)>
                <textarea
                    class="ch-field"
                    aria-label=texts.message()
                    placeholder=texts.with_texts(WRITE.about.text)
                    rows="1"
                    dir="auto"
                    enterkeyhint="send"
                    aria-describedby="ch-hint"
                    aria-invalid=attribute(move || over().then_some("true"))
                    node_ref=field
                    on:input=heard(typed)
                    on:keydown=heard(pressed)
                ></textarea>
            </div>
            <button type="submit" class="ch-button" disabled=attribute(move || !panel.may_send()) says=texts.with_texts(SEND.about.text)></button>
            <p class="ch-hint" class:ch-hint-over=changing(over) id="ch-hint" says=hint></p>
        </form>
    }
}
