//! Every refusal of every frame that a panel sends: what stays, what is told, and whether the connection does.

use chathub_domain::wire::Missing;

use super::*;
use crate::panel::state::{Progress, asks_token, worded};

const WHY: &str = "Why.";

/// What the panel sends, by what the server's refusal names of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    Post,
    SetStatus,
    Assign,
    Block,
    Read,
    Typing,
    History,
    Chats,
    /// Nothing of it is known, as of one that can't be read.
    Unnamed,
}

const FRAMES: [Frame; 9] = [
    Frame::Post,
    Frame::SetStatus,
    Frame::Assign,
    Frame::Block,
    Frame::Read,
    Frame::Typing,
    Frame::History,
    Frame::Chats,
    Frame::Unnamed,
];

/// A chat is open, in which an answer is on its way, another half-written, and all that can be chosen is; an older page
/// and more chats are asked for where that is what is refused.
fn busy(frame: Frame) -> State {
    let mut state = live();
    state.chats.view.more = true;
    open(&mut state, 1, &[10], true);
    send(&mut state, "On its way", 1);
    act(&mut state, WRITE.with("Half a".into()));
    act(&mut state, SET_STATUS.with(ChatStatus::Closed));
    act(&mut state, ASSIGN.with(Some(OperatorId(8))));
    if frame == Frame::History {
        act(&mut state, LOAD_MESSAGES.with(()));
    }
    if frame == Frame::Chats {
        act(&mut state, LOAD_CHATS.with(()));
    }
    state
}

fn reject(frame: Frame, code: ErrorCode, missing: Option<Missing>) -> ServerFrame {
    let (client_id, chat_id) = match frame {
        Frame::Post => (Some(name(1)), Some(ChatId(1))),
        Frame::Chats | Frame::Unnamed => (None, None),
        _ => (None, Some(ChatId(1))),
    };
    ServerFrame::Reject { client_id, chat_id, code, detail: WHY.into(), missing }
}

/// What became of the answer that was on its way.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// Nothing has happened to it.
    OnItsWay,
    /// It is sent again by itself.
    Later,
    Refused(String),
    /// It is out of the outbox, and shown to be copied.
    Stranded,
}

#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    answer: Answer,
    half_written: bool,
    wishes: bool,
    loading: bool,
    notice: Option<String>,
    is_open: bool,
    link: Link,
}

fn outcome(mut state: State) -> Outcome {
    let notice = state.notices.shown.as_ref().map(|notice| notice.text.clone());
    let wishes = state.open_chat().is_some_and(|chat| {
        state.shown_status(chat) == ChatStatus::Closed && state.shown_operator(chat).is_some()
    });
    let loading = state.chats.view.is_loading()
        || state.open_thread().is_some_and(|thread| thread.loading.is_some() && !thread.failed);
    let progress = state.outbox.items.first().map(|item| item.progress.clone());
    let (half_written, link) = (state.draft_text() == "Half a", state.link.is.clone());
    let is_open = state.threads.open == Some(ChatId(1));
    let again = posted(&state.apply(Input::Tick, after(2_000))).contains(&name(1));
    let answer = match progress {
        None => {
            assert!(state.stranded.text.contains("On its way"), "an answer is lost");
            Answer::Stranded
        }
        Some(Progress::Failed(why)) => Answer::Refused(why),
        Some(_) if again => Answer::Later,
        Some(_) => Answer::OnItsWay,
    };
    Outcome { answer, half_written, wishes, loading, notice, is_open, link }
}

#[test]
fn every_refusal_of_every_frame_loses_nothing() {
    for code in CODES {
        let why = worded(&texts(), code, None, WHY);
        for frame in FRAMES {
            let mut state = busy(frame);
            hear(&mut state, reject(frame, code, None));
            let untouched = Outcome {
                answer: Answer::OnItsWay,
                half_written: true,
                wishes: true,
                loading: false,
                notice: None,
                is_open: true,
                link: Link::Live,
            };
            let expected = match frame {
                // What a server could not read was the first that waits for an answer.
                Frame::Post | Frame::Unnamed => {
                    let answer =
                        if is_sent_again(code) { Answer::Later } else { Answer::Refused(why.clone()) };
                    Outcome { answer, ..untouched }
                }
                Frame::Chats => Outcome { notice: Some(why.clone()), ..untouched },
                // A refusal names the chat and not the frame: what was chosen there counts as refused.
                _ => Outcome { wishes: false, notice: Some(why.clone()), ..untouched },
            };
            assert_eq!(outcome(state), expected, "{code:?} of {frame:?}");
        }
    }
}

#[test]
fn what_was_missing_decides_before_the_code() {
    for code in CODES {
        for frame in FRAMES {
            let named = !matches!(frame, Frame::Chats | Frame::Unnamed);
            let mut state = busy(frame);
            hear(&mut state, reject(frame, code, Some(Missing::Chat)));
            let told = outcome(state);
            if named {
                assert_eq!(
                    (told.answer, told.is_open, told.notice.as_deref()),
                    (Answer::Stranded, false, Some("This chat has been erased.")),
                    "{code:?} of {frame:?}"
                );
            }
            assert_eq!(told.link, Link::Live);

            let mut state = busy(frame);
            hear(&mut state, reject(frame, code, Some(Missing::Operator)));
            let told = outcome(state);
            assert!(told.is_open && told.half_written, "{code:?} of {frame:?}");
            if named && frame != Frame::Post {
                let notice = told.notice.unwrap();
                assert!(notice.ends_with("is not active any more. The chat was not assigned."), "{notice}");
                assert_eq!(told.answer, Answer::OnItsWay, "{code:?} of {frame:?}");
            }
        }
    }
}

#[test]
fn every_farewell_keeps_what_is_written() {
    for code in CODES {
        for reconnect in [true, false] {
            let mut state = busy(Frame::Post);
            let effects = hear(&mut state, ServerFrame::Bye { code, detail: WHY.into(), reconnect });
            assert_eq!(state.draft_text(), "Half a", "{code:?}");
            let stopped = Link::Stopped { code, detail: WHY.into() };
            assert_eq!(state.link.is, if reconnect { Link::Offline } else { stopped }, "{code:?}");
            assert_eq!(effects.contains(&Effect::Disconnect), !reconnect, "{code:?}");
            let asks = effects.contains(&Effect::AskToken { refused: true });
            assert_eq!(asks, !reconnect && asks_token(code), "{code:?}");
            // Whoever comes back sends it.
            assert_eq!(posted(&connect(&mut state)), [name(1)], "{code:?}");
        }
    }
}
