//! One message.

use chathub_domain::{Author, ChatId, ClientId, Message, OperatorId, Seq, Timestamp};
use leptos::prelude::*;

use super::Panel;
use super::lines::{Line, Said};
use super::part::{Part, attribute, changing, made};
use super::pieces::button;
use super::text::Says;
use super::wording::display_name;
use super::words::words;
use crate::panel::actions::{DISCARD, RETRY};
use crate::panel::clock;
use crate::panel::state::{Progress, Topic};
use crate::texts::{Held, PanelTexts};

/// What all lines of a thread go by.
#[derive(Clone, Copy)]
pub(super) struct Common {
    pub(super) chat: ChatId,
    pub(super) me: OperatorId,
    /// How far the customer has read.
    pub(super) read_to: Memo<Seq>,
}

pub(super) fn line(panel: Panel, common: Common, line: Line) -> Part {
    match line {
        Line::Day(_, at) => made(view! {
            <li class="ch-day">
                <time datetime=clock::machine(at) says=move || {
                    panel.calendar.track();
                    clock::day_name(panel.texts, at)
                }></time>
            </li>
        }),
        Line::Said { what, head } => match what.operator(common.me) {
            None => asked(panel, common.chat, &what, head),
            Some(operator) => answered(panel, common, &what, head, operator == common.me),
        },
    }
}

/// When something was said.
fn written(panel: Panel, at: Timestamp) -> Part {
    let whole = move || {
        panel.calendar.track();
        clock::whole(panel.texts, at)
    };
    let time = move || {
        panel.calendar.track();
        clock::time(panel.texts, at)
    };
    made(view! { <time datetime=clock::machine(at) title=attribute(whole) says=time></time> })
}

/// A customer's message. It may be translated: nothing in it changes once it is there.
fn asked(panel: Panel, chat: ChatId, what: &Said, head: bool) -> Part {
    let name = head.then(|| {
        let name =
            move || panel.with_chat(chat, |_, chat| display_name(panel.texts, chat)).unwrap_or_default();
        made(view! { <span class="ch-message-author" says=name></span> })
    });
    let links = what.links().to_vec();
    made(view! {
        <li class="ch-message" class:ch-message-head=head data-client-id=what.client_id().to_string()>
            {name}
            <div class="ch-bubble">
                <span class="ch-message-text" dir="auto" lang="" translate="yes">
                    {words(what.text().to_owned(), move || links.clone())}
                </span>
                <span class="ch-message-end">
                    {written(panel, what.at())}
                </span>
            </div>
        </li>
    })
}

/// An operator's message, and what became of it.
fn answered(panel: Panel, common: Common, what: &Said, head: bool, mine: bool) -> Part {
    let client_id = what.client_id();
    let author = match what {
        Said::Logged(message) => match &message.author {
            Author::Operator(operator) => operator.name.clone(),
            Author::Customer => String::new(),
        },
        Said::Waiting(_) => panel.peek(|state| state.staff.me.operator.name.clone()),
    };
    let author = head.then(|| made(view! { <span class="ch-message-author" says=author></span> }));
    let seq = match what {
        Said::Logged(message) => Some(message.seq),
        Said::Waiting(_) => None,
    };
    let logged = match what {
        Said::Logged(message) => Some(message.body.links.clone()),
        Said::Waiting(_) => None,
    };
    let links = Memo::new(move |_| {
        logged.clone().unwrap_or_else(|| {
            logged_as(panel, client_id, |message| message.body.links.clone()).unwrap_or_default()
        })
    });
    let links = move || links.get();
    let waiting = move || {
        panel.with(Topic::Outbox, |state| {
            let item = state.outbox.items.iter().find(|item| mine && item.client_id == client_id);
            item.map(|item| item.progress.clone())
        })
    };
    let state = Memo::new(move |_| {
        // What the log has waits no more.
        let waiting = if seq.is_none() { waiting() } else { None };
        let seq = match waiting {
            Some(Progress::Sending) => return Delivery::Sending,
            Some(Progress::Failed(why)) => return Delivery::Failed(why),
            Some(Progress::Sent(seq)) => seq,
            // Not there: the line is about to go.
            None => seq.or_else(|| logged_as(panel, client_id, |message| message.seq)).unwrap_or(u64::MAX),
        };
        if seq <= common.read_to.get() { Delivery::Read } else { Delivery::Sent }
    });
    let refusal = changing(move || {
        state.with(|state| match state {
            Delivery::Failed(why) => Some(refused(panel, client_id, why.clone())),
            _ => None,
        })
    });
    made(view! {
        <li
            class="ch-message ch-message-out"
            class:ch-message-mine=mine
            class:ch-message-head=head
            data-client-id=client_id.to_string()
            data-state=attribute(move || state.with(Delivery::slug))
        >
            {author}
            <div class="ch-bubble">
                <span class="ch-message-text" dir="auto" lang="">
                    {words(what.text().to_owned(), links)}
                </span>
                <span class="ch-message-end">
                    {written(panel, what.at())}
                    <span class="ch-ticks" role="img" aria-label=attribute(move || state.with(|state| state.label(panel.texts)))></span>
                </span>
            </div>
            {refusal}
        </li>
    })
}

/// What the log has of a message that was waiting when its line was made.
fn logged_as<T>(panel: Panel, client_id: ClientId, of: impl Fn(&Message) -> T) -> Option<T> {
    panel.with(Topic::Thread, |state| {
        let mut messages = state.open_thread().into_iter().flat_map(|thread| thread.messages.newest());
        messages.find(|message| message.client_id == client_id).map(|message| of(message))
    })
}

fn refused(panel: Panel, client_id: ClientId, why: String) -> Part {
    made(view! {
        <div class="ch-refused">
            <span says=[&panel.texts.not_sent(), " ", &why].concat()></span>
            {button(panel, &RETRY, client_id)}
            {button(panel, &DISCARD, client_id)}
        </div>
    })
}

#[derive(Clone, PartialEq, Eq)]
enum Delivery {
    Sending,
    Sent,
    Read,
    Failed(String),
}

impl Delivery {
    fn slug(&self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Read => "read",
            Self::Failed(_) => "failed",
        }
    }

    fn label(&self, texts: Held) -> String {
        match self {
            Self::Sending => texts.delivery_sending(),
            Self::Sent => texts.delivery_sent(),
            Self::Read => texts.delivery_read(),
            Self::Failed(_) => texts.delivery_failed(),
        }
    }
}
