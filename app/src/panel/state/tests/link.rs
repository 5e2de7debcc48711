//! The connection and the token.

use chathub_domain::ErrorCode;

use super::*;

fn bye(code: ErrorCode, reconnect: bool) -> ServerFrame {
    ServerFrame::Bye { code, detail: "Why.".into(), reconnect }
}

fn fresh(token: &str) -> Input {
    Input::Token { token: token.into(), expires_at: None }
}

#[test]
fn hello_says_who_and_where() {
    let mut state = panel();
    let effects = state.apply(Input::Opened, NOW);
    let hello = ClientFrame::Hello {
        token: Some("first".into()),
        organization: None,
        visitor: None,
        customer: None,
        cursor: Some(cursor(12)),
        watch: None,
    };
    assert_eq!(sent(&effects), [hello]);
    // The cursor of the welcome is the server's; what lies between is told yet.
    hear(&mut state, welcome());
    assert_eq!((&state.link.is, state.resume_from()), (&Link::Live, Some(cursor(12))));
}

#[test]
fn connections_come_and_go() {
    let mut state = panel();
    assert_eq!(state.link.is, Link::Connecting { again: false });
    state.apply(Input::Connecting, NOW);
    assert_eq!(state.link.is, Link::Connecting { again: false });
    state.apply(Input::Lost, NOW);
    assert_eq!(state.link.is, Link::Offline);
    state.apply(Input::Connecting, NOW);
    assert_eq!(state.link.is, Link::Connecting { again: true });
    hear(&mut state, welcome());
    assert_eq!(state.link.is, Link::Live);
    assert!(hear(&mut state, bye(ErrorCode::GoingAway, true)).is_empty());
    assert_eq!(state.link.is, Link::Offline);
}

#[test]
fn a_connection_that_dies_young_is_made_again_later_and_later() {
    let mut state = panel();
    let pauses = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000];
    for expected in pauses {
        // Welcomed and told everything, it dies of what it is told.
        connect(&mut state);
        hear(&mut state, ServerFrame::Reset { cursor: cursor(12), snapshot: snapshot(vec![chat(1, 10)]) });
        assert_eq!(pause(&state.apply(Input::Lost, after(9_999))), Some(expected));
    }
    // Nor does a picture that breaks each time make it any faster.
    connect(&mut state);
    let gap = ServerFrame::Event { seq: 90, prev: 89, at: NOW, event: Event::Unknown };
    assert_eq!(pause(&hear(&mut state, gap)), Some(15_000));
    // One that has lived was good: its end is an accident.
    for _ in 0..2 {
        connect(&mut state);
        assert_eq!(pause(&state.apply(Input::Lost, after(10_000))), Some(500));
    }
    // What never comes about is no better.
    assert_eq!(pause(&state.apply(Input::Lost, NOW)), Some(1_000));
}

#[test]
fn a_farewell_for_good_stops() {
    for (code, asks) in [
        (ErrorCode::TokenExpired, true),
        (ErrorCode::TokenInvalid, true),
        (ErrorCode::OperatorInactive, false),
        (ErrorCode::OriginNotAllowed, false),
    ] {
        let mut state = live();
        open(&mut state, 1, &[10], false);
        act(&mut state, WRITE.with("Half a".into()));
        let effects = hear(&mut state, bye(code, false));
        assert!(effects.contains(&Effect::Disconnect));
        assert!(effects.contains(&Effect::Tell(Told::Error { code, detail: "Why.".into() })));
        assert_eq!(effects.contains(&Effect::AskToken { refused: true }), asks, "{code:?}");
        // The socket's end is no news.
        state.apply(Input::Lost, NOW);
        assert_eq!(state.link.is, Link::Stopped { code, detail: "Why.".into() });
        assert_eq!(state.draft_text(), "Half a");
        assert_eq!(state.apply(fresh("second"), NOW), [Effect::Reconnect(0)]);
        assert_eq!(state.token(), "second");
        connect(&mut state);
        assert_eq!(state.link.is, Link::Live);
    }
}

#[test]
fn a_fresh_token_is_told_in_place() {
    let mut state = live();
    let token = ClientFrame::Token { token: "second".into() };
    assert_eq!(sent(&state.apply(fresh("second"), NOW)), [token]);
    assert!(state.apply(fresh("second"), NOW).is_empty());
    state.apply(Input::Lost, NOW);
    assert!(state.apply(fresh("third"), NOW).is_empty());
    let hello = state.apply(Input::Opened, NOW);
    assert!(matches!(&sent(&hello)[..], [ClientFrame::Hello { token: Some(token), .. }] if token == "third"));
}

#[test]
fn a_token_is_renewed_before_its_end() {
    let mut state = live();
    let due = 3_600_000 - 5 * 60_000;
    assert!(!state.due(after(due - 1)));
    assert!(state.due(after(due)));
    let effects = state.apply(Input::Tick, after(due));
    assert_eq!(effects, [Effect::Tell(Told::TokenExpiring), Effect::AskToken { refused: false }]);
    // Asked again while none comes, told once.
    assert!(!state.due(after(due + 59_999)));
    assert_eq!(state.apply(Input::Tick, after(due + 60_000)), [Effect::AskToken { refused: false }]);
    state.apply(Input::Token { token: "second".into(), expires_at: Some(after(9_000_000)) }, after(due));
    assert!(!state.due(after(due + 120_000)));
    assert!(state.due(after(9_000_000 - 5 * 60_000)));
}

#[test]
fn another_operator_finds_nothing_of_the_former_one() {
    let mut state = live();
    open(&mut state, 1, &[10], false);
    send(&mut state, "Secret", 1);
    act(&mut state, WRITE.with("Secret too".into()));
    state.apply(Input::Lost, NOW);
    state.apply(Input::Opened, NOW);
    let other = Me { operator: mart(), ..me() };
    let frame =
        ServerFrame::Welcome { me: other, cursor: cursor(12), build: "1".into(), expires_at: after(1) };
    let effects = hear(&mut state, frame.clone());
    assert!(pause(&effects).is_some());
    assert!(posted(&effects).is_empty());
    assert_eq!((state.threads.open, state.chats.view.len(), state.outbox.items.len()), (None, 0, 0));
    assert!(!format!("{state:?}").contains("Secret"));
    let hello = state.apply(Input::Opened, NOW);
    assert!(matches!(&sent(&hello)[..], [ClientFrame::Hello { cursor: None, .. }]));
    hear(&mut state, frame);
    hear(&mut state, ServerFrame::Reset { cursor: cursor(12), snapshot: snapshot(vec![chat(1, 10)]) });
    assert_eq!((order(&state), &state.link.is), (vec![1], &Link::Live));
}
