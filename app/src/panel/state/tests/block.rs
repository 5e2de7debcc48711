use super::*;

#[test]
fn a_visitor_is_blocked_by_the_server_and_never_later() {
    let mut state = live();
    let block = |state: &mut State, hours| sent(&act(state, BLOCK.with(Span { hours, address: true })));
    assert_eq!(block(&mut state, 24), [], "no chat is open");
    act(&mut state, OPEN.with(ChatId(1)));
    let frame = ClientFrame::Block { chat_id: ChatId(1), hours: 24, address: true };
    assert_eq!(block(&mut state, 24), [frame]);
    assert_eq!(block(&mut state, 0), [ClientFrame::Unblock { chat_id: ChatId(1) }]);
    for (until, address, says) in [
        (Some(24), true, "The visitor and their address are blocked for 24 h."),
        (Some(168), false, "The visitor is blocked for 7 days."),
        (None, false, "The visitor can write again."),
    ] {
        let until = until.map(|hours| after(hours * 60 * 60 * 1_000));
        hear(&mut state, ServerFrame::Blocked { chat_id: ChatId(1), until, address });
        assert_eq!(state.notices.shown.as_ref().map(|notice| notice.text.as_str()), Some(says));
    }
    state.apply(Input::Lost, NOW);
    assert_eq!(block(&mut state, 24), []);
    assert!(state.notices.shown.is_some_and(|notice| notice.text.contains("not connected")));
}
