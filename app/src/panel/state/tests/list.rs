//! The list: its pages, and what is chosen in a chat's head.

use chathub_domain::ErrorCode;
use chathub_domain::wire::{ChatsBefore, Missing};

use super::*;

#[test]
fn the_next_page_begins_where_the_last_one_ended() {
    let mut state = panel();
    state.chats.view.more = true;
    connect(&mut state);
    // What moves up in the meantime does not move the end.
    hear(&mut state, said(1, asked(13)));
    let before = Some(ChatsBefore { updated_at: after(10), id: ChatId(1) });
    assert_eq!(sent(&act(&mut state, LOAD_CHATS.with(()))), [ClientFrame::Chats { before }]);
    assert!(state.chats.view.is_loading());
    assert!(act(&mut state, LOAD_CHATS.with(())).is_empty());
    hear(&mut state, ServerFrame::Chats { chats: vec![chat(8, 8), chat(7, 7)], more: true });
    assert_eq!(order(&state), [1, 2, 8, 7]);
    let before = Some(ChatsBefore { updated_at: after(7), id: ChatId(7) });
    assert_eq!(sent(&act(&mut state, LOAD_CHATS.with(()))), [ClientFrame::Chats { before }]);
    hear(&mut state, ServerFrame::Chats { chats: vec![], more: false });
    assert!(act(&mut state, LOAD_CHATS.with(())).is_empty());
}

#[test]
fn a_page_does_not_undo_an_event() {
    let mut state = live();
    hear(&mut state, said(1, asked(13)));
    hear(&mut state, ServerFrame::Chats { chats: vec![chat(1, 10)], more: false });
    assert_eq!((order(&state), unread(&state, 1)), (vec![1, 2], 2));
    // Nor is counted twice what a page already counted.
    hear(&mut state, ServerFrame::Chats { chats: vec![Chat { unread: 3, ..chat(1, 14) }], more: false });
    hear(&mut state, said(1, asked(14)));
    assert_eq!(unread(&state, 1), 3);
}

/// Its own chats tell a panel nothing of those that are further down.
#[test]
fn how_much_waits_is_what_the_server_says() {
    let state = State::new(PanelProps {
        hub: String::new(),
        token: "first".into(),
        me: me(),
        expires_at: after(3_600_000),
        cursor: cursor(12),
        snapshot: Snapshot { more: true, unread: 73, ..snapshot(vec![chat(2, 12), chat(1, 10)]) },
        build: "1".into(),
        door: Door::Embed,
        texts: texts(),
    });
    assert_eq!(state.unread(), 73);
    let mut state = live();
    assert_eq!(state.unread(), 2);
    assert_eq!(told_unread(&hear(&mut state, ServerFrame::Badge { unread: 73, chats: 72 })), Some(73));
    assert_eq!(told_unread(&hear(&mut state, ServerFrame::Badge { unread: 73, chats: 71 })), None);
    // A message comes with its number a moment later, a page of the list with none.
    assert_eq!(told_unread(&hear(&mut state, said(1, asked(13)))), None);
    assert_eq!(told_unread(&hear(&mut state, ServerFrame::Badge { unread: 74, chats: 72 })), Some(74));
    act(&mut state, LOAD_CHATS.with(()));
    hear(&mut state, ServerFrame::Chats { chats: vec![chat(8, 8), chat(7, 7)], more: true });
    assert_eq!(state.unread(), 74);
    // Another life of the database, and another operator.
    let restored = Cursor { epoch: Epoch(Uuid::from_u128(2)), seq: 3 };
    let snapshot = Snapshot { unread: 5, ..snapshot(vec![chat(2, 2)]) };
    assert_eq!(told_unread(&hear(&mut state, ServerFrame::Reset { cursor: restored, snapshot })), Some(5));
}

#[test]
fn what_a_part_that_was_read_elsewhere_left_over_is_asked_of_the_server() {
    use chathub_domain::event::Reader;

    let mut state = live();
    let read = |seq, up_to| {
        let reader = Reader::Operator(anna());
        event(seq, Event::Read { chat_id: ChatId(1), reader, up_to })
    };
    hear(&mut state, said(1, asked(13)));
    hear(&mut state, said(1, asked(14)));
    assert_eq!(unread(&state, 1), 3);
    let first_page = [ClientFrame::Chats { before: None }];
    assert_eq!(sent(&hear(&mut state, read(15, 13))), first_page);
    assert_eq!(unread(&state, 1), 3, "too many for now, and nobody is hidden");
    let now = Chat { unread: 1, read_by_me: 13, ..chat(1, 14) };
    hear(&mut state, ServerFrame::Chats { chats: vec![now.clone()], more: false });
    assert_eq!(unread(&state, 1), 1);
    // What was read or said since is newer than a page.
    assert!(sent(&hear(&mut state, read(16, 14))).is_empty());
    hear(&mut state, ServerFrame::Chats { chats: vec![now], more: false });
    assert_eq!(unread(&state, 1), 0);
    // Of a long chat the messages at hand may not reach back to where was read.
    open(&mut state, 1, &[17, 18], true);
    for seq in [17, 18] {
        hear(&mut state, said(1, asked(seq)));
    }
    state.apply(Input::Visible(false), NOW);
    assert_eq!(sent(&hear(&mut state, read(19, 15))), first_page);
}

#[test]
fn a_choice_shows_at_once_and_waits_for_the_log() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    let status = |state: &State| state.shown_status(state.open_chat().unwrap());
    let closed = ClientFrame::SetStatus { chat_id: ChatId(1), status: ChatStatus::Closed };
    assert_eq!(sent(&act(&mut state, SET_STATUS.with(ChatStatus::Closed))), std::slice::from_ref(&closed));
    assert_eq!(status(&state), ChatStatus::Closed);
    assert!(sent(&act(&mut state, SET_STATUS.with(ChatStatus::Closed))).is_empty());
    state.apply(Input::Lost, NOW);
    assert!(sent(&connect(&mut state)).contains(&closed));
    let by = Some(mart());
    hear(&mut state, event(13, Event::ChatStatus { chat_id: ChatId(1), status: ChatStatus::Open, by }));
    assert_eq!(status(&state), ChatStatus::Open);
}

#[test]
fn a_refused_choice_is_taken_back() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    act(&mut state, ASSIGN.with(Some(OperatorId(8))));
    assert_eq!(state.shown_operator(state.open_chat().unwrap()), Some(OperatorId(8)));
    hear(
        &mut state,
        ServerFrame::Reject {
            client_id: None,
            chat_id: Some(ChatId(1)),
            code: chathub_domain::ErrorCode::Conflict,
            detail: "Mart has it.".into(),
            missing: None,
        },
    );
    assert_eq!(state.shown_operator(state.open_chat().unwrap()), None);
    hear(&mut state, event(13, Event::Assigned { chat_id: ChatId(1), operator: Some(mart()) }));
    assert_eq!(state.shown_operator(state.open_chat().unwrap()), Some(OperatorId(8)));
}

#[test]
fn who_answers_is_known_at_once() {
    let mut state = live();
    let changed = |seq, name: &str, status| {
        let operator = OperatorRef { name: name.into(), ..mart() };
        event(seq, Event::StaffChanged { operator, status })
    };
    let names = |state: &State| {
        let operators = state.staff.operators.iter().map(|operator| operator.name.clone());
        operators.collect::<Vec<_>>().join(", ")
    };
    hear(&mut state, changed(13, "Abel", OperatorStatus::Active));
    assert_eq!(names(&state), "Abel, Anna", "by name, as the server tells them");
    hear(&mut state, event(14, Event::Assigned { chat_id: ChatId(1), operator: Some(mart()) }));
    hear(&mut state, said(1, message(15, Author::Operator(mart()), "Good day")));
    hear(&mut state, changed(16, "Márta", OperatorStatus::Active));
    let chat = state.chat(ChatId(1)).unwrap();
    assert_eq!((chat.operator.as_ref().unwrap().name.as_str(), chat.operator_inactive), ("Márta", false));
    hear(&mut state, changed(17, "Márta", OperatorStatus::Inactive));
    assert_eq!(names(&state), "Anna", "who may not work is none to give a chat to");
    assert!(state.chat(ChatId(1)).unwrap().operator_inactive, "and their chats say so");
    hear(&mut state, changed(18, "Márta", OperatorStatus::Active));
    assert_eq!(names(&state), "Anna, Márta");
    assert!(!state.chat(ChatId(1)).unwrap().operator_inactive);
    hear(&mut state, changed(19, "Márta", OperatorStatus::Deleted));
    assert_eq!(names(&state), "Anna");
    assert!(state.chat(ChatId(1)).unwrap().operator_inactive);
    // Of themselves everybody knows at once what they are called now.
    let me = OperatorRef { name: "Anna B.".into(), ..anna() };
    hear(&mut state, event(20, Event::StaffChanged { operator: me, status: OperatorStatus::Active }));
    assert_eq!(state.staff.me.operator.name, "Anna B.");
}

#[test]
fn what_was_said_last_is_first_whatever_the_clock_says() {
    let mut state = live();
    let hours_back = Timestamp(NOW.0 - 6 * 3_600_000);
    hear(&mut state, said(1, Message { at: hours_back, ..asked(13) }));
    assert_eq!(order(&state), [1, 2]);
    // A picture shows the same order as the events that led to it, and the next page begins where the server ended.
    let early = Chat { updated_at: hours_back, ..chat(1, 13) };
    let snapshot = Snapshot { more: true, ..snapshot(vec![chat(2, 12), early]) };
    hear(&mut state, ServerFrame::Reset { cursor: cursor(13), snapshot });
    assert_eq!(order(&state), [1, 2]);
    let before = Some(ChatsBefore { updated_at: hours_back, id: ChatId(1) });
    assert_eq!(sent(&act(&mut state, LOAD_CHATS.with(()))), [ClientFrame::Chats { before }]);
    // A chat begins on top, before its first message is heard.
    let source = Source::Website;
    hear(&mut state, event(14, Event::ChatCreated { chat_id: ChatId(3), customer: "Eva".into(), source }));
    assert_eq!(order(&state), [3, 1, 2]);
}

fn not_found(missing: Option<Missing>) -> ServerFrame {
    ServerFrame::Reject {
        client_id: None,
        chat_id: Some(ChatId(1)),
        code: ErrorCode::NotFound,
        detail: "There is no such thing.".into(),
        missing,
    }
}

#[test]
fn a_colleague_who_is_gone_takes_nothing_along() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    send(&mut state, "On its way", 1);
    act(&mut state, WRITE.with("Half a".into()));
    act(&mut state, SET_STATUS.with(ChatStatus::Waiting));
    act(&mut state, ASSIGN.with(Some(OperatorId(8))));
    hear(&mut state, not_found(Some(Missing::Operator)));
    assert_eq!(
        (state.threads.open, state.draft_text(), state.outbox.items.len()),
        (Some(ChatId(1)), "Half a", 1)
    );
    let chat = state.open_chat().unwrap();
    assert_eq!((state.shown_operator(chat), state.shown_status(chat)), (None, ChatStatus::Waiting));
    let notice = &state.notices.shown.as_ref().unwrap().text;
    assert_eq!(notice, "\u{2068}Mart\u{2069} is not active any more. The chat was not assigned.");
    // Nor can they be chosen again.
    assert_eq!(state.staff.operators, [anna()]);
}

#[test]
fn only_a_missing_chat_is_an_erased_one() {
    for missing in [None, Some(Missing::Operator), Some(Missing::Other), Some(Missing::Chat)] {
        let mut state = live();
        open(&mut state, 1, &[10], false);
        act(&mut state, WRITE.with("Half a".into()));
        hear(&mut state, not_found(missing));
        let erased = missing == Some(Missing::Chat);
        assert_eq!(state.threads.open, if erased { None } else { Some(ChatId(1)) }, "{missing:?}");
        assert_eq!(state.draft_text(), if erased { "" } else { "Half a" }, "{missing:?}");
        assert!(state.notices.shown.is_some(), "{missing:?}");
    }
}

#[test]
fn pages_asked_before_a_new_picture_are_not_of_it() {
    let mut state = live();
    state.chats.view.more = true;
    open(&mut state, 1, &[9, 10], true);
    act(&mut state, WRITE.with("Half a".into()));
    act(&mut state, LOAD_MESSAGES.with(()));
    act(&mut state, LOAD_CHATS.with(()));
    let snapshot = Snapshot { more: true, ..snapshot(vec![chat(2, 40), chat(1, 39)]) };
    let effects = hear(&mut state, ServerFrame::Reset { cursor: cursor(40), snapshot });
    let again = ClientFrame::History { chat_id: Some(ChatId(1)), before: None };
    assert_eq!(sent(&effects), [again]);
    assert_eq!((state.threads.open, state.draft_text()), (Some(ChatId(1)), "Half a"));
    // Their answers come all the same, each in its turn.
    hear(&mut state, history(1, vec![asked(3), asked(5)], false));
    hear(&mut state, ServerFrame::Chats { chats: vec![chat(7, 7)], more: false });
    assert_eq!(
        (order(&state), state.chats.view.more, state.chats.view.is_loading()),
        (vec![2, 1], true, false)
    );
    hear(&mut state, history(1, vec![asked(38), asked(39)], true));
    assert_eq!((seqs(&state), state.open_thread().unwrap().more), (vec![38, 39], true));
    let before = Some(ChatsBefore { updated_at: after(39), id: ChatId(1) });
    assert_eq!(sent(&act(&mut state, LOAD_CHATS.with(()))), [ClientFrame::Chats { before }]);
}

#[test]
fn whom_a_name_looks_like_is_asked_of_the_server() {
    let mut state = live();
    let looks_alike = |state: &State| state.chat(ChatId(1)).unwrap().looks_like_operator;
    let first_page = [ClientFrame::Chats { before: None }];
    let named =
        |seq, customer: &str| event(seq, Event::Customer { chat_id: ChatId(1), customer: customer.into() });
    assert_eq!(sent(&hear(&mut state, named(13, "\u{410}nna"))), first_page);
    // What was said since is newer than the page.
    hear(&mut state, said(1, asked(14)));
    let alike = Chat { customer: "\u{410}nna".into(), looks_like_operator: true, ..chat(1, 10) };
    hear(&mut state, ServerFrame::Chats { chats: vec![alike], more: false });
    assert!(looks_alike(&state));
    assert_eq!(unread(&state, 1), 2);
    let source = Source::Website;
    let created = Event::ChatCreated { chat_id: ChatId(3), customer: String::new(), source };
    assert!(sent(&hear(&mut state, event(15, created))).is_empty(), "nobody is like nobody");
}
