//! A server of another build: noticed, and offered when it disturbs nobody.

use super::*;

fn welcomed_by(build: &str) -> State {
    let mut state = panel();
    let welcome = ServerFrame::Welcome {
        me: me(),
        cursor: cursor(12),
        build: build.into(),
        expires_at: after(3_600_000),
    };
    hear(&mut state, welcome);
    state
}

#[test]
fn a_newer_server_is_noticed() {
    for (build, newer) in [("1", false), ("2", true), ("", false)] {
        assert_eq!(welcomed_by(build).upgrade.offered, newer, "{build}");
    }
}

#[test]
fn nobody_is_disturbed_while_writing() {
    let mut state = welcomed_by("2");
    open(&mut state, 1, &[10], false);
    assert!(state.upgrade.offered);
    act(&mut state, WRITE.with("half an ans".into()));
    assert!(!state.upgrade.offered);
    assert!(!state.due(after(3_000_000)), "as long as it is half-written");
    act(&mut state, SEND.with(name(1)));
    assert!(!state.upgrade.offered);
    hear(&mut state, said(1, answered(13, anna(), name(1))));
    assert!(!state.upgrade.offered, "the next one may follow");
    assert!(!state.due(after(29_999)) && state.due(after(30_000)));
    state.apply(Input::Tick, after(30_000));
    assert!(state.upgrade.offered && !state.due(after(30_001)));
}

#[test]
fn whoever_put_the_panel_up_is_asked_to_put_up_the_next() {
    let mut state = welcomed_by("2");
    assert_eq!(act(&mut state, UPGRADE.with(())), [Effect::Tell(Told::Upgrade)]);
}
