//! What was sent: never lost, never doubled.

use chathub_domain::ErrorCode;

use super::*;
use crate::panel::session::Progress;

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
    ServerFrame::Reject { client_id: Some(name(number)), chat_id: Some(ChatId(1)), code, detail }
}

#[test]
fn ack_and_event_merge_in_either_order() {
    for ack_first in [true, false] {
        let mut state = writing();
        assert_eq!(posted(&send(&mut state, "  Answer \n", 1)), [name(1)]);
        assert_eq!(state.outbox[0].text, "Answer");
        assert_eq!(state.draft_text(), "");
        let event = said(1, answered(13, anna(), name(1)));
        if ack_first {
            hear(&mut state, ack(1, 13));
            assert_eq!(state.outbox[0].progress, Progress::Sent(13));
            hear(&mut state, event);
        } else {
            hear(&mut state, event);
            hear(&mut state, ack(1, 13));
        }
        assert!(state.outbox.is_empty());
        assert_eq!(seqs(&state), [10, 13]);
    }
}

#[test]
fn somebody_elses_message_of_the_same_name_is_another() {
    let mut state = writing();
    send(&mut state, "Mine", 1);
    hear(&mut state, said(1, Message { client_id: name(1), ..asked(13) }));
    hear(&mut state, said(1, answered(14, mart(), name(1))));
    assert_eq!(state.outbox.len(), 1);
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
    assert!(state.outbox.is_empty());
    assert_eq!(seqs(&state), [10, 13, 14, 15, 16]);
    assert!(posted(&connect(&mut state)).is_empty());
}

#[test]
fn a_refusal_keeps_the_text() {
    let mut state = writing();
    send(&mut state, "First", 1);
    send(&mut state, "Second", 2);
    hear(&mut state, refusal(1));
    assert_eq!(state.outbox[0].progress, Progress::Failed("There is no such chat.".into()));
    assert_eq!(state.outbox[0].text, "First");
    // A new connection is no reason to try again by itself.
    state.apply(Input::Lost, NOW);
    assert_eq!(posted(&connect(&mut state)), [name(2)]);
    assert_eq!(posted(&act(&mut state, Action::Retry(name(1)))), [name(1)]);
    assert_eq!(state.outbox[0].progress, Progress::Sending);
    // On its way it can't be given up, refused it can.
    act(&mut state, Action::Discard(name(1)));
    assert_eq!(state.outbox.len(), 2);
    hear(&mut state, refusal(1));
    act(&mut state, Action::Discard(name(1)));
    assert_eq!(state.outbox.len(), 1);
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
    assert!(state.outbox[1..].iter().all(|item| item.progress == Progress::Sending));
    state.apply(Input::Lost, NOW);
    assert!(posted(&connect(&mut state)).is_empty());
    assert!(!state.due(after(1_999)));
    assert!(state.due(after(2_000)));
    let effects = state.apply(Input::Tick, after(2_000));
    assert_eq!(posted(&effects), [name(2), name(3), name(4)]);
    // As often as it takes.
    state.apply(Input::Frame(ack(2, 14)), after(2_100));
    state.apply(Input::Frame(reject(3, ErrorCode::TooManyRequests)), after(2_200));
    assert_eq!(posted(&state.apply(Input::Tick, after(4_199))), []);
    assert_eq!(posted(&state.apply(Input::Tick, after(4_200))), [name(3), name(4)]);
    assert!(!state.due(after(4_201)));
}

#[test]
fn a_late_refusal_does_not_undo_an_ack() {
    let mut state = writing();
    send(&mut state, "Answer", 1);
    hear(&mut state, ack(1, 13));
    hear(&mut state, refusal(1));
    hear(&mut state, reject(1, ErrorCode::TooManyRequests));
    assert_eq!(state.outbox[0].progress, Progress::Sent(13));
    assert!(posted(&state.apply(Input::Tick, after(2_000))).is_empty());
}

#[test]
fn silence_is_answered_by_sending_again() {
    let mut state = writing();
    send(&mut state, "First", 1);
    send(&mut state, "Second", 2);
    assert!(!state.due(after(19_999)));
    assert!(state.due(after(20_000)));
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
    act(&mut state, Action::Open(ChatId(2)));
    send(&mut state, "Elsewhere", 3);
    hear(&mut state, ServerFrame::Ack { client_id: name(3), chat_id: ChatId(2), seq: 14 });
    act(&mut state, Action::Open(ChatId(1)));
    hear(
        &mut state,
        ServerFrame::Reset { cursor: cursor(40), snapshot: snapshot(vec![chat(1, 39), chat(2, 12)]) },
    );
    let waiting: Vec<ClientId> = state.outbox.iter().map(|item| item.client_id).collect();
    assert_eq!(waiting, [name(1), name(2)]);
    // The page begins after the acknowledged one: it lies before.
    hear(&mut state, history(1, vec![asked(38), asked(39)], true));
    let waiting: Vec<ClientId> = state.outbox.iter().map(|item| item.client_id).collect();
    assert_eq!(waiting, [name(2)]);
    hear(&mut state, history(1, vec![asked(38), answered(39, anna(), name(2))], true));
    assert!(state.outbox.is_empty());
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
    act(&mut state, Action::Draft("For one".into()));
    act(&mut state, Action::Open(ChatId(2)));
    assert_eq!(state.draft_text(), "");
    act(&mut state, Action::Draft("For two".into()));
    act(&mut state, Action::Close);
    assert_eq!(state.draft_text(), "");
    act(&mut state, Action::Open(ChatId(1)));
    assert_eq!(state.draft_text(), "For one");
    send(&mut state, "For one", 1);
    act(&mut state, Action::Open(ChatId(2)));
    assert_eq!(state.draft_text(), "For two");
}
