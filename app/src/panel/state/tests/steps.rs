//! However much is loaded, what happens in one chat looks at that chat.

use chathub_domain::event::Reader;

use super::super::steps::taken;
use super::*;

const CHATS: i64 = 10_000;
const MESSAGES: Seq = 5_000;

/// Twice the halvings of all that is there, a few times over.
const FEW: usize = 200;

fn crowded() -> State {
    let mut state = live();
    let chats = (1..=CHATS).rev().map(|id| chat(id, u64::try_from(id).unwrap())).collect();
    let end = cursor(20_000);
    hear(&mut state, ServerFrame::Reset { cursor: end, snapshot: snapshot(chats) });
    act(&mut state, OPEN.with(ChatId(1)));
    let messages = (20_001 - MESSAGES..=20_000).map(asked).collect();
    hear(&mut state, history(1, messages, true));
    state.touched();
    state
}

/// How much was looked at, and how many rows were touched.
fn cost(state: &mut State, input: Input) -> (usize, usize) {
    taken();
    state.apply(input, NOW);
    let steps = taken();
    let touched = state.touched();
    assert!(!touched.every_chat());
    (steps, touched.chats().len())
}

#[test]
fn an_event_costs_the_same_however_much_is_loaded() {
    let mut state = crowded();
    let (one, last) = (ChatId(1), ChatId(CHATS));
    let source = Source::Website;
    let events = [
        Event::Message { chat_id: one, message: asked(20_001) },
        Event::Message { chat_id: ChatId(2), message: asked(20_002) },
        Event::Message { chat_id: last, message: answered(20_003, mart(), name(1)) },
        Event::ChatStatus { chat_id: one, status: ChatStatus::Closed, by: None },
        Event::Assigned { chat_id: ChatId(5_000), operator: Some(mart()) },
        Event::Read { chat_id: one, reader: Reader::Customer, up_to: 20_000 },
        Event::Read { chat_id: one, reader: Reader::Operator(anna()), up_to: 20_001 },
        Event::Customer { chat_id: ChatId(3), customer: "Eva".into() },
        Event::ChatCreated { chat_id: ChatId(CHATS + 1), customer: String::new(), source },
        Event::Message { chat_id: ChatId(CHATS + 1), message: asked(20_010) },
        Event::ChatErased { chat_id: ChatId(4) },
        Event::Unknown,
    ];
    for (happened, seq) in events.into_iter().zip(20_001..) {
        let told = format!("{happened:?}");
        let (steps, rows) = cost(&mut state, Input::Frame(event(seq, happened)));
        assert!(steps <= FEW, "{steps} steps: {told}");
        assert!(rows <= 1, "{rows} rows: {told}");
    }
}

#[test]
fn a_key_costs_the_same_however_much_is_loaded() {
    let mut state = crowded();
    for text in ["a", "ab", "abc"] {
        let (steps, rows) = cost(&mut state, Input::Act(WRITE.with(text.into())));
        assert!(steps <= FEW, "{steps} steps");
        // The row says that there is a draft, not what it says.
        assert_eq!(rows, usize::from(text == "a"));
    }
    taken();
    drop(state.keep());
    assert!(taken() <= FEW, "what is kept is what was written");
    let (steps, rows) = cost(&mut state, Input::Act(SEND.with(name(1))));
    assert!(steps <= FEW && rows == 1, "{steps} steps, {rows} rows");
    let ack = ServerFrame::Ack { client_id: name(1), chat_id: ChatId(1), seq: 20_001 };
    let (steps, rows) = cost(&mut state, Input::Frame(ack));
    assert!(steps <= FEW && rows == 0, "{steps} steps, {rows} rows");
    let (steps, rows) = cost(&mut state, Input::Act(OPEN.with(ChatId(2))));
    assert!(steps <= FEW && rows == 2, "{steps} steps, {rows} rows");
    let (steps, rows) = cost(&mut state, Input::Tick);
    assert!(steps <= FEW && rows == 0, "{steps} steps, {rows} rows");
}
