//! What one panel keeps and the next takes up: after a page load, after an upgrade.

use super::*;
use crate::panel::state::{Progress, worded};

/// A panel that begins with what the other kept, and gets its connection.
fn next(kept: String) -> (State, Vec<Effect>) {
    let mut state = panel();
    state.apply(Input::Kept(kept), NOW);
    let effects = connect(&mut state);
    (state, effects)
}

#[test]
fn the_open_chat_and_what_is_half_written_go_over() {
    let mut state = live();
    open(&mut state, 2, &[12], false);
    act(&mut state, WRITE.with("for later".into()));
    open(&mut state, 1, &[10], false);
    act(&mut state, WRITE.with("half an \"ans\n📦".into()));
    let (mut state, effects) = next(state.keep());
    assert_eq!((state.threads.open, state.draft_text()), (Some(ChatId(1)), "half an \"ans\n📦"));
    assert!(sent(&effects).contains(&ClientFrame::History { chat_id: Some(ChatId(1)), before: None }));
    act(&mut state, OPEN.with(ChatId(2)));
    assert_eq!(state.draft_text(), "for later");
}

#[test]
fn what_was_not_stored_is_sent_again_under_its_name() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    send(&mut state, "Stored", 1);
    hear(&mut state, ServerFrame::Ack { client_id: name(1), chat_id: ChatId(1), seq: 13 });
    send(&mut state, "On its way", 2);
    send(&mut state, "Refused", 3);
    let refusal = ServerFrame::Reject {
        client_id: Some(name(3)),
        chat_id: Some(ChatId(1)),
        code: chathub_domain::ErrorCode::MessageTooLong,
        detail: "Too long.".into(),
        missing: None,
    };
    hear(&mut state, refusal);
    let (mut state, effects) = next(state.keep());
    assert_eq!(posted(&effects), [name(2)]);
    let left: Vec<_> =
        state.outbox.items.iter().map(|item| (item.text.as_str(), item.progress.clone())).collect();
    let why = worded(&texts(), chathub_domain::ErrorCode::MessageTooLong, None, "");
    assert_eq!(left, [("On its way", Progress::Sending), ("Refused", Progress::Failed(why))]);
    assert_eq!(posted(&act(&mut state, RETRY.with(name(3)))), [name(3)]);
}

#[test]
fn nothing_goes_over_to_another_operator() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    act(&mut state, WRITE.with("mine".into()));
    send(&mut state, "mine too", 1);
    act(&mut state, WRITE.with("mine".into()));
    let kept = state.keep();
    let other = kept.replacen(r#""operator":7"#, r#""operator":8"#, 1);
    assert_ne!(other, kept);
    let (state, effects) = next(other);
    assert_eq!((state.threads.open, state.outbox.items.len(), posted(&effects).len()), (None, 0, 0));
    assert!(!format!("{state:?}").contains("mine"));
}

#[test]
fn what_was_written_under_another_life_of_the_database_is_not_sent_but_shown() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    act(&mut state, WRITE.with("Half a".into()));
    send(&mut state, "Whole", 1);
    act(&mut state, WRITE.with("Half a".into()));
    let other = state.keep().replacen(r#"-000000000001""#, r#"-000000000002""#, 1);
    let (state, effects) = next(other);
    assert_eq!((state.threads.open, state.outbox.items.len(), posted(&effects).len()), (None, 0, 0));
    assert_eq!((state.stranded.text.as_str(), state.draft_text()), ("Whole\n\nHalf a", ""));
    // And is so still after the next page load.
    assert_eq!(next(state.keep()).0.stranded.text, "Whole\n\nHalf a");
}

#[test]
fn what_can_not_be_read_is_left_out() {
    let whose = r#""operator":7,"epoch":"00000000-0000-0000-0000-000000000001""#;
    for kept in [String::new(), "null".into(), "{".into(), "{}".into(), format!("{{{whose}}}")] {
        assert_eq!(next(kept).0.threads.open, None);
    }
    let broken =
        r#""open":"x","drafts":[[1],["x","y"],[2,"kept"],7],"outbox":[[1,"no name","text",0,null],{}]"#;
    let (mut state, _) = next(format!("{{{whose},{broken}}}"));
    assert_eq!((state.threads.open, state.outbox.items.len()), (None, 0));
    act(&mut state, OPEN.with(ChatId(2)));
    assert_eq!(state.draft_text(), "kept");
}

#[test]
fn what_a_former_build_has_kept_is_taken_up() {
    // Word for word: the next panel after an upgrade is given this.
    let kept = [
        r#"{"operator":7,"epoch":"00000000-0000-0000-0000-000000000001","drafts":[[2,"for later"],[1,"half"]],"#,
        r#""outbox":[[1,"00000000-0000-0000-0000-000000000003","On its way",1795000000000,null],"#,
        r#"[1,"00000000-0000-0000-0000-000000000004","Refused",1795000000000,"Too long."]],"#,
        r#""stranded":"Not sent","open":1}"#,
    ];
    let (state, effects) = next(kept.concat());
    assert_eq!((state.threads.open, state.draft_text()), (Some(ChatId(1)), "half"));
    assert_eq!(state.drafts.get(ChatId(2)).map(String::as_str), Some("for later"));
    assert_eq!((posted(&effects), state.stranded.text.as_str()), (vec![name(3)], "Not sent"));
    assert_eq!(state.outbox.items[1].progress, Progress::Failed("Too long.".into()));
}
