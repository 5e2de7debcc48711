//! Readers that stall, that are slow, that ask for a lot, and what is too large for a frame: nobody else notices.

use chathub_domain::limits::{HISTORY_PAGE, MESSAGE_CHARS, REPLAY_BYTES};
use chathub_hub::pace::{Pace, Peer};
use chathub_hub::session::{Session, Turn};
use chathub_hub::{Clock, Origin, Settings};
use chathub_server::config::Serve;
use chathub_server::run::{self, Opened};
use futures::{FutureExt, StreamExt};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Client, People, Server, folder, furnish, post, uuid, within};

/// No frame of the server's is larger: half of what a connection may have waiting, so that each fits.
const FRAME_BYTES_MOST: usize = 256 * 1024;

/// The longest message in two-byte letters.
fn long() -> String {
    "Ж".repeat(MESSAGE_CHARS)
}

/// As many links as there may be, each larger in its address than in the text.
fn full_of_links() -> String {
    format!("https://a.example/{} ", "Ж".repeat(MESSAGE_CHARS / 50 - 20)).repeat(50)
}

/// A server without limits of pace, and a customer's chat with a page of the longest messages.
async fn with_long_messages(text: &str) -> (Server, Client) {
    let server = Server::unhurried().await;
    let mut customer = server.visitor().await;
    for _ in 0..HISTORY_PAGE {
        customer.say(None, text).await;
    }
    (server, customer)
}

fn size(frame: &Value) -> usize {
    let size = frame.to_string().len();
    assert!(size <= FRAME_BYTES_MOST, "a frame of {size} bytes: {:.80}", frame.to_string());
    size
}

#[tokio::test]
async fn a_chat_of_the_longest_messages_is_read_page_by_page() {
    read_page_by_page(&long()).await;
    read_page_by_page(&full_of_links()).await;
}

async fn read_page_by_page(text: &str) {
    let (server, mut customer) = with_long_messages(text).await;
    let mut anna = server.panel(server.people.anna).await;
    size(&anna.reset);
    let chat = anna.reset["snapshot"]["chats"][0]["id"].as_i64().unwrap();
    for operator in [true, false] {
        let (mut before, mut messages, mut pages) = (Value::Null, 0, 0);
        loop {
            let mut ask = json!({ "type": "history", "before": before });
            let client = if operator {
                ask["chat_id"] = chat.into();
                &mut anna
            } else {
                &mut customer
            };
            client.send(ask).await;
            let page = client.expect("history").await;
            size(&page);
            let those = page["messages"].as_array().unwrap();
            before = those[0]["seq"].clone();
            messages += those.len();
            pages += 1;
            if page["more"] == false {
                break;
            }
        }
        assert_eq!(messages, HISTORY_PAGE);
        assert!(pages > 1);
    }
    // A window that begins anew.
    let mut hello = json!({ "type": "hello", "organization": server.people.sales });
    hello["visitor"] = customer.visitor_token();
    let again = Client::welcomed(&server.base, hello).await;
    size(&again.reset);
    assert_eq!(again.reset["snapshot"]["more"], true);
}

#[tokio::test]
async fn thousands_of_colleagues_come_page_by_page() {
    const MORE: usize = 1_500;

    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let new: Vec<_> = (0..MORE)
        .map(|number| json!({ "organizationId": server.people.sales, "name": format!("{number:0200}") }))
        .collect();
    for some in new.chunks(100) {
        assert_eq!(server.post("/api/operator/synchronize", &company, Value::from(some)).await.status, 200);
    }
    let mut anna = server.panel(server.people.anna).await;
    size(&anna.reset);
    let mut names: Vec<Value> = anna.reset["snapshot"]["operators"].as_array().unwrap().clone();
    loop {
        anna.send(json!({ "type": "operators", "after": names.last().unwrap()["id"] })).await;
        let page = anna.expect("operators").await;
        size(&page);
        names.extend(page["operators"].as_array().unwrap().iter().cloned());
        if page["more"] == false {
            break;
        }
    }
    // Anna, Boris, and the others, each once and by name.
    assert_eq!(names.len(), MORE + 2);
    assert!(names.is_sorted_by_key(|operator| operator["name"].as_str().unwrap().to_owned()));
    anna.send(json!({ "type": "operators", "after": 999_999 })).await;
    assert_eq!(anna.expect("operators").await["operators"][0], names[0]);
}

#[tokio::test]
async fn who_asks_and_does_not_read_keeps_nobody_waiting() {
    let (server, customer) = with_long_messages(&long()).await;
    let mut stalled = Vec::new();
    for _ in 0..4 {
        let mut hello = json!({ "type": "hello", "organization": server.people.sales });
        hello["visitor"] = customer.visitor_token();
        let mut client = Client::hello(&server.base, hello).await;
        for _ in 0..64 {
            client.send(json!({ "type": "history" })).await;
        }
        stalled.push(client);
    }
    // All of them are in the middle of their answers, which nobody takes.
    for _ in 0..3 {
        let mut anna = server.panel(server.people.anna).await;
        anna.fence(json!({ "type": "chats" })).await;
        assert_eq!(server.get("/readyz", "").await.status, 200);
    }
    // And whoever reads after all gets every answer.
    for mut client in stalled {
        for _ in 0..64 {
            size(&client.expect("history").await);
        }
    }
}

#[tokio::test]
async fn a_slow_operator_misses_nothing_of_a_burst_and_is_not_sent_away() {
    const CUSTOMERS: usize = 30;
    const MESSAGES: usize = 100;

    let server = Server::unhurried().await;
    let mut anna = server.panel(server.people.anna).await;
    let mut customers = Vec::new();
    for _ in 0..CUSTOMERS {
        customers.push(server.visitor().await);
    }
    // More than a mailbox holds, while nothing is read.
    let burst = customers.into_iter().map(|mut customer| async move {
        for number in 0..MESSAGES {
            customer.post(None, &format!("{number} {}", "x".repeat(500))).await;
        }
        for _ in 0..MESSAGES {
            customer.expect("ack").await;
        }
    });
    futures::future::join_all(burst).await;
    let all = (CUSTOMERS * (MESSAGES + 1)) as u64;
    let mut seen = anna.reset["cursor"]["seq"].as_u64().unwrap();
    let mut unread = 0;
    while seen < all {
        let frame = anna.next().await.unwrap();
        match frame["type"].as_str().unwrap() {
            "event" => {
                assert_eq!(frame["prev"], seen, "{frame}");
                seen = frame["seq"].as_u64().unwrap();
            }
            // So far behind that a picture is less.
            "reset" => seen = frame["cursor"]["seq"].as_u64().unwrap(),
            "badge" => unread = frame["unread"].as_u64().unwrap(),
            other => panic!("{other}: {frame}"),
        }
    }
    // However it heard of them, all of them are unread.
    while unread < (CUSTOMERS * MESSAGES) as u64 {
        unread = anna.expect("badge").await["unread"].as_u64().unwrap();
    }
    assert_eq!(unread, (CUSTOMERS * MESSAGES) as u64);
    anna.fence(json!({ "type": "chats" })).await;
}

#[tokio::test]
async fn a_client_that_is_slow_on_many_frames_that_need_no_answer_gets_the_one_it_asks_for() {
    let server = Server::start().await;
    let mut anna = server.panel(server.people.anna).await;
    server.visitor().await.say(None, "Hello").await;
    for _ in 0..200 {
        anna.send(json!({ "type": "read", "chat_id": 1, "seq": 2 })).await;
    }
    anna.fence(json!({ "type": "chats" })).await;
}

#[tokio::test]
async fn a_heartbeat_is_answered_at_once() {
    let server = Server::start().await;
    for mut client in [server.panel(server.people.anna).await, server.visitor().await] {
        client.send(json!({ "type": "heartbeat" })).await;
        assert_eq!(client.expect("heartbeat").await["cursor"], client.reset["cursor"]);
    }
}

#[tokio::test]
async fn who_is_too_fast_is_listened_to_more_slowly() {
    let server = Server::with(Clock::system(), Serve { limit_frames: Some(25), ..Serve::default() }).await;
    let mut customer = server.visitor().await;
    // Five frames a second, and one page: ten at once, of which the first picture was one.
    for _ in 0..11 {
        customer.send(json!({ "type": "history" })).await;
    }
    let id = customer.post(None, "Hello").await;
    for _ in 0..11 {
        customer.expect("history").await;
    }
    assert_eq!(customer.expect("ack").await["client_id"], id.as_str());
}

#[tokio::test]
async fn one_person_has_so_many_streams() {
    let server = Server::with(Clock::system(), Serve { limit_streams: Some(2), ..Serve::default() }).await;
    let token = server.operator_token(server.people.anna).await;
    let hello = json!({ "type": "hello", "token": token });
    let first = Client::welcomed(&server.base, hello.clone()).await;
    let _second = Client::welcomed(&server.base, hello.clone()).await;
    let (bye, code) = Client::hello(&server.base, hello.clone()).await.farewell().await;
    assert_eq!((&bye["code"], &bye["reconnect"]), (&json!("too_many_requests"), &json!(true)));
    assert_eq!(code, Some(4000));
    server.panel(server.people.boris).await;
    drop(first);
    // As soon as the server has noticed.
    loop {
        let mut again = Client::hello(&server.base, hello.clone()).await;
        if again.next().await.unwrap()["type"] == "welcome" {
            break;
        }
    }
}

/// A hub without a server: what a session does when nobody takes its frames is seen best without a socket's buffers.
struct Bare {
    opened: Opened,
    people: People,
    _folder: TempDir,
}

impl Bare {
    async fn new() -> Self {
        Self::with(Pace::FREE).await
    }

    async fn with(pace: Pace) -> Self {
        let folder = folder();
        let data = folder.path().join("data");
        let people = furnish(&data).await;
        let settings = Settings {
            build: "test".into(),
            company_token_lives: None,
            demo: false,
            pace,
            allow_origin: |_, _, _| None,
        };
        let opened = run::open(&data, Clock::system(), settings).await.unwrap();
        Self { opened, people, _folder: folder }
    }

    async fn customer(&self, visitor: &Value, cursor: &Value) -> Session {
        let mut hello = json!({ "type": "hello", "organization": self.people.sales });
        if !visitor.is_null() {
            hello["visitor"] = visitor.clone();
            hello["cursor"] = cursor.clone();
        }
        let hello = serde_json::from_value(hello).unwrap();
        Session::open(&self.opened.hub, hello, &Origin::Absent, Peer::UNKNOWN, true).await.unwrap()
    }
}

async fn frame(session: &mut Session) -> Value {
    loop {
        match within("a frame", session.next()).await {
            Turn::Send(frame) => break serde_json::from_str(&frame).unwrap(),
            Turn::Listen => {}
            Turn::End => panic!("the session has ended"),
        }
    }
}

async fn next(session: &mut Session, kind: &str) -> Value {
    loop {
        let frame = frame(session).await;
        if frame["type"] == kind {
            break frame;
        }
    }
}

#[tokio::test]
async fn a_replay_is_read_as_it_is_taken_and_ends_in_a_picture_when_it_is_too_much() {
    let bare = Bare::new().await;
    let mut first = bare.customer(&Value::Null, &Value::Null).await;
    let welcome = next(&mut first, "welcome").await;
    let (visitor, epoch) = (&welcome["visitor"], &welcome["cursor"]["epoch"]);
    let count = 2 * REPLAY_BYTES / long().len();
    for _ in 0..count {
        first.take_frame(&post(None, &uuid(), &long()).to_string()).await;
        next(&mut first, "ack").await;
    }
    let mut back = bare.customer(visitor, &json!({ "epoch": epoch, "seq": 0 })).await;
    assert_eq!(frame(&mut back).await["type"], "welcome");
    let (mut seen, mut bytes) = (0, 0);
    let reset = loop {
        let frame = frame(&mut back).await;
        bytes += size(&frame);
        if frame["type"] == "reset" {
            break frame;
        }
        assert_eq!(frame["prev"], seen);
        seen = frame["seq"].as_u64().unwrap();
    };
    assert_eq!(reset["cursor"]["seq"], count);
    assert!(seen > 1, "it begins with events");
    assert!(bytes < REPLAY_BYTES + 2 * FRAME_BYTES_MOST, "{bytes}");
    // From there on events follow.
    first.take_frame(&post(None, &uuid(), "One more").to_string()).await;
    let event = next(&mut back, "event").await;
    assert_eq!((&event["prev"], &event["event"]["message"]["text"]), (&json!(count), &json!("One more")));
}

#[tokio::test]
async fn what_can_not_be_read_counts_as_well() {
    let bare = Bare::with(Pace::default()).await;
    let mut session = bare.customer(&Value::Null, &Value::Null).await;
    next(&mut session, "reset").await;
    let mut refused = 0;
    while session.has_room() {
        session.take_frame("x").await;
        refused += 1;
    }
    // Ten a second, and what is used at once; the last one waits.
    assert!((100..200).contains(&refused), "{refused}");
    for _ in 0..refused {
        assert_eq!(next(&mut session, "reject").await["code"], "malformed");
    }
}

#[tokio::test]
async fn frames_that_need_no_answer_make_room_for_the_next() {
    let bare = Bare::new().await;
    let mut session = bare.customer(&Value::Null, &Value::Null).await;
    next(&mut session, "reset").await;
    while session.has_room() {
        session.take_frame(r#"{"type":"read","seq":0}"#).await;
    }
    assert_eq!(within("room", session.next()).await, Turn::Listen);
}

#[tokio::test]
async fn a_carrier_that_takes_nothing_is_given_up() {
    let bare = Bare::new().await;
    let session = bare.customer(&Value::Null, &Value::Null).await;
    let mut frames = session.carried().boxed();
    assert!(frames.next().await.unwrap().contains("welcome"));
    tokio::time::pause();
    // It has a frame to give that nobody takes.
    bare.opened.running.deserted().await;
    tokio::time::resume();
    assert!(frames.next().await.is_some(), "what was waiting is there");
    assert!(frames.next().now_or_never().flatten().is_none());
}
