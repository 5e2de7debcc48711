//! The list: its pages, and what is chosen in a chat's head.

use chathub_domain::wire::ChatsBefore;

use super::*;

#[test]
fn the_next_page_begins_where_the_last_one_ended() {
    let mut state = panel();
    state.more_chats = true;
    connect(&mut state);
    // What moves up in the meantime does not move the end.
    hear(&mut state, said(1, asked(13)));
    let before = Some(ChatsBefore { updated_at: after(10), id: ChatId(1) });
    assert_eq!(sent(&act(&mut state, Action::LoadChats)), [ClientFrame::Chats { before }]);
    assert!(state.loading_chats());
    assert!(act(&mut state, Action::LoadChats).is_empty());
    hear(&mut state, ServerFrame::Chats { chats: vec![chat(8, 8), chat(7, 7)], more: true });
    assert_eq!(order(&state), [1, 2, 8, 7]);
    let before = Some(ChatsBefore { updated_at: after(7), id: ChatId(7) });
    assert_eq!(sent(&act(&mut state, Action::LoadChats)), [ClientFrame::Chats { before }]);
    hear(&mut state, ServerFrame::Chats { chats: vec![], more: false });
    assert!(act(&mut state, Action::LoadChats).is_empty());
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

#[test]
fn a_choice_shows_at_once_and_waits_for_the_log() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    let status = |state: &State| state.shown_status(state.open_chat().unwrap());
    let closed = ClientFrame::SetStatus { chat_id: ChatId(1), status: ChatStatus::Closed };
    assert_eq!(sent(&act(&mut state, Action::SetStatus(ChatStatus::Closed))), std::slice::from_ref(&closed));
    assert_eq!(status(&state), ChatStatus::Closed);
    assert!(sent(&act(&mut state, Action::SetStatus(ChatStatus::Closed))).is_empty());
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
    act(&mut state, Action::Assign(Some(OperatorId(8))));
    assert_eq!(state.shown_operator(state.open_chat().unwrap()), Some(OperatorId(8)));
    hear(
        &mut state,
        ServerFrame::Reject {
            client_id: None,
            chat_id: Some(ChatId(1)),
            code: chathub_domain::ErrorCode::Conflict,
            detail: "Mart has it.".into(),
        },
    );
    assert_eq!(state.shown_operator(state.open_chat().unwrap()), None);
    hear(&mut state, event(13, Event::Assigned { chat_id: ChatId(1), operator: Some(mart()) }));
    assert_eq!(state.shown_operator(state.open_chat().unwrap()), Some(OperatorId(8)));
}
