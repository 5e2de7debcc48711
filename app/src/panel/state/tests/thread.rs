//! The open chat: its messages, who reads, who writes.

use chathub_domain::event::Reader;

use super::*;
use crate::panel::state::Loading;
use crate::texts::PanelTexts;

fn read(state: &mut State, seq: Seq, reader: Reader, up_to: Seq) {
    hear(state, event(seq, Event::Read { chat_id: ChatId(1), reader, up_to }));
}

#[test]
fn opening_loads_once_and_reads_once() {
    let mut state = live();
    let effects = act(&mut state, OPEN.with(ChatId(1)));
    assert_eq!(sent(&effects), [ClientFrame::History { chat_id: Some(ChatId(1)), before: None }]);
    assert!(sent(&act(&mut state, OPEN.with(ChatId(1)))).is_empty());
    let effects = hear(&mut state, history(1, vec![asked(9), asked(10)], false));
    assert_eq!(sent(&effects), [ClientFrame::Read { chat_id: Some(ChatId(1)), seq: 10 }]);
    assert!(sent(&state.apply(Input::Tick, NOW)).is_empty());
    let effects = hear(&mut state, said(1, asked(13)));
    assert_eq!(sent(&effects), [ClientFrame::Read { chat_id: Some(ChatId(1)), seq: 13 }]);
    // An answer is nothing to read.
    assert!(sent(&hear(&mut state, said(1, answered(14, mart(), name(1))))).is_empty());
    // Coming back to it needs no second page.
    act(&mut state, OPEN.with(ChatId(2)));
    assert!(sent(&act(&mut state, OPEN.with(ChatId(1)))).is_empty());
}

#[test]
fn what_nobody_sees_is_not_read() {
    let mut state = live();
    state.apply(Input::Visible(false), NOW);
    open(&mut state, 1, &[10], false);
    assert!(sent(&hear(&mut state, said(1, asked(13)))).is_empty());
    let effects = state.apply(Input::Visible(true), NOW);
    assert_eq!(sent(&effects), [ClientFrame::Read { chat_id: Some(ChatId(1)), seq: 13 }]);
    // A receipt that was lost with its connection is given again.
    state.apply(Input::Lost, NOW);
    assert!(sent(&connect(&mut state)).contains(&ClientFrame::Read { chat_id: Some(ChatId(1)), seq: 13 }));
    read(&mut state, 14, Reader::Operator(anna()), 13);
    state.apply(Input::Lost, NOW);
    assert!(sent(&connect(&mut state)).is_empty());
}

#[test]
fn my_reading_clears_the_count_and_nobody_elses() {
    let mut state = live();
    hear(&mut state, said(1, asked(13)));
    read(&mut state, 14, Reader::Operator(mart()), 13);
    read(&mut state, 15, Reader::Customer, 13);
    assert_eq!(unread(&state, 1), 2);
    assert_eq!(state.chat(ChatId(1)).unwrap().read_by_customer, 13);
    read(&mut state, 16, Reader::Operator(anna()), 13);
    assert_eq!(unread(&state, 1), 0);
    assert_eq!(state.chat(ChatId(1)).unwrap().read_by_me, 13);
}

#[test]
fn reading_a_part_leaves_the_rest() {
    let mut state = live();
    state.apply(Input::Visible(false), NOW);
    open(&mut state, 1, &[10], false);
    hear(&mut state, said(1, asked(13)));
    hear(&mut state, said(1, asked(14)));
    assert_eq!(unread(&state, 1), 3);
    read(&mut state, 15, Reader::Operator(anna()), 13);
    assert_eq!(unread(&state, 1), 1);
}

#[test]
fn older_pages_come_before() {
    let mut state = live();
    open(&mut state, 1, &[9, 10], true);
    let effects = act(&mut state, LOAD_MESSAGES.with(()));
    assert_eq!(sent(&effects), [ClientFrame::History { chat_id: Some(ChatId(1)), before: Some(9) }]);
    assert_eq!(state.open_thread().unwrap().loading, Some(Loading::Older));
    assert!(sent(&act(&mut state, LOAD_MESSAGES.with(()))).is_empty());
    hear(&mut state, said(1, asked(13)));
    hear(&mut state, history(1, vec![asked(3), asked(5)], false));
    assert_eq!(seqs(&state), [3, 5, 9, 10, 13]);
    assert!(sent(&act(&mut state, LOAD_MESSAGES.with(()))).is_empty());
}

#[test]
fn what_comes_while_the_page_is_on_its_way_is_not_doubled() {
    let mut state = live();
    act(&mut state, OPEN.with(ChatId(1)));
    hear(&mut state, said(1, asked(13)));
    hear(&mut state, said(1, asked(14)));
    hear(&mut state, history(1, vec![asked(10), asked(13)], false));
    assert_eq!(seqs(&state), [10, 13, 14]);
}

#[test]
fn a_page_lost_with_its_connection_is_asked_again() {
    let mut state = live();
    act(&mut state, OPEN.with(ChatId(1)));
    state.apply(Input::Lost, NOW);
    let effects = connect(&mut state);
    assert_eq!(sent(&effects), [ClientFrame::History { chat_id: Some(ChatId(1)), before: None }]);
    // Opened without a connection, it waits for one.
    state.apply(Input::Lost, NOW);
    assert!(sent(&act(&mut state, OPEN.with(ChatId(2)))).is_empty());
    let effects = connect(&mut state);
    assert_eq!(sent(&effects), [ClientFrame::History { chat_id: Some(ChatId(2)), before: None }]);
}

#[test]
fn a_refused_page_can_be_asked_again() {
    let mut state = live();
    act(&mut state, OPEN.with(ChatId(1)));
    hear(
        &mut state,
        ServerFrame::Reject {
            client_id: None,
            chat_id: Some(ChatId(1)),
            code: chathub_domain::ErrorCode::Unavailable,
            detail: "Not now.".into(),
            missing: None,
        },
    );
    assert!(state.open_thread().unwrap().failed);
    assert_eq!(state.notices.shown.as_ref().unwrap().text, texts().refusals("unavailable").unwrap());
    assert_eq!(sent(&act(&mut state, LOAD_MESSAGES.with(()))).len(), 1);
    assert!(!state.open_thread().unwrap().failed);
    state.apply(Input::Tick, after(10_000));
    assert_eq!(state.notices.shown, None);
}

#[test]
fn typing_fades_and_ends_with_the_message() {
    let mut state = live();
    let types = |operator| ServerFrame::Typing { chat_id: ChatId(1), operator };
    hear(&mut state, types(None));
    hear(&mut state, types(Some(mart())));
    hear(&mut state, types(Some(anna())));
    assert_eq!(state.typing.typists.len(), 2);
    hear(&mut state, said(1, asked(13)));
    assert_eq!(state.typing.typists.len(), 1);
    assert!(!state.due(after(4_999)));
    state.apply(Input::Frame(types(Some(mart()))), after(4_000));
    assert!(!state.due(after(8_999)));
    assert!(state.due(after(9_000)));
    state.apply(Input::Tick, after(9_000));
    assert!(state.typing.typists.is_empty());
}

#[test]
fn my_typing_is_told_now_and_then() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    let mut typed = Vec::new();
    for (text, at) in [("", 0), (" ", 0), ("a", 0), ("ab", 1_999), ("abc", 2_000), ("abcd", 2_001)] {
        let effects = state.apply(Input::Act(WRITE.with(text.into())), after(at));
        typed.push(sent(&effects).len());
    }
    assert_eq!(typed, [0, 0, 1, 0, 1, 0]);
    act(&mut state, OPEN.with(ChatId(2)));
    assert_eq!(sent(&act(&mut state, WRITE.with("a".into()))).len(), 1);
}
