//! The session without a browser: what happens to it, and what it answers.

mod block;
mod keep;
mod link;
mod list;
mod outbox;
mod refusals;
mod restored;
mod steps;
mod stream;
mod thread;
mod touched;
mod upgrade;

use chathub_domain::limits::OPERATORS_PAGE;
use chathub_domain::message::LastMessage;
use chathub_domain::wire::{ClientFrame, Me, ServerFrame, Snapshot};
use chathub_domain::{
    Author, Chat, ChatId, ChatStatus, ClientId, Cursor, Epoch, ErrorCode, Event, Message, MessageId,
    OperatorId, OperatorRef, OperatorStatus, OrganizationId, OrganizationRef, Seq, Source, Timestamp,
};
use uuid::Uuid;

use super::turn::Turn;
use super::{Deed, Effect, Input, Link, State, Told};
use crate::panel::actions::{
    ASSIGN, BLOCK, CLOSE, DISCARD, LET_GO, LOAD_CHATS, LOAD_MESSAGES, OPEN, RETRY, SEND, SET_STATUS, Span,
    UPGRADE, WRITE,
};
use crate::panel::props::{Door, PanelProps};
use crate::texts::{Texts, chosen};

/// English.
fn texts() -> Texts {
    chosen([]).panel.clone()
}

const NOW: Timestamp = Timestamp(1_795_000_000_000);

fn after(milliseconds: i64) -> Timestamp {
    NOW.plus(milliseconds)
}

fn anna() -> OperatorRef {
    OperatorRef { id: OperatorId(7), name: "Anna".into() }
}

fn mart() -> OperatorRef {
    OperatorRef { id: OperatorId(8), name: "Mart".into() }
}

fn me() -> Me {
    Me { operator: anna(), organization: OrganizationRef { id: OrganizationId(1), name: "Sales".into() } }
}

fn cursor(seq: Seq) -> Cursor {
    Cursor { epoch: Epoch(Uuid::from_u128(1)), seq }
}

fn name(number: u128) -> ClientId {
    ClientId(Uuid::from_u128(number))
}

/// A chat whose customer said the message `seq`, unread.
fn chat(id: i64, seq: Seq) -> Chat {
    let at = after(i64::try_from(seq).unwrap());
    Chat {
        id: ChatId(id),
        customer: String::new(),
        looks_like_operator: false,
        operator_inactive: false,
        source: Source::Website,
        status: ChatStatus::New,
        operator: None,
        unread: 1,
        last_message: Some(LastMessage { seq, from_customer: true, text: "Hello".into(), at }),
        created_at: at,
        updated_at: at,
        read_by_customer: 0,
        read_by_me: 0,
    }
}

fn snapshot(chats: Vec<Chat>) -> Snapshot {
    let unread = chats.iter().map(|chat| chat.unread).sum();
    Snapshot { chats, more: false, operators: vec![anna(), mart()], unread }
}

/// A panel at 12 of the log with the chats 2 (last message 12) and 1 (last message 10).
fn panel() -> State {
    State::new(PanelProps {
        hub: String::new(),
        token: "first".into(),
        me: me(),
        expires_at: after(3_600_000),
        cursor: cursor(12),
        snapshot: snapshot(vec![chat(2, 12), chat(1, 10)]),
        build: "1".into(),
        door: Door::Embed,
        texts: texts(),
    })
}

fn welcome() -> ServerFrame {
    ServerFrame::Welcome { me: me(), cursor: cursor(99), build: "1".into(), expires_at: after(3_600_000) }
}

/// The same panel, connected and seen.
fn live() -> State {
    let mut state = panel();
    connect(&mut state);
    state.apply(Input::Visible(true), NOW);
    state
}

fn connect(state: &mut State) -> Vec<Effect> {
    state.apply(Input::Connecting, NOW);
    state.apply(Input::Opened, NOW);
    state.apply(Input::Frame(welcome()), NOW)
}

fn message(seq: Seq, author: Author, text: &str) -> Message {
    Message {
        id: MessageId(i64::try_from(seq).unwrap()),
        seq,
        client_id: name(1_000 + u128::from(seq)),
        author,
        body: text.into(),
        at: after(i64::try_from(seq).unwrap()),
    }
}

fn asked(seq: Seq) -> Message {
    message(seq, Author::Customer, "Question")
}

fn answered(seq: Seq, by: OperatorRef, client_id: ClientId) -> Message {
    Message { client_id, ..message(seq, Author::Operator(by), "Answer") }
}

fn event(seq: Seq, event: Event) -> ServerFrame {
    ServerFrame::Event { seq, prev: seq - 1, at: after(i64::try_from(seq).unwrap()), event }
}

fn said(chat: i64, message: Message) -> ServerFrame {
    event(message.seq, Event::Message { chat_id: ChatId(chat), message })
}

fn history(chat: i64, messages: Vec<Message>, more: bool) -> ServerFrame {
    ServerFrame::History { chat_id: ChatId(chat), messages, more }
}

/// Opens the chat, whose messages are `seqs`, all the customer's.
fn open(state: &mut State, chat: i64, seqs: &[Seq], more: bool) {
    act(state, OPEN.with(ChatId(chat)));
    hear(state, history(chat, seqs.iter().map(|seq| asked(*seq)).collect(), more));
}

fn act(state: &mut State, deed: Deed) -> Vec<Effect> {
    state.apply(Input::Act(deed), NOW)
}

fn hear(state: &mut State, frame: ServerFrame) -> Vec<Effect> {
    state.apply(Input::Frame(frame), NOW)
}

/// Writes and sends a text in the open chat.
fn send(state: &mut State, text: &str, number: u128) -> Vec<Effect> {
    act(state, WRITE.with(text.into()));
    act(state, SEND.with(name(number)))
}

/// The frames among the effects.
fn sent(effects: &[Effect]) -> Vec<ClientFrame> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(frame) => Some(frame.clone()),
            _ => None,
        })
        .collect()
}

/// The pause before a new connection, if one is to be made.
fn pause(effects: &[Effect]) -> Option<u32> {
    effects.iter().find_map(|effect| match effect {
        Effect::Reconnect(pause) => Some(*pause),
        _ => None,
    })
}

/// The names of the messages posted.
fn posted(effects: &[Effect]) -> Vec<ClientId> {
    sent(effects)
        .into_iter()
        .filter_map(|frame| match frame {
            ClientFrame::Post { client_id, .. } => Some(client_id),
            _ => None,
        })
        .collect()
}

/// What the page is told the number is, if it is told.
fn told_unread(effects: &[Effect]) -> Option<u32> {
    effects.iter().find_map(|effect| match effect {
        Effect::Tell(Told::Unread(unread)) => Some(*unread),
        _ => None,
    })
}

fn order(state: &State) -> Vec<i64> {
    state.chats.view.ids().map(|id| id.0).collect()
}

fn unread(state: &State, chat: i64) -> u32 {
    state.chat(ChatId(chat)).unwrap().unread
}

/// The positions of the messages in the open thread.
fn seqs(state: &State) -> Vec<Seq> {
    state.open_thread().unwrap().messages.iter().map(|message| message.seq).collect()
}

/// All that there are: what is added is missed by [`is_sent_again`] first.
const CODES: [ErrorCode; 25] = {
    use ErrorCode::*;
    [
        Malformed,
        InvalidField,
        TokenMissing,
        TokenInvalid,
        TokenExpired,
        LoginRefused,
        WrongTokenKind,
        OperatorInactive,
        OriginNotAllowed,
        Blocked,
        NotFound,
        MethodNotAllowed,
        Conflict,
        TooLarge,
        UnsupportedMediaType,
        Misdirected,
        MessageTooLong,
        MessageEmpty,
        TooManyRequests,
        Internal,
        Unavailable,
        TooSlow,
        GoingAway,
        Silent,
        Unknown,
    ]
};

/// Whether a message that was refused so is sent again by itself: whatever may succeed without anybody's doing.
fn is_sent_again(code: ErrorCode) -> bool {
    use ErrorCode::*;
    match code {
        TooManyRequests | Internal | Unavailable | TooSlow | GoingAway | Silent => true,
        // On the streamed way each message brings the token, which is renewed by itself.
        TokenMissing | TokenInvalid | TokenExpired => true,
        Malformed | InvalidField | LoginRefused | WrongTokenKind | OperatorInactive | OriginNotAllowed
        | Blocked | NotFound | MethodNotAllowed | Conflict | TooLarge | UnsupportedMediaType
        | Misdirected | MessageTooLong | MessageEmpty | Unknown => false,
    }
}
