//! How the panel stands with the server, in one sentence, and what can be done about it.

use chathub_domain::ErrorCode;
use leptos::prelude::*;

use super::part::{Part, changing, made};
use super::text::Says;
use super::{Panel, link};
use crate::panel::props::Door;
use crate::panel::state::{Action, Link, asks_token};

pub(super) fn bar(panel: Panel) -> impl IntoView {
    let sentence = move || {
        panel.link.with(|link| match link {
            Link::Live => String::new(),
            Link::Connecting { again: false } => "Connecting…".to_owned(),
            // One sentence for both, so that it is not read out again with every attempt.
            Link::Connecting { again: true } | Link::Offline => {
                "Connection lost. Trying again; what you write is kept and sent then.".to_owned()
            }
            Link::Stopped { code, detail } => stopped(*code, detail, panel.door),
        })
    };
    let newer = panel.slice(|state| state.offers_upgrade);
    let stopped = move || panel.link.with(|link| matches!(link, Link::Stopped { .. }));
    // A page of ours may be loaded again; somebody else's is not ours to throw away, but the panel in it is.
    let reload = Memo::new(move |_| match panel.door {
        Door::Console => newer.get() || stopped(),
        Door::Embed => newer.get() && !stopped(),
    });
    let stranded = panel.slice(|state| state.stranded.clone());
    let notice = panel.slice(|state| state.notice.as_ref().map(|notice| notice.text.clone()));
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
                                    says=move || if stopped() { "" } else { "A new version is here." }
                                ></span>
                                {link("Reload", move || begin_anew(panel))}
                            })
                        })
                })}
            </div>
            <div role="alert">
                {changing(move || notice.get().map(|text| made(view! { <p class="ch-notice" says=text></p> })))}
                {changing(move || Some(stranded.get()).filter(|text| !text.is_empty()).map(|text| left(panel, text)))}
            </div>
        </div>
    }
}

/// What was written for chats that are gone.
fn left(panel: Panel, text: String) -> Part {
    made(view! {
        <div class="ch-notice">
            <p says={"This was not sent: its chat is gone, or the server was restored from a backup. Copy what you still need."}></p>
            <p class="ch-stranded" dir="auto" says=text></p>
            {link("Discard", move || panel.act(Action::LetGo))}
        </div>
    })
}

fn stopped(code: ErrorCode, detail: &str, door: Door) -> String {
    let what = match code {
        ErrorCode::TokenExpired => "Your sign-in has expired.",
        ErrorCode::TokenInvalid | ErrorCode::TokenMissing => "Your sign-in is not accepted any more.",
        ErrorCode::OperatorInactive => "You are not an active operator any more.",
        ErrorCode::OriginNotAllowed => "This web page may not show the panel: its origin is not on the list.",
        _ => detail,
    };
    let then = match (asks_token(code), door) {
        (true, Door::Embed) => " Waiting for this page to renew it; what you wrote is kept.",
        (true, Door::Console) => " Renewing it; what you wrote is kept.",
        _ => "",
    };
    [what, then].concat()
}

fn begin_anew(panel: Panel) {
    match panel.door {
        Door::Embed => panel.act(Action::Upgrade),
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
