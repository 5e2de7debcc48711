//! The list of chats.

use std::sync::Arc;

use chathub_domain::{Chat, ChatId, Source};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::part::{Part, attribute, changing, heard, made, part};
use super::text::Says;
use super::{Panel, alike, avatar, status_name, status_slug};
use crate::panel::clock;
use crate::panel::state::{Action, Link, display_name};

pub(super) fn column(panel: Panel) -> impl IntoView {
    let (me, organization) =
        panel.state.with_untracked(|state| (state.me.operator.clone(), state.me.organization.name.clone()));
    let unread = panel.slice(|state| state.unread());
    let more = panel.slice(|state| state.more_chats);
    let loading = panel.slice(|state| state.loading_chats());
    let live = move || panel.link.with(|link| *link == Link::Live);
    // One row is a stop of the Tab key: the one that had the focus, or the open one, or the first.
    let focused = RwSignal::new(None);
    let stop = Memo::new(move |_| {
        panel.chats.with(|chats| {
            let listed = |id: &ChatId| chats.iter().any(|chat| chat.id == *id);
            let wanted = focused.get().filter(listed).or(panel.open.get().filter(listed));
            wanted.or(chats.first().map(|chat| chat.id))
        })
    });
    view! {
        <div class="ch-side">
            <header class="ch-side-head">
                <h2 says={"Chats"}></h2>
                {changing(move || {
                    let unread = unread.get();
                    (unread > 0)
                        .then(|| part(view! { <span class="ch-count" says=[&unread.to_string(), " unread"].concat()></span> }))
                })}
            </header>
            <nav class="ch-list" aria-label="Chats" on:keydown=heard(move |event: KeyboardEvent| arrows(&event))>
                <ul>
                    <For
                        each=move || panel.chats.get()
                        key=|chat| chat.id
                        children=move |chat| row(panel, chat, stop, focused)
                    />
                </ul>
                {changing(move || {
                    panel
                        .chats
                        .with(Vec::is_empty)
                        .then(|| part(view! { <p class="ch-empty" says={"No chats yet. New ones appear here by themselves."}></p> }))
                })}
                {changing(move || {
                    more.get()
                        .then(|| {
                            part(view! {
                                <button
                                    type="button"
                                    class="ch-quiet ch-more"
                                    disabled=attribute(move || loading.get() || !live())
                                    on:click=heard(move |_| panel.act(Action::LoadChats))
                                    says=move || if loading.get() { "Loading…" } else { "Older chats" }
                                ></button>
                            })
                        })
                })}
            </nav>
            <footer class="ch-side-foot">
                {avatar(&me.name, me.id.0)} <span class="ch-me" says=me.name></span>
                <span class="ch-organization" says=organization></span>
            </footer>
        </div>
    }
}

fn row(
    panel: Panel,
    first: Arc<Chat>,
    stop: Memo<Option<ChatId>>,
    focused: RwSignal<Option<ChatId>>,
) -> Part {
    let id = first.id;
    // While a row leaves the list it shows what it showed.
    let chat = Memo::new(move |former: Option<&Arc<Chat>>| {
        let found = panel.chats.with(|chats| chats.iter().find(|chat| chat.id == id).cloned());
        found.or_else(|| former.cloned()).unwrap_or_else(|| first.clone())
    });
    let name = Memo::new(move |_| chat.with(|chat| display_name(chat)));
    let status = Memo::new(move |_| panel.state.with(|state| chat.with(|chat| state.shown_status(chat))));
    let typing = panel.slice(move |state| {
        state.typing.iter().any(|typist| typist.chat_id == id && typist.operator.is_none())
    });
    // What is half written, where it can't be seen in the open chat.
    let draft = panel.slice(move |state| state.drafts.get(id).filter(|_| state.open != Some(id)).cloned());
    let open = Memo::new(move |_| panel.open.get() == Some(id));
    let changed = Memo::new(move |_| chat.with(|chat| chat.updated_at));
    let time = move || {
        panel.calendar.track();
        if panel.hydrated.get() { clock::short(changed.get()) } else { String::new() }
    };
    let machine = move || panel.hydrated.get().then(|| clock::machine(changed.get()));
    let whole = move || {
        panel.calendar.track();
        panel.hydrated.get().then(|| clock::whole(changed.get()))
    };
    let line = move || {
        if typing.get() {
            return "is typing…".to_owned();
        }
        if let Some(draft) = draft.get() {
            return draft;
        }
        chat.with(|chat| match &chat.last_message {
            Some(last) if last.from_customer => last.text.clone(),
            // Isolated: what is written from right to left leaves the word before it where it is.
            Some(last) => ["Reply: \u{2068}", &last.text].concat(),
            None => "New chat".to_owned(),
        })
    };
    part(view! {
        <li data-chat-id=id.0>
            <button
                type="button"
                class="ch-row"
                class:ch-unread=changing(move || chat.with(|chat| chat.unread > 0))
                aria-current=attribute(move || open.get().then_some("true"))
                tabindex=attribute(move || if stop.get() == Some(id) { "0" } else { "-1" })
                on:focus=heard(move |_| focused.set(Some(id)))
                on:click=heard(move |_| panel.act(Action::Open(id)))
            >
                {changing(move || avatar(&name.get(), id.0))} <span class="ch-row-name" says=move || name.get()></span>
                <time class="ch-row-time" datetime=attribute(machine) title=attribute(whole) says=time></time>
                {changing(move || chat.with(|chat| chat.looks_like_operator).then(alike))}
                <span class="ch-row-line" class:ch-row-typing=changing(move || typing.get())>
                    {changing(move || {
                        let shown = !typing.get() && draft.with(Option::is_some);
                        shown.then(|| made(view! { <b class="ch-draft" says={"Draft:"}></b> }))
                    })}
                    <span says=line></span>
                </span>
                <span class="ch-row-end">
                    {changing(move || {
                        let unread = chat.with(|chat| chat.unread);
                        (unread > 0).then(|| badge(unread))
                    })}
                    <span
                        class="ch-status"
                        data-status=attribute(move || status_slug(status.get()))
                        says=move || status_name(status.get())
                    ></span>
                </span>
            </button>
        </li>
    })
}

fn badge(unread: u32) -> Part {
    let number = if unread > 99 { "99+".to_owned() } else { unread.to_string() };
    let label = [&unread.to_string(), " unread"].concat();
    part(view! { <span class="ch-badge" role="img" aria-label=label says=number></span> })
}

pub(super) fn source_name(source: Source) -> &'static str {
    match source {
        Source::ViberBot => "Viber bot",
        Source::TelegramBot => "Telegram bot",
        Source::Viber => "Viber",
        Source::WhatsApp => "WhatsApp",
        Source::Website => "Website",
        Source::Instagram => "Instagram",
        Source::Facebook => "Facebook",
        Source::Marketplace => "Marketplace",
    }
}

/// Arrow keys, Home and End move through the list.
#[cfg(feature = "hydrate")]
fn arrows(event: &KeyboardEvent) {
    use wasm_bindgen::JsCast;
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(item) = target.and_then(|target| target.closest("li").ok().flatten()) else { return };
    let list = item.parent_element();
    let next = match event.key().as_str() {
        "ArrowDown" => item.next_element_sibling(),
        "ArrowUp" => item.previous_element_sibling(),
        "Home" => list.and_then(|list| list.first_element_child()),
        "End" => list.and_then(|list| list.last_element_child()),
        _ => return,
    };
    event.prevent_default();
    focus(next.and_then(|item| item.first_element_child()));
}

#[cfg(not(feature = "hydrate"))]
fn arrows(_: &KeyboardEvent) {}

#[cfg(feature = "hydrate")]
fn focus(element: Option<web_sys::Element>) {
    use wasm_bindgen::JsCast;
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that can't be focused keeps the focus where it is.
        drop(element.focus());
    }
}

/// Puts the focus on the row of a chat, once the list is on the screen again.
pub(super) fn focus_row(panel: Panel, id: ChatId) {
    #[cfg(feature = "hydrate")]
    request_animation_frame(move || {
        let selector = ["li[data-chat-id=\"", &id.to_string(), "\"] > button"].concat();
        let root = panel.root.get_untracked();
        focus(root.and_then(|root| root.query_selector(&selector).ok().flatten()));
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (panel, id);
}
