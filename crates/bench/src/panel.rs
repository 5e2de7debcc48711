//! How long an open panel's state takes for what happens, without a browser: an event of any chat and a key that is
//! typed, with many chats in the list and a long thread open.

use std::time::{Duration, Instant};

use chathub_app::panel::actions::{OPEN, WRITE};
use chathub_app::panel::state::{Input, State};
use chathub_app::panel::{Door, PanelProps};
use chathub_app::texts::chosen;
use chathub_domain::message::LastMessage;
use chathub_domain::wire::{Me, ServerFrame, Snapshot};
use chathub_domain::{
    Author, Chat, ChatId, ChatStatus, ClientId, Cursor, Epoch, Event, Message, MessageId, OperatorId,
    OperatorRef, OrganizationId, OrganizationRef, Seq, Source, Timestamp,
};
use uuid::Uuid;

use crate::report::{Result, say};
use crate::stats::percentile;

#[derive(clap::Args)]
pub struct Arguments {
    /// Chats in the list
    #[arg(long, default_value_t = 10_000)]
    chats: i64,
    /// Messages of the open chat
    #[arg(long, default_value_t = 5_000)]
    messages: u64,
    /// Events, and keys
    #[arg(long, default_value_t = 10_000)]
    events: u64,
}

const NOW: Timestamp = Timestamp(1_795_000_000_000);

pub fn run(arguments: &Arguments) -> Result<()> {
    let (chats, start) = (arguments.chats, u64::try_from(arguments.chats)? + arguments.messages);
    let mut panel = open(chats, arguments.messages, start);
    let mut events = Vec::new();
    for (seq, number) in (start + 1..).zip(0..i64::try_from(arguments.events)?) {
        // Every tenth in the open chat, the others all over the list.
        let chat = if number % 10 == 0 { 1 } else { number * 7_919 % chats + 1 };
        let event = Event::Message { chat_id: ChatId(chat), message: message(seq) };
        let frame = ServerFrame::Event { seq, prev: seq - 1, at: NOW, event };
        events.push(timed(&mut panel, Input::Frame(frame)));
    }
    let mut keys = Vec::new();
    let mut text = String::new();
    for number in 0..arguments.events {
        if number % 200 == 0 {
            text.clear();
        }
        text.push('a');
        keys.push(timed(&mut panel, Input::Act(WRITE.with(text.clone()))));
    }
    say(&format!("{chats} chats, {} messages open | p50 µs | p99 µs | longest µs", arguments.messages));
    say(&line("an event", events));
    say(&line("a key", keys));
    Ok(())
}

fn timed(panel: &mut State, input: Input) -> Duration {
    let began = Instant::now();
    drop(panel.apply(input, NOW));
    drop(panel.touched());
    began.elapsed()
}

fn line(what: &str, mut took: Vec<Duration>) -> String {
    took.sort_unstable();
    let micro = |percentage| percentile(&took, percentage) * 1_000.0;
    format!("{what} | {:.1} | {:.1} | {:.1}", micro(50), micro(99), micro(100))
}

/// A connected panel with the first chat open.
fn open(chats: i64, messages: u64, end: Seq) -> State {
    let me = Me {
        operator: OperatorRef { id: OperatorId(1), name: "Anna".into() },
        organization: OrganizationRef { id: OrganizationId(1), name: "Sales".into() },
    };
    let cursor = Cursor { epoch: Epoch(Uuid::nil()), seq: end };
    let mut panel = State::new(PanelProps {
        hub: String::new(),
        token: "token".into(),
        me: me.clone(),
        expires_at: NOW.plus(3_600_000),
        cursor,
        snapshot: Snapshot {
            chats: (1..=chats).rev().map(chat).collect(),
            more: true,
            operators: vec![me.operator.clone()],
            unread: 0,
        },
        build: "1".into(),
        door: Door::Embed,
        texts: chosen([]).panel.clone(),
    });
    let welcome = ServerFrame::Welcome { me, cursor, build: "1".into(), expires_at: NOW.plus(3_600_000) };
    let history = ServerFrame::History {
        chat_id: ChatId(1),
        messages: (end - messages + 1..=end).map(message).collect(),
        more: true,
    };
    for input in [
        Input::Opened,
        Input::Frame(welcome),
        Input::Visible(true),
        Input::Act(OPEN.with(ChatId(1))),
        Input::Frame(history),
    ] {
        drop(panel.apply(input, NOW));
    }
    panel
}

fn chat(id: i64) -> Chat {
    let seq = id.unsigned_abs();
    Chat {
        id: ChatId(id),
        customer: String::new(),
        looks_like_operator: false,
        source: Source::Website,
        status: ChatStatus::New,
        operator: None,
        operator_inactive: false,
        unread: 1,
        last_message: Some(LastMessage { seq, from_customer: true, text: "Hello".into(), at: NOW }),
        created_at: NOW,
        updated_at: NOW,
        read_by_customer: 0,
        read_by_me: 0,
    }
}

fn message(seq: Seq) -> Message {
    Message {
        id: MessageId(seq.cast_signed()),
        seq,
        client_id: ClientId(Uuid::from_u128(u128::from(seq))),
        author: Author::Customer,
        body: "A question about an order".into(),
        at: NOW,
    }
}
