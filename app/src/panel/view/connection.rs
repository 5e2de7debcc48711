//! How the panel stands with the server, in one sentence, and what can be done about it.

use chathub_domain::ErrorCode;
use leptos::prelude::*;

use super::Panel;
use super::part::{Part, changing, made};
use super::pieces::{button, link};
use super::text::Says;
use crate::panel::actions::{LET_GO, UPGRADE};
use crate::panel::props::Door;
use crate::panel::state::{Link, Topic, asks_token, worded};
use crate::texts::{PanelTexts, Speaker};

pub(super) fn bar(panel: Panel) -> impl IntoView {
    let texts = panel.texts;
    let sentence = move || {
        panel.with(Topic::Link, |state| match &state.link.is {
            Link::Live => String::new(),
            Link::Connecting { again: false } => texts.connecting(),
            // One sentence for both, so that it is not read out again with every attempt.
            Link::Connecting { again: true } | Link::Offline => texts.connection_lost(),
            Link::Stopped { code, detail } => stopped(panel, *code, detail),
        })
    };
    let newer = move || panel.may(&UPGRADE, &());
    let stopped = move || panel.with(Topic::Link, |state| matches!(state.link.is, Link::Stopped { .. }));
    // A page of ours may be loaded again; somebody else's is not ours to throw away, but the panel in it is.
    let reload = Memo::new(move |_| match panel.door {
        Door::Console => newer() || stopped(),
        Door::Embed => newer() && !stopped(),
    });
    let stranded = panel.memo(Topic::Stranded, |state| state.stranded.text.clone());
    let notice = panel.memo(Topic::Notice, |state| {
        state.notices.shown.as_ref().map_or(String::new(), |notice| notice.text.clone())
    });
    view! {
        <div class="ch-bars">
            <div class="ch-connection" class:ch-connection-offers=changing(move || reload.get())>
                <p role="status" says=sentence></p>
                {changing(move || {
                    reload
                        .get()
                        .then(|| {
                            made(view! {
                                <span
                                    class="ch-newer"
                                    says=move || if stopped() { String::new() } else { texts.newer() }
                                ></span>
                                {link(texts.with_texts(UPGRADE.about.text), move || begin_anew(panel))}
                            })
                        })
                })}
            </div>
            <div role="alert">
                {changing(move || some(notice.get()).map(|text| made(view! { <p class="ch-notice" says=text></p> })))}
                {changing(move || some(stranded.get()).map(|text| left(panel, text)))}
            </div>
        </div>
    }
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// What was written for chats that are gone.
fn left(panel: Panel, text: String) -> Part {
    made(view! {
        <div class="ch-notice">
            <p says=panel.texts.stranded()></p>
            <p class="ch-stranded" dir="auto" says=text></p>
            {button(panel, &LET_GO, ())}
        </div>
    })
}

fn stopped(panel: Panel, code: ErrorCode, detail: &str) -> String {
    let texts = panel.texts;
    let what = texts.with_texts(|texts| worded(texts, code, None, detail));
    let then = match (asks_token(code), panel.door) {
        (true, Door::Embed) => texts.page_renews(),
        (true, Door::Console) => texts.console_renews(),
        _ => return what,
    };
    [&what, " ", &then].concat()
}

fn begin_anew(panel: Panel) {
    match panel.door {
        Door::Embed => panel.act(UPGRADE.with(())),
        Door::Console => reload(),
    }
}

fn reload() {
    #[cfg(feature = "hydrate")]
    if let Some(window) = web_sys::window() {
        // Without leave to reload there is nothing else to try.
        drop(window.location().reload());
    }
}
