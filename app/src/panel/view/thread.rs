//! The open chat: its messages, newest at the bottom.
//!
//! The scroller is laid out from the bottom up (`column-reverse`), so that the browser itself keeps it at the end
//! when something is added there, and keeps its place when older messages are added on top. It is in the page by
//! blocks (`blocks`), so that a day's thread costs no more than an hour's.

use chathub_domain::{ChatId, ClientId};
use leptos::html::Div;
use leptos::prelude::*;

use super::blocks::{self, Blocks};
use super::lines::{key, lines, waiting};
use super::message::{Common, line};
use super::part::{Part, attribute, changing, heard, made};
use super::text::Says;
use super::wording::display_name;
use super::{Panel, composer, header};
use crate::panel::actions::LOAD_MESSAGES;
#[cfg(feature = "hydrate")]
use crate::panel::handle::whenever;
use crate::panel::state::{Loading, State, Topic};
use crate::texts::{PanelTexts, Speaker, around};

/// Pixels from the end within which the operator counts as being at the end, and from the beginning within which
/// older messages are asked for.
const NEAR_END: i32 = 48;
const NEAR_BEGINNING: i32 = 240;

pub(super) fn chat(panel: Panel, id: ChatId) -> impl IntoView {
    let me = panel.peek(|state| state.staff.me.operator.id);
    let scroller = NodeRef::<Div>::new();
    let read_to = panel.memo_chat(id, |_, chat| chat.read_by_customer);
    let common = Common { chat: id, me, read_to };
    let blocks = Blocks::new(scroller);
    let numbers = Memo::new(move |_| {
        panel.track(&[Topic::Thread, Topic::Outbox]);
        let numbers = panel.peek(blocks::numbers);
        (numbers.start, numbers.end)
    });
    let unseen = unseen(scroller, panel);
    #[cfg(feature = "hydrate")]
    print_all(blocks);
    let scrolled = move |_| {
        if let Some(element) = scroller.get_untracked() {
            let from_end = -element.scroll_top();
            if from_end < NEAR_END && unseen.get_untracked() {
                unseen.set(false);
            }
            #[cfg(feature = "hydrate")]
            blocks.look();
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
                    <For
                        each=move || numbers.get().0..numbers.get().1
                        key=|number| *number
                        children=move |number| block(panel, common, number, numbers, blocks)
                    />
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

/// Some messages, or their text alone while they are far from what is seen. Only the last block is news.
fn block(panel: Panel, common: Common, number: i64, numbers: Memo<(i64, i64)>, blocks: Blocks) -> Part {
    let block = blocks.add(number);
    let quiet = move || (number + 1 < numbers.get().1).then_some("off");
    let messages = move || {
        panel.peek(|state| {
            let thread = state.open_thread().filter(|thread| thread.chat_id == common.chat);
            thread.map_or_else(Vec::new, |thread| {
                lines(thread, &state.outbox.items, common.me, blocks::messages(number))
            })
        })
    };
    let text = move || {
        let texts: Vec<_> =
            messages().iter().filter_map(|line| Some(line.said()?.text().to_owned())).collect();
        texts.join("\n")
    };
    let near = move || {
        // Another time zone has other days.
        panel.calendar.track();
        panel.track(&[Topic::Thread, Topic::Outbox]);
        messages()
    };
    let inside = move || {
        if block.far.get() {
            made(view! { <li class="ch-far" aria-hidden="true" says=text()></li> })
        } else {
            made(
                view! { <For each=near key=move |one| key(one, common.me) children=move |one| line(panel, common, one) /> },
            )
        }
    };
    made(view! {
        <ol class="ch-lines" node_ref=block.element aria-live=attribute(quiet)>
            {changing(inside)}
        </ol>
    })
}

/// On paper the whole thread stands, as far as it was loaded.
#[cfg(feature = "hydrate")]
fn print_all(blocks: Blocks) {
    let before = window_event_listener_untyped("beforeprint", move |_| blocks.bring_all());
    let after = window_event_listener_untyped("afterprint", move |_| blocks.look());
    on_cleanup(move || {
        before.remove();
        after.remove();
    });
}

/// Whether something came while the operator was reading further up. Also keeps the place then: what is added at the
/// end must not move what is being read.
fn unseen(scroller: NodeRef<Div>, panel: Panel) -> RwSignal<bool> {
    let unseen = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    let mut former: Option<(End, i32)> = None;
    #[cfg(feature = "hydrate")]
    whenever(move || {
        panel.track(&[Topic::Thread, Topic::Outbox]);
        let end = panel.peek(End::of);
        let Some(element) = scroller.get_untracked() else { return former = Some((end, 0)) };
        let height = element.scroll_height();
        if let Some((former, former_height)) = &former
            && former.last.is_some()
            && former.last != end.last
            && end.count > former.count
        {
            if end.mine {
                element.set_scroll_top(0);
                unseen.set(false);
            } else if -element.scroll_top() >= NEAR_END {
                element.set_scroll_top(element.scroll_top() - (height - former_height));
                unseen.set(true);
            }
        }
        former = Some((end, height));
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (scroller, panel);
    unseen
}

/// How the open thread ends.
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "nothing happens to a panel on the server"))]
struct End {
    last: Option<ClientId>,
    /// It waits to be sent.
    mine: bool,
    count: usize,
}

impl End {
    #[cfg_attr(
        not(feature = "hydrate"),
        expect(dead_code, reason = "nothing happens to a panel on the server")
    )]
    fn of(state: &State) -> Self {
        let Some(thread) = state.open_thread() else { return Self { last: None, mine: false, count: 0 } };
        let waiting = waiting(thread, &state.outbox.items);
        let (waiting, last) = waiting.fold((0, None), |(count, _), item| (count + 1, Some(item.client_id)));
        let logged = thread.messages.last().map(|message| message.client_id);
        Self { last: last.or(logged), mine: last.is_some(), count: thread.messages.len() + waiting }
    }
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
