//! The server came back from a backup: another life of its database, in which the same number may be another chat.

use super::*;
use crate::panel::state::Progress;

fn other(seq: Seq) -> Cursor {
    Cursor { epoch: Epoch(Uuid::from_u128(2)), seq }
}

fn welcome_back(state: &mut State) -> Vec<Effect> {
    let frame =
        ServerFrame::Welcome { me: me(), cursor: other(5), build: "1".into(), expires_at: after(3_600_000) };
    state.apply(Input::Connecting, NOW);
    state.apply(Input::Opened, NOW);
    hear(state, frame)
}

#[test]
fn an_answer_goes_only_to_the_chat_that_it_was_written_for() {
    let mut state = live();
    state.apply(Input::Lost, NOW);
    act(&mut state, OPEN.with(ChatId(1)));
    send(&mut state, "For one", 1);
    act(&mut state, SET_STATUS.with(ChatStatus::Closed));
    act(&mut state, WRITE.with("Half for one".into()));
    act(&mut state, OPEN.with(ChatId(2)));
    send(&mut state, "For two", 2);
    act(&mut state, WRITE.with("Half for two".into()));

    // Whose chats these are is not known before the picture is here.
    assert!(sent(&welcome_back(&mut state)).is_empty());
    assert!(sent(&send(&mut state, "For two still", 3)).is_empty());
    let stranger = Chat { customer: "Eva".into(), created_at: after(77), ..chat(2, 4) };
    let same = Chat { created_at: after(10), ..chat(1, 3) };
    let reset = ServerFrame::Reset { cursor: other(5), snapshot: snapshot(vec![stranger, same]) };
    let effects = hear(&mut state, reset);
    let post = ClientFrame::Post { chat_id: Some(ChatId(1)), client_id: name(1), text: "For one".into() };
    assert_eq!(sent(&effects), [post]);
    assert_eq!(state.threads.open, None);
    assert_eq!(state.stranded.text, "For two\n\nFor two still");
    act(&mut state, OPEN.with(ChatId(1)));
    assert_eq!(state.draft_text(), "Half for one");
    assert_eq!(state.shown_status(state.open_chat().unwrap()), ChatStatus::New);
}

#[test]
fn what_the_former_life_had_numbered_is_numbered_anew() {
    let mut state = live();
    open(&mut state, 2, &[12], false);
    send(&mut state, "Stored", 1);
    hear(&mut state, ServerFrame::Ack { client_id: name(1), chat_id: ChatId(2), seq: 13 });
    state.apply(Input::Lost, NOW);
    welcome_back(&mut state);
    let same = Chat { created_at: after(12), ..chat(2, 4) };
    let effects = hear(&mut state, ServerFrame::Reset { cursor: other(5), snapshot: snapshot(vec![same]) });
    // It may have been lost with what the backup did not have: the same name makes it the same message.
    assert_eq!(posted(&effects), [name(1)]);
    assert_eq!(
        (state.threads.open, state.outbox.items[0].progress.clone()),
        (Some(ChatId(2)), Progress::Sending)
    );
    hear(&mut state, history(2, vec![asked(4)], false));
    assert_eq!(seqs(&state), [4]);
}
