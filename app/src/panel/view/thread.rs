//! The open chat: its messages, newest at the bottom.
//!
//! The scroller is laid out from the bottom up (`column-reverse`), so that the browser itself keeps it at the end
//! when something is added there, and keeps its place when older messages are added on top.

use chathub_domain::ChatId;
use leptos::html::Div;
use leptos::prelude::*;

use super::message::{Common, key, line, lines};
use super::part::{attribute, changing, heard, made};
use super::text::Says;
use super::wording::display_name;
use super::{Panel, composer, header};
use crate::panel::actions::LOAD_MESSAGES;
use crate::panel::state::{Loading, Topic};
use crate::texts::{PanelTexts, Speaker, around};

/// Pixels from the end within which the operator counts as being at the end, and from the beginning within which
/// older messages are asked for.
const NEAR_END: i32 = 48;
const NEAR_BEGINNING: i32 = 240;

pub(super) fn chat(panel: Panel, id: ChatId) -> impl IntoView {
    let me = panel.peek(|state| state.staff.me.operator.id);
    let scroller = NodeRef::<Div>::new();
    let lines = Memo::new(move |_| {
        // Another time zone has other days.
        panel.calendar.track();
        panel.track(&[Topic::Thread, Topic::Outbox]);
        panel.peek(|state| {
            let thread = state.open_thread().filter(|thread| thread.chat_id == id);
            thread.map_or_else(Vec::new, |thread| lines(thread, &state.outbox.items, me))
        })
    });
    let read_to = panel.memo_chat(id, |_, chat| chat.read_by_customer);
    let common = Common { chat: id, me, read_to };
    let unseen = unseen(scroller, lines, panel);
    let scrolled = move |_| {
        if let Some(element) = scroller.get_untracked() {
            let from_end = -element.scroll_top();
            if from_end < NEAR_END && unseen.get_untracked() {
                unseen.set(false);
            }
            let from_beginning = element.scroll_height() - element.client_height() - from_end;
            if from_beginning < NEAR_BEGINNING
                && panel.peek(|state| state.open_thread().is_some_and(|thread| thread.more && !thread.failed))
            {
                panel.act(LOAD_MESSAGES.with(()));
            }
        }
    };
    let to_end = move |_| {
        if let Some(element) = scroller.get_untracked() {
            element.set_scroll_top(0);
        }
        unseen.set(false);
    };
    view! {
        {header::head(panel, id)}
        <div class="ch-scroll" node_ref=scroller tabindex="0" role="group" aria-label=panel.texts.conversation() on:scroll=heard(scrolled)>
            <div class="ch-thread">
                {older(panel)} <div role="log" aria-label=panel.texts.messages()>
                    <ol>
                        <For each=move || lines.get() key=move |one| key(one, me) children=move |one| line(panel, common, one) />
                    </ol>
                </div> {typing(panel, id)}
            </div>
        </div>
        <div class="ch-unseen">
            {changing(move || {
                unseen
                    .get()
                    .then(|| {
                        made(view! { <button type="button" class="ch-button" on:click=heard(to_end) says=panel.texts.new_messages()></button> })
                    })
            })}
        </div>
        {composer::composer(panel)}
    }
}

/// Whether something came while the operator was reading further up. Also keeps the place then: what is added at the
/// end must not move what is being read.
fn unseen(scroller: NodeRef<Div>, lines: Memo<Vec<super::message::Line>>, panel: Panel) -> RwSignal<bool> {
    let unseen = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    {
        use super::message::{Line, LineKey, Said};
        let me = panel.peek(|state| state.staff.me.operator.id);
        Effect::new(move |former: Option<(Option<LineKey>, usize, i32)>| {
            let (last, mine) = lines.with(|lines| {
                let waiting = matches!(lines.last(), Some(Line::Said { what: Said::Waiting(_), .. }));
                (lines.last().map(|last| key(last, me)), waiting)
            });
            let count = lines.with(Vec::len);
            let Some(element) = scroller.get_untracked() else { return (last, count, 0) };
            let height = element.scroll_height();
            if let Some((former_last, former_count, former_height)) = former
                && former_last.is_some()
                && former_last != last
                && count > former_count
            {
                if mine {
                    element.set_scroll_top(0);
                    unseen.set(false);
                } else if -element.scroll_top() >= NEAR_END {
                    element.set_scroll_top(element.scroll_top() - (height - former_height));
                    unseen.set(true);
                }
            }
            (last, count, height)
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (scroller, lines, panel);
    unseen
}

/// What stands before the first message.
fn older(panel: Panel) -> impl IntoView {
    let texts = panel.texts;
    let what = Memo::new(move |_| {
        panel.with(Topic::Thread, |state| match state.open_thread() {
            None => Older::None,
            Some(thread) if thread.failed => Older::Failed,
            Some(thread) if thread.loading == Some(Loading::Older) => Older::LoadingMore,
            Some(thread) if !thread.current && thread.messages.is_empty() => Older::Loading,
            Some(thread) if thread.more => Older::More,
            Some(_) => Older::None,
        })
    });
    changing(move || match what.get() {
        Older::None => None,
        Older::Loading => Some(made(view! {
            <div class="ch-skeleton">
                <p class="ch-hidden" says=texts.loading_messages()></p>
                <i></i>
                <i></i>
                <i></i>
            </div>
        })),
        other => Some(made(view! {
            <button
                type="button"
                class="ch-quiet ch-more"
                disabled=attribute(move || !panel.may(&LOAD_MESSAGES, &()))
                on:click=heard(move |_| panel.act(LOAD_MESSAGES.with(())))
                says=match other {
                    Older::LoadingMore => texts.loading_earlier(),
                    Older::Failed => texts.not_loaded(),
                    _ => texts.with_texts(LOAD_MESSAGES.about.text),
                }
            ></button>
        })),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Older {
    None,
    More,
    Loading,
    LoadingMore,
    Failed,
}

/// Who is writing. Its line is always there, so that nothing moves when somebody begins.
fn typing(panel: Panel, id: ChatId) -> impl IntoView {
    let texts = panel.texts;
    let who = panel.memo_chat(id, move |state, chat| {
        let typist = state.typing.of(id)?;
        Some(
            typist
                .operator
                .as_ref()
                .map_or_else(|| display_name(texts, chat), |operator| operator.name.clone()),
        )
    });
    view! {
        <div class="ch-typing-place">
            {changing(move || {
                who.get()
                    .map(|name| {
                        let (before, after) = around(|name| texts.is_typing(name));
                        made(view! {
                            <p class="ch-typing">
                                <span class={"ch-dots"} aria-hidden="true">
                                    <i></i>
                                    <i></i>
                                    <i></i>
                                </span>
                                <span>
                                    <span says=before></span>
                                    <bdi says=name></bdi>
                                    <span says=after></span>
                                </span>
                            </p>
                        })
                    })
            })}
        </div>
    }
}
