//! What a thread is made of: what was said, with the days of the operator's calendar between.

use std::ops::Range;
use std::sync::Arc;

use chathub_domain::message::Link;
use chathub_domain::{Author, ClientId, Message, OperatorId, Timestamp};

use crate::panel::clock;
use crate::panel::state::{Outgoing, Thread};

/// A line of the thread.
#[derive(Clone, PartialEq)]
pub(super) enum Line {
    /// A day begins.
    Day(i64, Timestamp),
    Said {
        what: Said,
        /// The first of several by one author.
        head: bool,
    },
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Said {
    Logged(Arc<Message>),
    Waiting(Arc<Outgoing>),
}

/// What makes a line the same line later, when it is logged or the ones before it have been loaded. A customer could
/// name a message as an operator named one, so the author belongs to it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum LineKey {
    Day(i64),
    Said(Option<OperatorId>, ClientId, bool),
}

/// Messages of one author within this are one group: a breath, not a pause.
const GROUP_MS: i64 = 5 * 60 * 1_000;

impl Line {
    pub(super) fn said(&self) -> Option<&Said> {
        match self {
            Self::Said { what, .. } => Some(what),
            Self::Day(..) => None,
        }
    }
}

impl Said {
    pub(super) fn at(&self) -> Timestamp {
        match self {
            Self::Logged(message) => message.at,
            Self::Waiting(item) => item.at,
        }
    }

    pub(super) fn client_id(&self) -> ClientId {
        match self {
            Self::Logged(message) => message.client_id,
            Self::Waiting(item) => item.client_id,
        }
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Self::Logged(message) => &message.body.text,
            Self::Waiting(item) => &item.text,
        }
    }

    pub(super) fn links(&self) -> &[Link] {
        match self {
            Self::Logged(message) => &message.body.links,
            Self::Waiting(_) => &[],
        }
    }

    /// The operator who said it.
    pub(super) fn operator(&self, me: OperatorId) -> Option<OperatorId> {
        match self {
            Self::Waiting(_) => Some(me),
            Self::Logged(message) => match &message.author {
                Author::Operator(operator) => Some(operator.id),
                Author::Customer => None,
            },
        }
    }
}

/// The lines of the messages with these numbers; those that wait have the numbers after the last.
pub(super) fn lines(
    thread: &Thread,
    outbox: &[Arc<Outgoing>],
    me: OperatorId,
    numbers: Range<i64>,
) -> Vec<Line> {
    let end = thread.messages.numbers().end;
    let said = |number: i64| {
        let logged = thread.messages.get(number).cloned().map(Said::Logged);
        logged.or_else(|| {
            let place = usize::try_from(number - end).ok()?;
            waiting(thread, outbox).nth(place).cloned().map(Said::Waiting)
        })
    };
    let mut lines = Vec::new();
    let mut former = said(numbers.start - 1).map(|what| (what.operator(me), what.at()));
    let mut day = former.map_or(i64::MIN, |(_, at)| clock::day(at));
    for what in numbers.filter_map(said) {
        let (at, author) = (what.at(), what.operator(me));
        let today = clock::day(at);
        let new_day = today > day;
        if new_day {
            day = today;
            lines.push(Line::Day(today, at));
        }
        let goes_on = former.is_some_and(|(who, when)| who == author && at.0 - when.0 < GROUP_MS);
        former = Some((author, at));
        lines.push(Line::Said { what, head: new_day || !goes_on });
    }
    lines
}

/// What waits to be in the log of the thread's chat.
pub(super) fn waiting<'a>(
    thread: &Thread,
    outbox: &'a [Arc<Outgoing>],
) -> impl Iterator<Item = &'a Arc<Outgoing>> + use<'a> {
    let chat = thread.chat_id;
    outbox.iter().filter(move |item| item.chat_id == chat)
}

pub(super) fn key(line: &Line, me: OperatorId) -> LineKey {
    match line {
        Line::Day(day, _) => LineKey::Day(*day),
        Line::Said { what, head } => LineKey::Said(what.operator(me), what.client_id(), *head),
    }
}
