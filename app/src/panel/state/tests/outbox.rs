//! What was sent: never lost, never doubled.

use super::*;
use crate::panel::state::{Progress, worded};

fn writing() -> State {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    state
}

fn ack(number: u128, seq: Seq) -> ServerFrame {
    ServerFrame::Ack { client_id: name(number), chat_id: ChatId(1), seq }
}

fn refusal(number: u128) -> ServerFrame {
    reject(number, ErrorCode::NotFound)
}

fn reject(number: u128, code: ErrorCode) -> ServerFrame {
    let detail = "There is no such chat.".into();
    let chat_id = Some(ChatId(1));
    ServerFrame::Reject { client_id: Some(name(number)), chat_id, code, detail, missing: None }
}

#[test]
fn ack_and_event_merge_in_either_order() {
    for ack_first in [true, false] {
        let mut state = writing();
        assert_eq!(posted(&send(&mut state, "  Answer \n", 1)), [name(1)]);
        assert_eq!(state.outbox.items[0].text, "Answer");
        assert_eq!(state.draft_text(), "");
        let event = said(1, answered(13, anna(), name(1)));
        if ack_first {
            hear(&mut state, ack(1, 13));
            assert_eq!(state.outbox.items[0].progress, Progress::Sent(13));
            hear(&mut state, event);
        } else {
            hear(&mut state, event);
            hear(&mut state, ack(1, 13));
        }
        assert!(state.outbox.items.is_empty());
        assert_eq!(seqs(&state), [10, 13]);
    }
}

#[test]
fn somebody_elses_message_of_the_same_name_is_another() {
    let mut state = writing();
    send(&mut state, "Mine", 1);
    hear(&mut state, said(1, Message { client_id: name(1), ..asked(13) }));
    hear(&mut state, said(1, answered(14, mart(), name(1))));
    assert_eq!(state.outbox.items.len(), 1);
}

#[test]
fn what_was_not_answered_is_sent_again_in_order() {
    let mut state = writing();
    for number in 1..=3 {
        send(&mut state, "Answer", number);
    }
    hear(&mut state, ack(1, 13));
    state.apply(Input::Lost, NOW);
    // Written while there is no connection: it waits.
    assert!(sent(&send(&mut state, "Answer", 4)).is_empty());
    assert_eq!(posted(&connect(&mut state)), [name(2), name(3), name(4)]);
    for number in 1..=4 {
        hear(&mut state, said(1, answered(12 + u64::try_from(number).unwrap(), anna(), name(number))));
    }
    assert!(state.outbox.items.is_empty());
    assert_eq!(seqs(&state), [10, 13, 14, 15, 16]);
    assert!(posted(&connect(&mut state)).is_empty());
}

#[test]
fn a_refusal_without_a_name_is_of_the_first_that_waits() {
    let mut state = writing();
    send(&mut state, "First", 1);
    send(&mut state, "Second", 2);
    let unread = |code| ServerFrame::Reject {
        client_id: None,
        chat_id: None,
        code,
        detail: "This can't be read.".into(),
        missing: None,
    };
    hear(&mut state, unread(ErrorCode::Malformed));
    assert_eq!(
        state.outbox.items[0].progress,
        Progress::Failed(worded(&texts(), ErrorCode::Malformed, None, ""))
    );
    assert_eq!(state.outbox.items[1].progress, Progress::Sending);
    hear(&mut state, ack(2, 13));
    // Nothing waits any more: it is of something else.
    hear(&mut state, unread(ErrorCode::Malformed));
    assert_eq!(state.outbox.items[1].progress, Progress::Sent(13));
    assert_eq!(state.notices.shown.as_ref().unwrap().text, worded(&texts(), ErrorCode::Malformed, None, ""));
}

#[test]
fn a_refusal_keeps_the_text() {
    let mut state = writing();
    send(&mut state, "First", 1);
    send(&mut state, "Second", 2);
    hear(&mut state, refusal(1));
    assert_eq!(
        state.outbox.items[0].progress,
        Progress::Failed(worded(&texts(), ErrorCode::NotFound, None, ""))
    );
    assert_eq!(state.outbox.items[0].text, "First");
    // A new connection is no reason to try again by itself.
    state.apply(Input::Lost, NOW);
    assert_eq!(posted(&connect(&mut state)), [name(2)]);
    assert_eq!(posted(&act(&mut state, RETRY.with(name(1)))), [name(1)]);
    assert_eq!(state.outbox.items[0].progress, Progress::Sending);
    // On its way it can't be given up, refused it can.
    act(&mut state, DISCARD.with(name(1)));
    assert_eq!(state.outbox.items.len(), 2);
    hear(&mut state, refusal(1));
    act(&mut state, DISCARD.with(name(1)));
    assert_eq!(state.outbox.items.len(), 1);
}

#[test]
fn what_was_too_much_at_once_is_sent_again_in_order() {
    let mut state = writing();
    for number in 1..=3 {
        send(&mut state, "Answer", number);
    }
    hear(&mut state, ack(1, 13));
    for number in 2..=3 {
        hear(&mut state, reject(number, ErrorCode::TooManyRequests));
    }
    // Written meanwhile: it does not overtake them, not even on another connection.
    assert!(posted(&send(&mut state, "Answer", 4)).is_empty());
    assert!(state.outbox.items[1..].iter().all(|item| item.progress == Progress::Sending));
    state.apply(Input::Lost, NOW);
    assert!(posted(&connect(&mut state)).is_empty());
    assert!(!state.due(after(999)));
    assert!(state.due(after(1_000)));
    let effects = state.apply(Input::Tick, after(2_000));
    assert_eq!(posted(&effects), [name(2), name(3), name(4)]);
    // As often as it takes.
    state.apply(Input::Frame(ack(2, 14)), after(2_100));
    state.apply(Input::Frame(reject(3, ErrorCode::TooManyRequests)), after(2_200));
    assert_eq!(posted(&state.apply(Input::Tick, after(3_199))), []);
    assert_eq!(posted(&state.apply(Input::Tick, after(3_200))), [name(3), name(4)]);
    assert!(!state.due(after(3_201)));
}

#[test]
fn a_late_refusal_does_not_undo_an_ack() {
    let mut state = writing();
    send(&mut state, "Answer", 1);
    hear(&mut state, ack(1, 13));
    hear(&mut state, refusal(1));
    hear(&mut state, reject(1, ErrorCode::TooManyRequests));
    assert_eq!(state.outbox.items[0].progress, Progress::Sent(13));
    assert!(posted(&state.apply(Input::Tick, after(2_000))).is_empty());
}

#[test]
fn silence_is_answered_by_sending_again() {
    let mut state = writing();
    send(&mut state, "First", 1);
    send(&mut state, "Second", 2);
    // The server is there: something else has lost them.
    for heard in [5_000, 10_000, 15_000, 19_999] {
        state.apply(Input::Frame(ServerFrame::Heartbeat { cursor: cursor(12) }), after(heard));
    }
    assert!(!state.due(after(19_999)));
    let effects = state.apply(Input::Tick, after(20_000));
    assert_eq!(posted(&effects), [name(1), name(2)]);
    assert!(!state.due(after(20_001)));
}

#[test]
fn a_reset_drops_what_its_picture_holds() {
    let mut state = writing();
    send(&mut state, "Logged", 1);
    hear(&mut state, ack(1, 13));
    send(&mut state, "Not yet", 2);
    act(&mut state, OPEN.with(ChatId(2)));
    send(&mut state, "Elsewhere", 3);
    hear(&mut state, ServerFrame::Ack { client_id: name(3), chat_id: ChatId(2), seq: 14 });
    act(&mut state, OPEN.with(ChatId(1)));
    hear(
        &mut state,
        ServerFrame::Reset { cursor: cursor(40), snapshot: snapshot(vec![chat(1, 39), chat(2, 12)]) },
    );
    let waiting: Vec<ClientId> = state.outbox.items.iter().map(|item| item.client_id).collect();
    assert_eq!(waiting, [name(1), name(2)]);
    // The page begins after the acknowledged one: it lies before.
    hear(&mut state, history(1, vec![asked(38), asked(39)], true));
    let waiting: Vec<ClientId> = state.outbox.items.iter().map(|item| item.client_id).collect();
    assert_eq!(waiting, [name(2)]);
    hear(&mut state, history(1, vec![asked(38), answered(39, anna(), name(2))], true));
    assert!(state.outbox.items.is_empty());
}

#[test]
fn only_a_message_can_be_sent() {
    let long = "a".repeat(chathub_domain::limits::MESSAGE_CHARS);
    for (text, sends) in
        [("", false), (" \n\t", false), ("a", true), (long.as_str(), true), (&format!("{long}a"), false)]
    {
        let mut state = writing();
        assert_eq!(!posted(&send(&mut state, text, 1)).is_empty(), sends, "{} characters", text.len());
        // What can't be sent stays where it was written.
        assert_eq!(state.draft_text(), if sends { "" } else { text });
    }
}

#[test]
fn drafts_belong_to_their_chats() {
    let mut state = writing();
    act(&mut state, WRITE.with("For one".into()));
    act(&mut state, OPEN.with(ChatId(2)));
    assert_eq!(state.draft_text(), "");
    act(&mut state, WRITE.with("For two".into()));
    act(&mut state, CLOSE.with(()));
    assert_eq!(state.draft_text(), "");
    act(&mut state, OPEN.with(ChatId(1)));
    assert_eq!(state.draft_text(), "For one");
    send(&mut state, "For one", 1);
    act(&mut state, OPEN.with(ChatId(2)));
    assert_eq!(state.draft_text(), "For two");
}

#[test]
fn only_what_can_never_succeed_is_not_sent() {
    for code in CODES {
        let mut state = writing();
        send(&mut state, "First", 1);
        send(&mut state, "Second", 2);
        hear(&mut state, reject(1, code));
        if !is_sent_again(code) {
            assert!(matches!(state.outbox.items[0].progress, Progress::Failed(_)), "{code:?}");
            assert!(!state.due(after(4_999)), "{code:?}");
            continue;
        }
        assert_eq!(state.outbox.items[0].progress, Progress::Sending, "{code:?}");
        // Nothing passes it, and all come in their order.
        assert!(posted(&send(&mut state, "Third", 3)).is_empty(), "{code:?}");
        assert_eq!(posted(&state.apply(Input::Tick, after(2_000))), [name(1), name(2), name(3)], "{code:?}");
    }
}

#[test]
fn a_refusal_again_and_again_is_met_with_patience() {
    let mut state = writing();
    send(&mut state, "Answer", 1);
    let mut now = 0;
    // The least of what chance makes of 2, 4, 8, 16 and 30 seconds.
    for pause in [1_000, 2_000, 4_000, 8_000, 15_000, 15_000] {
        state.apply(Input::Frame(reject(1, ErrorCode::Unavailable)), after(now));
        assert_eq!(state.outbox.items[0].progress, Progress::Sending);
        assert!(posted(&state.apply(Input::Tick, after(now + pause - 1))).is_empty());
        now += pause;
        assert_eq!(posted(&state.apply(Input::Tick, after(now))), [name(1)]);
    }
    state.apply(Input::Frame(ack(1, 13)), after(now));
    state.apply(Input::Act(WRITE.with("Next".into())), after(now));
    state.apply(Input::Act(SEND.with(name(2))), after(now));
    state.apply(Input::Frame(reject(2, ErrorCode::Unavailable)), after(now));
    assert_eq!(posted(&state.apply(Input::Tick, after(now + 1_000))), [name(2)]);
}

#[test]
fn what_was_refused_together_waits_once() {
    let mut state = writing();
    for number in 1..=9 {
        send(&mut state, "Answer", number);
    }
    hear(&mut state, reject(1, ErrorCode::Unavailable));
    for number in 2..=9 {
        hear(&mut state, reject(number, ErrorCode::TooManyRequests));
    }
    assert_eq!(posted(&state.apply(Input::Tick, after(2_000))).len(), 9);
}

#[test]
fn no_answer_and_no_sign_of_life_makes_a_new_connection() {
    let mut state = writing();
    send(&mut state, "Answer", 1);
    assert!(!state.due(after(4_999)));
    assert!(state.due(after(5_000)));
    assert_eq!(sent(&state.apply(Input::Tick, after(5_000))), [ClientFrame::Heartbeat]);
    assert!(!state.due(after(9_999)));
    assert!(state.due(after(10_000)));
    assert!(pause(&state.apply(Input::Tick, after(10_000))).is_some());
    assert_eq!(state.link.is, Link::Offline);
    assert_eq!(posted(&connect(&mut state)), [name(1)]);
}

#[test]
fn a_sign_of_life_keeps_the_connection() {
    let mut state = writing();
    send(&mut state, "Answer", 1);
    state.apply(Input::Tick, after(5_000));
    state.apply(Input::Frame(ServerFrame::Heartbeat { cursor: cursor(12) }), after(5_100));
    assert!(!state.due(after(10_099)));
    assert_eq!(sent(&state.apply(Input::Tick, after(10_100))), [ClientFrame::Heartbeat]);
    state.apply(Input::Frame(ack(1, 13)), after(10_200));
    // Nothing is on its way any more: silence is nothing to worry about.
    assert!(!state.due(after(600_000)));
}
