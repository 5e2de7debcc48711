//! The order of events: none twice, none missing, and a new picture when one is.

use chathub_domain::ErrorCode;
use chathub_domain::wire::Missing;

use super::*;

#[test]
fn events_in_order_move_the_list() {
    let mut state = live();
    assert_eq!(order(&state), [2, 1]);
    let effects = hear(&mut state, said(1, asked(13)));
    assert_eq!(order(&state), [1, 2]);
    assert_eq!(unread(&state, 1), 2);
    let chat = state.chat(ChatId(1)).unwrap();
    assert_eq!(chat.last_message.as_ref().unwrap().text, "Question");
    assert_eq!(chat.updated_at, after(13));
    assert_eq!(
        effects,
        [Effect::Tell(Told::Message {
            chat_id: ChatId(1),
            customer: "Visitor 1".into(),
            preview: "Question".into()
        }),]
    );
    hear(&mut state, said(2, answered(14, mart(), name(5))));
    assert_eq!((order(&state), unread(&state, 2)), (vec![2, 1], 1));
}

#[test]
fn an_event_twice_is_an_event_once() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    hear(&mut state, said(1, asked(13)));
    let before = format!("{state:?}");
    assert!(hear(&mut state, said(1, asked(13))).is_empty());
    assert!(hear(&mut state, said(1, asked(12))).is_empty());
    assert_eq!(format!("{state:?}"), before);
}

#[test]
fn a_gap_asks_for_a_new_picture() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    send(&mut state, "Kept", 1);
    act(&mut state, WRITE.with("Half a".into()));
    let gap = ServerFrame::Event {
        seq: 15,
        prev: 14,
        at: NOW,
        event: Event::Message { chat_id: ChatId(1), message: asked(15) },
    };
    assert!(matches!(hear(&mut state, gap)[..], [Effect::Reconnect(_)]));
    // Nothing counts until it is there.
    assert!(hear(&mut state, said(1, asked(16))).is_empty());
    assert_eq!(seqs(&state), [10]);
    state.apply(Input::Connecting, NOW);
    let hello = state.apply(Input::Opened, NOW);
    assert!(matches!(&sent(&hello)[..], [ClientFrame::Hello { cursor: None, token: Some(_), .. }]));
    assert!(posted(&hear(&mut state, welcome())).is_empty());
    let reset = ServerFrame::Reset { cursor: cursor(20), snapshot: snapshot(vec![chat(3, 18)]) };
    assert_eq!(posted(&hear(&mut state, reset)), [name(1)]);
    // The open chat stays open though the first page does not have it any more.
    assert_eq!(order(&state), [3, 1]);
    assert_eq!(state.threads.open, Some(ChatId(1)));
    assert_eq!(state.draft_text(), "Half a");
    assert_eq!(state.outbox.items.len(), 1);
    hear(&mut state, history(1, vec![asked(10), asked(15), asked(16)], false));
    assert_eq!(seqs(&state), [10, 15, 16]);
    hear(&mut state, said(1, asked(21)));
    assert_eq!(seqs(&state), [10, 15, 16, 21]);
}

#[test]
fn positions_that_are_not_for_us_are_no_gap() {
    let mut state = live();
    hear(&mut state, ServerFrame::Heartbeat { cursor: cursor(20) });
    let late = ServerFrame::Event {
        seq: 21,
        prev: 12,
        at: NOW,
        event: Event::Message { chat_id: ChatId(1), message: asked(21) },
    };
    assert!(pause(&hear(&mut state, late)).is_none());
    assert_eq!(state.resume_from(), Some(cursor(21)));
    hear(&mut state, event(22, Event::Unknown));
    assert_eq!(state.resume_from(), Some(cursor(22)));
}

#[test]
fn another_life_of_the_database_asks_for_a_new_picture() {
    let mut state = live();
    let other = Cursor { epoch: Epoch(Uuid::from_u128(2)), seq: 3 };
    let effects = hear(&mut state, ServerFrame::Heartbeat { cursor: other });
    assert!(matches!(effects[..], [Effect::Reconnect(_)]));
    assert_eq!(state.resume_from(), None);
}

#[test]
fn a_reset_without_asking_reloads_the_open_chat() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    let effects =
        hear(&mut state, ServerFrame::Reset { cursor: cursor(30), snapshot: snapshot(vec![chat(1, 29)]) });
    assert_eq!(sent(&effects), [ClientFrame::History { chat_id: Some(ChatId(1)), before: None }]);
    // What was there stays in sight until its own page comes.
    assert_eq!(seqs(&state), [10]);
    hear(&mut state, history(1, vec![asked(28), asked(29)], true));
    assert_eq!(seqs(&state), [28, 29]);
}

#[test]
fn colleagues_beyond_the_first_page_are_asked_for() {
    let colleague = |id: i64| OperatorRef { id: OperatorId(id), name: format!("Colleague {id}") };
    let mut state = live();
    let page = i64::try_from(OPERATORS_PAGE).unwrap();
    let operators = (1..=page).map(colleague).collect();
    let snapshot = Snapshot { operators, ..snapshot(vec![]) };
    let effects = hear(&mut state, ServerFrame::Reset { cursor: cursor(30), snapshot });
    assert_eq!(sent(&effects), [ClientFrame::Operators { after: Some(OperatorId(page)) }]);
    let operators = (page..page + 3).map(colleague).collect();
    let effects = hear(&mut state, ServerFrame::Operators { operators, more: true });
    assert_eq!(sent(&effects), [ClientFrame::Operators { after: Some(OperatorId(page + 2)) }]);
    let effects =
        hear(&mut state, ServerFrame::Operators { operators: vec![colleague(page + 3)], more: false });
    assert_eq!(sent(&effects), []);
    let ids: Vec<_> = state.staff.operators.iter().map(|operator| operator.id.0).collect();
    assert_eq!(ids, (1..=page + 3).collect::<Vec<_>>());
}

#[test]
fn a_new_chat_begins_at_the_top() {
    let mut state = live();
    let source = Source::Website;
    hear(&mut state, event(13, Event::ChatCreated { chat_id: ChatId(3), customer: "Eva".into(), source }));
    hear(&mut state, said(3, asked(14)));
    assert_eq!((order(&state), unread(&state, 3)), (vec![3, 2, 1], 1));
}

#[test]
fn a_message_of_a_chat_further_down_fetches_the_first_page() {
    let mut state = live();
    let effects = hear(&mut state, said(9, asked(13)));
    assert_eq!(sent(&effects), [ClientFrame::Chats { before: None }]);
    // The next such one is answered by the same page.
    assert!(sent(&hear(&mut state, said(9, asked(14)))).is_empty());
    hear(&mut state, ServerFrame::Chats { chats: vec![chat(9, 14), chat(2, 12)], more: true });
    assert_eq!(order(&state), [9, 2, 1]);
    // The end of the list did not move.
    assert!(!state.chats.view.more);
}

#[test]
fn what_was_written_for_a_chat_that_was_erased_meanwhile_is_not_lost_to_sight() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    send(&mut state, "Too late", 1);
    state.apply(Input::Lost, NOW);
    state.chats.gone(ChatId(1), &mut Turn::at(NOW));
    hear(
        &mut state,
        ServerFrame::Reject {
            client_id: Some(name(1)),
            chat_id: Some(ChatId(1)),
            code: ErrorCode::NotFound,
            detail: "There is no such chat.".into(),
            missing: Some(Missing::Chat),
        },
    );
    assert_eq!((state.stranded.text.as_str(), state.outbox.items.len()), ("Too late", 0));
}

#[test]
fn an_erased_chat_takes_everything_of_it_along() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    send(&mut state, "Not sent yet", 1);
    act(&mut state, WRITE.with("Half a".into()));
    hear(&mut state, event(13, Event::Customer { chat_id: ChatId(1), customer: "Eva".into() }));
    assert_eq!(state.chat(ChatId(1)).unwrap().customer, "Eva");
    hear(&mut state, event(14, Event::ChatErased { chat_id: ChatId(1) }));
    assert_eq!((order(&state), state.threads.open), (vec![2], None));
    assert!(state.notices.shown.is_some(), "whoever was in it is told");
    // What was written for it is not sent any more, and not lost either.
    assert_eq!((state.stranded.text.as_str(), state.outbox.items.len()), ("Not sent yet\n\nHalf a", 0));
    assert!(state.drafts.get(ChatId(1)).is_none() && state.open_thread().is_none());
    // Told again, in place of what it was about, it is nothing new.
    hear(&mut state, event(15, Event::ChatErased { chat_id: ChatId(1) }));
    assert_eq!(order(&state), [2]);
    assert!(state.unsent());
    act(&mut state, LET_GO.with(()));
    assert!(state.stranded.text.is_empty() && !state.unsent());
}
