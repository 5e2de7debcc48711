//! Golden text of every frame: a change here is a change of the contract with panels that are already open.

use insta::assert_snapshot;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::*;
use crate::chat::Source;
use crate::cursor::Epoch;
use crate::event::Reader;
use crate::ids::MessageId;
use crate::message::{Author, Body, LastMessage, Link};
use crate::people::OperatorStatus;

fn epoch() -> Epoch {
    Epoch(Uuid::from_u128(0xe0))
}

fn cursor(seq: Seq) -> Cursor {
    Cursor { epoch: epoch(), seq }
}

fn client_id() -> ClientId {
    ClientId(Uuid::from_u128(0xc1))
}

fn anna() -> OperatorRef {
    OperatorRef { id: OperatorId(7), name: "Anna".into() }
}

fn link() -> Link {
    Link { offset: 12, length: 5, url: "https://order.example/".into() }
}

fn message(author: Author) -> Message {
    let links = if author == Author::Customer { Vec::new() } else { vec![link()] };
    Message {
        id: MessageId(31),
        seq: 12,
        client_id: client_id(),
        author,
        body: Body { text: "Where is my order? \u{1F4E6}".into(), links },
        at: Timestamp(1_795_000_000_000),
    }
}

fn chat() -> Chat {
    Chat {
        id: ChatId(3),
        customer: "Jānis".into(),
        looks_like_operator: false,
        operator_inactive: false,
        source: Source::Website,
        status: ChatStatus::Open,
        operator: Some(anna()),
        unread: 2,
        last_message: Some(LastMessage {
            seq: 12,
            from_customer: true,
            text: "Where is my order?".into(),
            at: Timestamp(1_795_000_000_000),
        }),
        created_at: Timestamp(1_794_000_000_000),
        updated_at: Timestamp(1_795_000_000_000),
        read_by_customer: 11,
        read_by_me: 9,
    }
}

/// Each frame as one line of JSON, after showing that reading the line gives the frame again.
fn lines<F: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(frames: &[F]) -> String {
    let mut text = String::new();
    for frame in frames {
        let line = serde_json::to_string(frame).unwrap();
        assert_eq!(&serde_json::from_str::<F>(&line).unwrap(), frame);
        text.push_str(&line);
        text.push('\n');
    }
    text
}

#[test]
fn client_frames() {
    use ClientFrame::*;
    assert_snapshot!(lines(&[
        Hello {
            token: Some("eyJ".into()),
            organization: None,
            visitor: None,
            customer: None,
            cursor: Some(cursor(5)),
            watch: None
        },
        Hello {
            token: Some("eyJ".into()),
            organization: None,
            visitor: None,
            customer: None,
            cursor: None,
            watch: Some(Watch::Badge)
        },
        Hello {
            token: None,
            organization: Some(OrganizationId(1)),
            visitor: Some("eyJ".into()),
            customer: Some(Introduction { name: "Jānis".into(), phone: "+371 20 000 000".into() }),
            cursor: None,
            watch: None
        },
        Token { token: "eyJ".into() },
        Post { chat_id: Some(ChatId(3)), client_id: client_id(), text: "Hello".into() },
        Post { chat_id: None, client_id: client_id(), text: "Hello".into() },
        Read { chat_id: Some(ChatId(3)), seq: 12 },
        Typing { chat_id: Some(ChatId(3)) },
        SetStatus { chat_id: ChatId(3), status: ChatStatus::Closed },
        Assign { chat_id: ChatId(3), operator_id: Some(OperatorId(7)) },
        Assign { chat_id: ChatId(3), operator_id: None },
        Erase { chat_id: ChatId(3) },
        Block { chat_id: ChatId(3), hours: 24, address: true },
        Unblock { chat_id: ChatId(3) },
        History { chat_id: Some(ChatId(3)), before: Some(12) },
        Chats { before: Some(ChatsBefore { updated_at: Timestamp(1_795_000_000_000), id: ChatId(3) }) },
        Operators { after: None },
        Operators { after: Some(OperatorId(7)) },
        Heartbeat,
    ]));
}

#[test]
fn server_frames() {
    use ServerFrame::*;
    let at = Timestamp(1_795_000_000_000);
    let event = |event| Event { seq: 12, prev: 11, at, event };
    assert_snapshot!(lines(&[
        Welcome {
            me: Me {
                operator: anna(),
                organization: OrganizationRef { id: OrganizationId(1), name: "Sales".into() },
            },
            cursor: cursor(12),
            build: "0.1.0-abc".into(),
            expires_at: at,
        },
        event(crate::Event::ChatCreated {
            chat_id: ChatId(3),
            customer: String::new(),
            source: Source::Website
        }),
        event(crate::Event::Message { chat_id: ChatId(3), message: message(Author::Customer) }),
        event(crate::Event::Message { chat_id: ChatId(3), message: message(Author::Operator(anna())) }),
        event(crate::Event::ChatStatus { chat_id: ChatId(3), status: ChatStatus::Waiting, by: Some(anna()) }),
        event(crate::Event::Assigned { chat_id: ChatId(3), operator: Some(anna()) }),
        event(crate::Event::Read { chat_id: ChatId(3), reader: Reader::Customer, up_to: 11 }),
        event(crate::Event::Read { chat_id: ChatId(3), reader: Reader::Operator(anna()), up_to: 11 }),
        event(crate::Event::Customer { chat_id: ChatId(3), customer: "Jānis".into() }),
        event(crate::Event::ChatErased { chat_id: ChatId(3) }),
        event(crate::Event::StaffChanged { operator: anna(), status: OperatorStatus::Active }),
        event(crate::Event::StaffChanged { operator: anna(), status: OperatorStatus::Deleted }),
        Ack { client_id: client_id(), chat_id: ChatId(3), seq: 12 },
        Reject {
            client_id: Some(client_id()),
            chat_id: Some(ChatId(3)),
            code: ErrorCode::MessageTooLong,
            detail: "A message has at most 8000 characters; this one has 8001.".into(),
            missing: None,
        },
        Reject {
            client_id: None,
            chat_id: None,
            code: ErrorCode::Malformed,
            detail: "Not JSON.".into(),
            missing: None
        },
        Reject {
            client_id: None,
            chat_id: Some(ChatId(3)),
            code: ErrorCode::NotFound,
            detail: "There is no such operator.".into(),
            missing: Some(Missing::Operator)
        },
        Typing { chat_id: ChatId(3), operator: Some(anna()) },
        Typing { chat_id: ChatId(3), operator: None },
        History { chat_id: ChatId(3), messages: vec![message(Author::Customer)], more: true },
        Chats {
            chats: vec![
                chat(),
                Chat { looks_like_operator: true, ..chat() },
                Chat { operator_inactive: true, ..chat() },
            ],
            more: false,
        },
        Operators { operators: vec![anna()], more: true },
        Blocked { chat_id: ChatId(3), until: Some(Timestamp(1_795_086_400_000)), address: true },
        Blocked { chat_id: ChatId(3), until: None, address: false },
        Reset {
            cursor: cursor(12),
            snapshot: Snapshot { chats: vec![chat()], more: true, operators: vec![anna()], unread: 7 },
        },
        Badge { unread: 3, chats: 2 },
        Notice { chat_id: ChatId(3), customer: "Jānis".into(), preview: "Where is my order?".into() },
        Heartbeat { cursor: cursor(12) },
        Bye { code: ErrorCode::TokenExpired, detail: "The token has expired.".into(), reconnect: false },
    ]));
}

/// Former panels leave out a message whose author they don't know. So whoever adds a kind here tells it only to clients
/// that have announced it in their `hello`, and others one of these.
#[test]
fn a_client_that_announces_nothing_is_told_of_these_authors() {
    for author in [Author::Customer, Author::Operator(anna())] {
        let kind = match author {
            Author::Customer => "customer",
            Author::Operator(_) => "operator",
        };
        assert_eq!(serde_json::to_value(&author).unwrap()["kind"], kind);
    }
}

#[test]
fn customer_frames() {
    use CustomerFrame::*;
    let at = Timestamp(1_795_000_000_000);
    let event = |event| Event { seq: 2, prev: 1, at, event };
    let message = |operator: Option<&str>| CustomerMessage {
        seq: 2,
        client_id: client_id(),
        operator: operator.map(Into::into),
        body: Body { text: "Hello".into(), links: operator.map(|_| link()).into_iter().collect() },
        at,
    };
    assert_snapshot!(lines(&[
        Welcome {
            visitor: "eyJ".into(),
            organization: OrganizationRef { id: OrganizationId(1), name: "Sales".into() },
            cursor: cursor(2),
            build: "0.1.0-abc".into(),
        },
        event(CustomerEvent::Message { message: message(None) }),
        event(CustomerEvent::Message { message: message(Some("Anna")) }),
        event(CustomerEvent::ChatStatus { status: ChatStatus::Closed }),
        event(CustomerEvent::Read { up_to: 2 }),
        event(CustomerEvent::Erased),
        Ack { client_id: client_id(), seq: 2 },
        Reject { client_id: Some(client_id()), code: ErrorCode::MessageEmpty, detail: "Empty.".into() },
        Typing { operator: "Anna".into() },
        History { messages: vec![message(Some("Anna"))], more: false },
        Reset {
            cursor: cursor(2),
            snapshot: CustomerSnapshot {
                messages: vec![message(None)],
                more: false,
                status: Some(ChatStatus::New),
                read_by_me: 2,
                read_by_operators: 1,
            },
        },
        Heartbeat { cursor: cursor(2) },
        Bye { code: ErrorCode::OriginNotAllowed, detail: "Not allowed.".into(), reconnect: false },
    ]));
}

#[test]
fn what_a_newer_side_says_is_not_an_error() {
    assert_eq!(
        serde_json::from_str::<ClientFrame>(r#"{"type":"sing","song":"x"}"#).unwrap(),
        ClientFrame::Unknown
    );
    assert_eq!(
        serde_json::from_str::<ClientFrame>(r#"{"type":"hello","token":"eyJ","watch":"weather"}"#).unwrap(),
        ClientFrame::Hello {
            token: Some("eyJ".into()),
            organization: None,
            visitor: None,
            customer: None,
            cursor: None,
            watch: Some(Watch::Unknown),
        }
    );
    assert_eq!(
        serde_json::from_str::<ServerFrame>(
            r#"{"type":"event","seq":2,"prev":1,"at":0,"event":{"kind":"noted","x":1},"extra":true}"#
        )
        .unwrap(),
        ServerFrame::Event { seq: 2, prev: 1, at: Timestamp(0), event: crate::Event::Unknown }
    );
    assert_eq!(
        serde_json::from_str::<ServerFrame>(
            r#"{"type":"bye","code":"brand_new","detail":"","reconnect":true}"#
        )
        .unwrap(),
        ServerFrame::Bye { code: ErrorCode::Unknown, detail: String::new(), reconnect: true }
    );
}
