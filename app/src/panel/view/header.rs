//! The head of the open chat: whose it is, who has it, how far it has come.

use chathub_domain::{Chat, ChatId, ChatStatus, OperatorId};
use leptos::prelude::*;

use super::list::back;
use super::part::{attribute, changing, heard, made};
use super::pieces::{alike, avatar, status_slug};
use super::text::Says;
use super::wording::{display_name, source_name, status_name};
use super::{Panel, block};
use crate::panel::actions::{ASSIGN, CLOSE, SET_STATUS};
use crate::panel::state::Topic;
use crate::texts::{PanelTexts, Speaker};

pub(super) fn head(panel: Panel, id: ChatId) -> impl IntoView {
    let texts = panel.texts;
    let name = panel.memo_chat(id, move |_, chat| display_name(texts, chat));
    let looks_alike = panel.memo_chat(id, |_, chat| chat.looks_like_operator);
    let status = Memo::new(move |_| panel.with_chat(id, |state, chat| state.shown_status(chat)));
    let operator = panel.memo_chat(id, |state, chat| state.shown_operator(chat));
    // Whoever has the chat is named even when not active any more.
    let holder = panel.memo_chat(id, |_, chat: &Chat| {
        chat.operator.clone().map(|operator| (operator, chat.operator_inactive))
    });
    let operators = move || {
        let mut all = panel.with(Topic::Staff, |state| state.staff.operators.clone());
        let holder = holder.get();
        if let Some((holder, _)) = &holder
            && all.iter().all(|operator| operator.id != holder.id)
        {
            all.push(holder.clone());
        }
        let inactive = holder.filter(|(_, inactive)| *inactive).map(|(holder, _)| holder.id);
        (all, inactive)
    };
    let from = move || {
        let source = panel.with_chat(id, |_, chat| source_name(texts, chat.source)).unwrap_or_default();
        texts.chat(&source, &id.to_string())
    };
    let chosen = block::Chosen::default();
    view! {
        <header class="ch-head">
            <button type="button" class="ch-back" aria-label=texts.with_texts(CLOSE.about.text) on:click=heard(move |_| { back(panel); })></button>
            {changing(move || avatar(&name.get(), id.0))}
            <div class="ch-head-who">
                <h2 says=move || name.get()></h2>
                {changing(move || looks_alike.get().then(|| alike(texts)))}
                <p says=from></p>
            </div>
            <div class="ch-head-set">
                <select
                    class="ch-select"
                    aria-label=texts.with_texts(ASSIGN.about.text)
                    prop:value=changing(move || operator.get().map_or(String::new(), |id| id.to_string()))
                    on:change=heard(move |event| {
                        let chosen = event_target_value(&event).parse().ok().map(OperatorId);
                        panel.act(ASSIGN.with(chosen));
                    })
                >
                    <option value="" selected=attribute(move || operator.get().is_none()) says=texts.nobody()></option>
                    {changing(move || {
                        let (all, inactive) = operators();
                        let options = all.into_iter().map(|one| {
                            made(view! {
                                <option
                                    value=one.id.0
                                    selected=attribute(move || operator.get() == Some(one.id))
                                    says=match Some(one.id) == inactive {
                                        // First, since a long name is cut at its end.
                                        true => texts.inactive(&one.name),
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
                    aria-label=texts.with_texts(SET_STATUS.about.text)
                    data-status=attribute(move || status.get().map(status_slug))
                    prop:value=changing(move || status.get().map_or(String::new(), |status| (status as u8).to_string()))
                    on:change=heard(move |event| {
                        let chosen = event_target_value(&event).parse().ok();
                        if let Some(status) = chosen.and_then(ChatStatus::from_number) {
                            panel.act(SET_STATUS.with(status));
                        }
                    })
                >
                    {ChatStatus::ALL
                        .map(|one| {
                            made(view! {
                                <option
                                    value=(one as u8).to_string()
                                    selected=attribute(move || status.get() == Some(one))
                                    says=status_name(texts, one)
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
