//! The head of the open chat: whose it is, who has it, how far it has come.

use chathub_domain::{ChatStatus, OperatorId};
use leptos::prelude::*;

use super::list::source_name;
use super::part::{attribute, changing, heard, made};
use super::text::Says;
use super::{Panel, alike, avatar, back, block, status_name, status_slug};
use crate::panel::state::{Action, display_name};

pub(super) fn head(panel: Panel) -> impl IntoView {
    let name = Memo::new(move |_| panel.chat.with(|chat| chat.as_ref().map(|chat| display_name(chat))));
    let looks_alike = panel.slice(|state| state.open_chat().is_some_and(|chat| chat.looks_like_operator));
    let status = panel.slice(|state| state.open_chat().map(|chat| state.shown_status(chat)));
    let operator = panel.slice(|state| state.open_chat().and_then(|chat| state.shown_operator(chat)));
    let operators = panel.slice(|state| {
        let mut all = state.operators.clone();
        // Whoever has the chat is named even when not active any more.
        if let Some(holder) = state.open_chat().and_then(|chat| chat.operator.clone())
            && all.iter().all(|operator| operator.id != holder.id)
        {
            all.push(holder);
        }
        all
    });
    let inactive = panel.slice(|state| {
        let chat = state.open_chat().filter(|chat| chat.operator_inactive);
        chat.and_then(|chat| chat.operator.as_ref().map(|operator| operator.id))
    });
    let number = move || panel.open.get().map_or(0, |id| id.0);
    let from = move || {
        let source = panel.chat.with(|chat| chat.as_ref().map_or("", |chat| source_name(chat.source)));
        [source, " · Chat ", &number().to_string()].concat()
    };
    let chosen = block::Chosen::default();
    view! {
        <header class="ch-head">
            <button type="button" class="ch-back" aria-label="Back to the list" on:click=heard(move |_| { back(panel); })></button>
            {changing(move || avatar(&name.get().unwrap_or_default(), number()))}
            <div class="ch-head-who">
                <h2 says=move || name.get().unwrap_or_default()></h2>
                {changing(move || looks_alike.get().then(alike))}
                <p says=from></p>
            </div>
            <div class="ch-head-set">
                <select
                    class="ch-select"
                    aria-label="Assigned to"
                    prop:value=changing(move || operator.get().map_or(String::new(), |id| id.to_string()))
                    on:change=heard(move |event| {
                        let chosen = event_target_value(&event).parse().ok().map(OperatorId);
                        panel.act(Action::Assign(chosen));
                    })
                >
                    <option value="" selected=attribute(move || operator.get().is_none()) says={"Nobody"}></option>
                    {changing(move || {
                        let options = operators.get().into_iter().map(|one| {
                            made(view! {
                                <option
                                    value=one.id.0
                                    selected=attribute(move || operator.get() == Some(one.id))
                                    says=match one.id == inactive.get().unwrap_or(OperatorId(0)) {
                                        // First, since a long name is cut at its end.
                                        true => ["Inactive: ", &one.name].concat(),
                                        false => one.name,
                                    }
                                ></option>
                            })
                        });
                        options.collect::<Vec<_>>()
                    })}
                </select>
                <select
                    class="ch-select"
                    aria-label="Chat status"
                    data-status=attribute(move || status.get().map(status_slug))
                    prop:value=changing(move || status.get().map_or(String::new(), |status| (status as u8).to_string()))
                    on:change=heard(move |event| {
                        let chosen = event_target_value(&event).parse().ok();
                        if let Some(status) = chosen.and_then(ChatStatus::from_number) {
                            panel.act(Action::SetStatus(status));
                        }
                    })
                >
                    {ChatStatus::ALL
                        .map(|one| {
                            made(view! {
                                <option
                                    value=(one as u8).to_string()
                                    selected=attribute(move || status.get() == Some(one))
                                    says=status_name(one)
                                ></option>
                            })
                        })
                        .into_iter()
                        .collect::<Vec<_>>()}
                </select>
                {block::choice(panel, chosen)}
            </div>
        </header>
        {block::confirmation(panel, chosen)}
    }
}
