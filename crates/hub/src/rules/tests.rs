//! The rules as tables, without a database.

mod batches;

use std::collections::HashMap;

use chathub_domain::error::ErrorCode;
use chathub_domain::limits::MESSAGE_CHARS;
use chathub_domain::wire::Introduction;
use chathub_domain::{
    ChatId, ChatStatus, ClientId, Event, OperatorId, OperatorRef, OrganizationId, Source, Timestamp,
    VisitorId,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::ports::{Ids, LogState};

const SALES: OrganizationId = OrganizationId(1);

fn empty() -> LogState {
    LogState {
        heads: HashMap::from([(SALES, 0)]),
        newest: HashMap::new(),
        chats: HashMap::new(),
        customers: HashMap::new(),
        visitors: HashMap::new(),
        posted: HashMap::new(),
        positions: HashMap::new(),
        marks: HashMap::new(),
        ids: Ids::new(1..100, 1..100, 1..100),
    }
}

fn anna() -> Member {
    let operator = OperatorRef { id: OperatorId(7), name: "Anna".into() };
    Member { organization_id: SALES, operator }
}

fn guest(number: u128) -> Guest {
    Guest {
        organization_id: SALES,
        visitor_id: VisitorId(Uuid::from_u128(number)),
        introduction: Introduction::default(),
    }
}

fn ask(customer: u128, message: u128) -> Command {
    let client_id = ClientId(Uuid::from_u128(message));
    let introduction = Introduction { name: "Eva".into(), phone: String::new() };
    let by = Guest { introduction, ..guest(customer) };
    Ask { by, client_id, body: "Hello".into(), source: Source::Website }.into()
}

fn answer(chat: i64, message: u128) -> Command {
    let client_id = ClientId(Uuid::from_u128(message));
    Answer { by: anna(), chat_id: ChatId(chat), client_id, body: "Good day".into() }.into()
}

fn status(status: ChatStatus) -> Command {
    SetStatus { by: anna().into(), chat_id: ChatId(1), status }.into()
}

/// What happens, one short word an event, and the chat's status afterwards.
fn story(commands: Vec<Command>) -> (String, ChatStatus) {
    let mut state = empty();
    let mut decider = Decider::new(&mut state, Timestamp(0));
    for command in commands {
        command.decide(&mut decider).unwrap();
    }
    let words: Vec<_> = decider
        .changes()
        .events
        .into_iter()
        .map(|recorded| match recorded.event {
            Event::ChatCreated { .. } => "created".to_owned(),
            Event::Message { .. } => "message".to_owned(),
            Event::ChatStatus { status, by, .. } => {
                format!("{status:?} by {}", by.map_or("itself".into(), |by| by.name))
            }
            Event::Assigned { operator, .. } => {
                format!("given to {}", operator.map_or("nobody".into(), |operator| operator.name))
            }
            other => format!("{other:?}"),
        })
        .collect();
    (words.join(", "), state.chats[&ChatId(1)].status)
}

#[test]
fn chats_move_with_the_conversation() {
    use ChatStatus::*;
    for (commands, expected, ends) in [
        (vec![ask(1, 1)], "created, message", New),
        (vec![ask(1, 1), ask(1, 2)], "created, message, message", New),
        (vec![ask(1, 1), answer(1, 2)], "created, message, message, given to Anna, Open by Anna", Open),
        (
            vec![ask(1, 1), status(Waiting), ask(1, 2)],
            "created, message, Waiting by Anna, message, Open by itself",
            Open,
        ),
        (
            vec![ask(1, 1), status(Paused), answer(1, 2), ask(1, 3)],
            "created, message, Paused by Anna, message, given to Anna, message, Open by itself",
            Open,
        ),
        (
            vec![ask(1, 1), status(Closed), answer(1, 2)],
            "created, message, Closed by Anna, message, given to Anna, Open by Anna",
            Open,
        ),
        (
            vec![ask(1, 1), status(Closed), ask(1, 2)],
            "created, message, Closed by Anna, created, message",
            Closed,
        ),
        (vec![ask(1, 1), status(New)], "created, message", New),
    ] {
        assert_eq!(story(commands), (expected.to_owned(), ends));
    }
}

#[test]
fn what_is_said_last_is_newest_whatever_the_clock_says() {
    let mut state = empty();
    let mut said = Vec::new();
    for (now, command) in
        [(500, ask(1, 1)), (500, ask(2, 2)), (100, ask(1, 3)), (900, ask(2, 4)), (900, ask(3, 5))]
    {
        let mut decider = Decider::new(&mut state, Timestamp(now));
        let chat = command.decide(&mut decider).unwrap().chat_id.unwrap();
        let changes = decider.changes();
        assert!(changes.events.iter().all(|event| event.at.0 == now), "when it was said stays true");
        said.push(changes.chats.iter().find(|changed| changed.id == chat).unwrap().updated_at.0);
    }
    assert_eq!(said, [500, 501, 502, 900, 901]);
}

#[test]
fn a_message_has_some_text_and_not_too_much() {
    let post = |text: String| {
        let mut state = empty();
        let client_id = ClientId(Uuid::nil());
        Ask { by: guest(1), client_id, body: text.into(), source: Source::Website }
            .decide(&mut Decider::new(&mut state, Timestamp(0)))
            .map(drop)
    };
    assert!(post("ä".repeat(MESSAGE_CHARS)).is_ok());
    let long = post("ä".repeat(MESSAGE_CHARS + 1)).unwrap_err();
    assert_eq!(long.code, ErrorCode::MessageTooLong);
    assert!(long.detail.contains("8000") && long.detail.contains("8001"), "{long}");
    for text in ["", " ", "\n\t"] {
        assert_eq!(post(text.into()).unwrap_err().code, ErrorCode::MessageEmpty);
    }
}

#[test]
fn an_unknown_organization_gets_no_customers() {
    let mut state = empty();
    state.heads.clear();
    let mut decider = Decider::new(&mut state, Timestamp(0));
    assert_eq!(ask(1, 1).decide(&mut decider).unwrap_err().code, ErrorCode::NotFound);
    assert!(decider.changes().is_empty());
    assert!(state.customers.is_empty());
}

fn any_command() -> impl Strategy<Value = Command> {
    let customer = 0..3_u128;
    let message = 0..40_u128;
    let chat = 1..5_i64;
    prop_oneof![
        4 => (customer, message.clone()).prop_map(|(customer, message)| ask(customer, message)),
        3 => (chat.clone(), message).prop_map(|(chat, message)| answer(chat, message)),
        2 => (chat.clone(), 0..5_i64).prop_map(|(chat, number)| SetStatus {
            by: anna().into(),
            chat_id: ChatId(chat),
            status: ChatStatus::from_number(number).unwrap(),
        }.into()),
        1 => chat.clone().prop_map(|chat| Erase { by: anna().into(), chat_id: ChatId(chat) }.into()),
        1 => (chat, any::<bool>()).prop_map(|(chat, take)| Assign {
            by: anna(),
            chat_id: ChatId(chat),
            operator: take.then(|| anna().operator),
        }.into()),
    ]
}

proptest! {
    /// Whatever is asked for: no holes in either counting, one open chat a customer, no message twice, and no
    /// trace of a refusal.
    #[test]
    fn whatever_is_asked_the_log_stays_sound(commands in prop::collection::vec(any_command(), 0..60)) {
        let mut state = empty();
        let mut decider = Decider::new(&mut state, Timestamp(0));
        for command in commands {
            let events = decider.events.len();
            if command.decide(&mut decider).is_err() {
                prop_assert_eq!(decider.events.len(), events);
            }
        }
        let changes = decider.changes();
        let seqs: Vec<_> = changes.events.iter().map(|event| event.seq).collect();
        prop_assert_eq!(&seqs, &(1..=seqs.len() as u64).collect::<Vec<_>>());
        for customer in state.customers.values() {
            let told: Vec<_> = changes
                .events
                .iter()
                .filter_map(|event| event.customer.as_ref())
                .filter(|record| record.customer_id == customer.id)
                .map(|record| record.seq)
                .collect();
            prop_assert_eq!(&told, &(1..=customer.seq).collect::<Vec<_>>());
            let open: Vec<_> = state
                .chats
                .values()
                .filter(|chat| chat.customer_id == customer.id && chat.status != ChatStatus::Closed)
                .map(|chat| chat.id)
                .collect();
            prop_assert_eq!(open, customer.open_chat.into_iter().collect::<Vec<_>>());
            let chats = state.chats.values().filter(|chat| chat.customer_id == customer.id).count() as u64;
            prop_assert_eq!(chats, customer.chats);
            prop_assert!(chats > 0 || customer.name.is_empty(), "{customer:?}");
        }
        for erased in &changes.erased {
            prop_assert!(changes.chats.iter().all(|chat| chat.id != erased.chat_id));
            prop_assert!(changes.messages.iter().all(|row| row.chat_id != erased.chat_id));
        }
        let mut names: Vec<_> = changes.messages.iter().map(|row| (row.sender, row.client_id)).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        prop_assert_eq!(names.len(), all);
    }
}
