//! The list of chats.

use chathub_domain::{ChatId, Timestamp};
use leptos::ev::{Event, KeyboardEvent};
use leptos::html::Nav;
use leptos::prelude::*;

use super::focus::{arrows, focus_row, keep_focus};
use super::part::{Part, attribute, changing, heard, made, part};
use super::pieces::{alike, avatar, status_slug};
use super::text::Says;
use super::window::{self, AT_FIRST, Item, Near, items, rows};
use super::wording::{display_name, status_name};
use super::{Panel, language};
use crate::panel::actions::{CLOSE, LOAD_CHATS, OPEN};
use crate::panel::clock;
#[cfg(feature = "hydrate")]
use crate::panel::handle::whenever;
use crate::panel::state::Topic;
use crate::texts::{Held, PanelTexts, Speaker};

/// How long texts that are not seen may be behind.
#[cfg(feature = "hydrate")]
const SETTLES: std::time::Duration = std::time::Duration::from_secs(2);

pub(super) fn column(panel: Panel) -> impl IntoView {
    let texts = panel.texts;
    let (me, organization) =
        panel.peek(|state| (state.staff.me.operator.clone(), state.staff.me.organization.name.clone()));
    let unread = panel.memo(Topic::Unread, |state| state.unread());
    let none = panel.memo(Topic::List, |state| state.chats.view.is_empty());
    let more = panel.memo(Topic::List, |state| state.chats.view.more);
    let loading = move || panel.with(Topic::List, |state| state.chats.view.is_loading());
    // One row is a stop of the Tab key: the one that had the focus, or the open one, or the first.
    let held = RwSignal::new(None);
    let stop = Memo::new(move |_| {
        let (row, open) = (panel.row.get(), panel.open.get());
        panel.with(Topic::List, |state| {
            let is_known = |id: &ChatId| state.chat(*id).is_some();
            row.filter(is_known).or(open.filter(is_known)).or_else(|| state.chats.view.at(0))
        })
    });
    let scroller = NodeRef::<Nav>::new();
    let near = RwSignal::new(AT_FIRST);
    let items = move || {
        keep_focus(panel, scroller);
        let (near, rows) = (near.get(), [stop.get(), held.get()]);
        panel.with(Topic::List, |state| {
            let place = |id: ChatId| state.chats.view.place(state.chat(id)?);
            items(&state.chats.view, near, rows.map(|row| row.and_then(place)))
        })
    };
    let settled = settled(panel);
    view! {
        <div class="ch-side">
            <header class="ch-side-head">
                <h2 says=texts.chats()></h2>
                {changing(move || {
                    let unread = unread.get();
                    (unread > 0)
                        .then(|| part(view! { <span class="ch-count" says=texts.unread(u64::from(unread))></span> }))
                })}
            </header>
            <nav
                class="ch-list"
                aria-label=texts.chats()
                node_ref=scroller
                on:keydown=heard(move |event: KeyboardEvent| arrows(panel, &event))
                on:scroll=heard(move |_: Event| look(panel, scroller, near))
            >
                <ul>
                    <For
                        each=items
                        key=|item| *item
                        children=move |item| match item {
                            Item::Row(id) => row(panel, id, stop, held),
                            Item::Far(block) => far(panel, block, settled),
                        }
                    />
                </ul>
                {changing(move || {
                    none.get()
                        .then(|| part(view! { <p class="ch-empty" says=texts.no_chats()></p> }))
                })}
                {changing(move || {
                    more.get()
                        .then(|| {
                            part(view! {
                                <button
                                    type="button"
                                    class="ch-quiet ch-more"
                                    disabled=attribute(move || !panel.may(&LOAD_CHATS, &()))
                                    on:click=heard(move |_| panel.act(LOAD_CHATS.with(())))
                                    says=move || if loading() { texts.loading() } else { texts.with_texts(LOAD_CHATS.about.text) }
                                ></button>
                            })
                        })
                })}
            </nav>
            <footer class="ch-side-foot">
                {avatar(&me.name, me.id.0)} <span class="ch-me" says=me.name></span>
                <span class="ch-organization" says=organization></span>
                {language::choice(panel)}
            </footer>
        </div>
    }
}

/// The row of one chat. It depends on that chat alone, and is empty for the moment in which the chat leaves the list.
fn row(panel: Panel, id: ChatId, stop: Memo<Option<ChatId>>, held: RwSignal<Option<ChatId>>) -> Part {
    let texts = panel.texts;
    let name = panel.memo_chat(id, move |_, chat| display_name(texts, chat));
    let looks_alike = panel.memo_chat(id, |_, chat| chat.looks_like_operator);
    let unread = panel.memo_chat(id, |_, chat| chat.unread);
    // What is half written, where it can't be seen in the open chat.
    let draft = panel.memo_chat(id, move |state, _| {
        state.drafts.get(id).filter(|_| state.threads.open != Some(id)).cloned()
    });
    let status = move || panel.with_chat(id, |state, chat| state.shown_status(chat));
    let typing = panel.memo_chat(id, move |state, _| state.typing.customer_types(id));
    let open = move || panel.with_chat(id, |state, _| state.threads.open == Some(id)).unwrap_or(false);
    let changed = move || panel.with_chat(id, |_, chat| chat.updated_at).unwrap_or(Timestamp(0));
    let time = move || {
        panel.calendar.track();
        if panel.hydrated.get() { clock::short(texts, changed()) } else { String::new() }
    };
    let machine = move || panel.hydrated.get().then(|| clock::machine(changed()));
    let whole = move || {
        panel.calendar.track();
        panel.hydrated.get().then(|| clock::whole(texts, changed()))
    };
    let line = move || {
        if typing.get() {
            return texts.types();
        }
        if let Some(draft) = draft.get() {
            return draft;
        }
        let line = panel.with_chat(id, |_, chat| match &chat.last_message {
            Some(last) if last.from_customer => last.text.clone(),
            // Isolated: what is written from right to left leaves the word before it where it is.
            Some(last) => texts.reply(&["\u{2068}", &last.text, "\u{2069}"].concat()),
            None => texts.new_chat(),
        });
        line.unwrap_or_default()
    };
    part(view! {
        <li data-chat-id=id.0>
            <button
                type="button"
                class="ch-row"
                class:ch-unread=changing(move || unread.get() > 0)
                aria-current=attribute(move || open().then_some("true"))
                tabindex=attribute(move || if stop.get() == Some(id) { "0" } else { "-1" })
                on:focus=heard(move |_| {
                    held.set(Some(id));
                    panel.row.set(Some(id));
                })
                on:click=heard(move |_| panel.act(OPEN.with(id)))
            >
                {changing(move || avatar(&name.get(), id.0))} <span class="ch-row-name" says=move || name.get()></span>
                <time class="ch-row-time" datetime=attribute(machine) title=attribute(whole) says=time></time>
                {changing(move || looks_alike.get().then(|| alike(texts)))}
                <span class="ch-row-line" class:ch-row-typing=changing(move || typing.get())>
                    {changing(move || {
                        let shown = !typing.get() && draft.with(Option::is_some);
                        shown.then(|| made(view! { <b class="ch-draft" says=texts.draft()></b> }))
                    })}
                    <span says=line></span>
                </span>
                <span class="ch-row-end">
                    {changing(move || {
                        let unread = unread.get();
                        (unread > 0).then(|| badge(texts, unread))
                    })}
                    <span
                        class="ch-status"
                        data-status=attribute(move || status().map(status_slug))
                        says=move || status().map(|status| status_name(texts, status)).unwrap_or_default()
                    ></span>
                </span>
            </button>
        </li>
    })
}

fn badge(texts: Held, unread: u32) -> Part {
    let number = if unread > 99 { "99+".to_owned() } else { unread.to_string() };
    let label = texts.unread(u64::from(unread));
    part(view! { <span class="ch-badge" role="img" aria-label=label says=number></span> })
}

/// The rows of a block as text, a line each. It may be a moment behind: what is seen is not it.
fn far(panel: Panel, block: usize, settled: RwSignal<u32>) -> Part {
    let text = move || {
        settled.track();
        panel.peek(|state| {
            let mut text = String::new();
            for chat in rows(&state.chats.view, block).filter_map(|id| state.chat(id)) {
                text.push_str(&display_name(panel.texts, chat));
                if let Some(last) = &chat.last_message {
                    text.push_str("  ");
                    text.push_str(&last.text);
                }
                text.push('\n');
            }
            text
        })
    };
    let short = move || {
        settled.track();
        panel.peek(|state| rows(&state.chats.view, block).count() < window::ROWS)
    };
    made(view! { <li class="ch-far" class:ch-short=changing(short) aria-hidden="true" says=text></li> })
}

/// Counts on when the list has changed, but not more often than every other second.
fn settled(panel: Panel) -> RwSignal<u32> {
    let settled = RwSignal::new(0);
    #[cfg(feature = "hydrate")]
    {
        let timer = StoredValue::new(None::<TimeoutHandle>);
        whenever(move || {
            panel.track(&[Topic::List]);
            if timer.with_value(Option::is_none) {
                let settle = move || {
                    timer.try_set_value(None);
                    settled.try_update(|count| *count += 1);
                };
                timer.set_value(set_timeout_with_handle(settle, SETTLES).ok());
            }
        });
        on_cleanup(move || {
            timer.try_with_value(|timer| timer.map(|timer| timer.clear()));
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = panel;
    settled
}

/// Brings the rows that are about to be seen.
fn look(panel: Panel, scroller: NodeRef<Nav>, near: RwSignal<Near>) {
    #[cfg(feature = "hydrate")]
    {
        let Some(nav) = scroller.get_untracked() else { return };
        let height = nav.first_element_child().map_or(0, |list| list.scroll_height());
        let rows = panel.peek(|state| state.chats.view.len());
        let now = window::near(nav.scroll_top(), nav.client_height(), height, rows);
        if now != near.get_untracked() {
            near.set(now);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (panel, scroller, near);
}

/// Back to the list, to the row of the chat that was open. Says whether there was one to go back from.
pub(super) fn back(panel: Panel) -> bool {
    let Some(open) = panel.open.get_untracked() else { return false };
    panel.act(CLOSE.with(()));
    focus_row(panel, open);
    true
}
