//! Visitors who write more than anybody reads, and those whom an operator has had enough of.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chathub_hub::Clock;
use chathub_server::config::Serve;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Server, answer as answer_of, now};

/// As large as a message can be: 8,000 characters of four bytes.
fn large() -> String {
    "🫖".repeat(8_000)
}

#[tokio::test]
async fn one_address_fills_no_disk() {
    let server = Server::start().await;
    let text = large();
    let (mut stored, mut refused) = (0, 0);
    // Nobody of them is too fast.
    for _ in 0..40 {
        let mut visitor = server.visitor().await;
        let mut names = Vec::new();
        for _ in 0..10 {
            names.push(visitor.post(None, &text).await);
        }
        for _ in names {
            match visitor.answer().await {
                answer if answer["type"] == "ack" => stored += text.len(),
                answer => {
                    assert_eq!(answer["code"], "too_many_requests", "{answer}");
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 0 && stored < 9 * 1024 * 1024, "{stored} bytes stored, {refused} messages refused");
    // Operators are no visitors.
    let mut panel = server.panel(server.people.anna).await;
    let chat = panel.reset["snapshot"]["chats"][0]["id"].as_i64().unwrap();
    panel.say(Some(chat), "That will do").await;
}

fn hello(server: &Server) -> Value {
    json!({ "type": "hello", "organization": server.people.sales })
}

/// What the visitor is told when they come (again).
async fn told(server: &Server, visitor: Option<&Value>, address: &str) -> Value {
    let mut hello = hello(server);
    if let Some(visitor) = visitor {
        hello["visitor"] = visitor.clone();
    }
    let mut client = Client::from(&server.base, address).await;
    client.send(hello).await;
    client.next().await.unwrap()
}

/// Says something, and the chat that it is in.
async fn chat_of(server: &Server, visitor: &mut Client, text: &str) -> Value {
    visitor.say(None, text).await;
    let panel = server.panel(server.people.anna).await;
    let chats = panel.reset["snapshot"]["chats"].as_array().unwrap();
    chats.iter().find(|chat| chat["last_message"]["text"] == text).unwrap()["id"].clone()
}

#[tokio::test]
async fn an_operator_blocks_a_visitor_for_a_time() {
    let ahead = Arc::new(AtomicI64::new(0));
    let by = Arc::clone(&ahead);
    let server = Server::with_clock(Clock::new(move || now().plus(by.load(Ordering::SeqCst)))).await;
    let token = server.operator_token(server.people.anna).await;
    let (mut visitor, mut other) = (server.visitor().await, server.visitor().await);
    let chat = chat_of(&server, &mut visitor, "Nonsense").await;
    other.say(None, "Good morning").await;
    let path = format!("/api/chat/chats/{chat}/block");
    for hours in [0, -1, 721] {
        let refused = server.post(&path, &token, json!({ "hours": hours })).await;
        assert_eq!(refused.refusal(), (400, "invalid_field".into()), "{hours}");
    }
    let blocked = server.post(&path, &token, json!({ "hours": 2 })).await;
    assert_eq!((blocked.status, &blocked.json()["address"]), (200, &json!(false)), "{blocked:?}");
    assert!(blocked.json()["until"].as_str().unwrap().ends_with('Z'), "{blocked:?}");
    let (bye, _) = visitor.farewell().await;
    assert_eq!((&bye["code"], &bye["reconnect"]), (&json!("blocked"), &json!(false)));
    let visitor = visitor.visitor_token();
    assert_eq!(told(&server, Some(&visitor), "192.0.2.1").await["code"], "blocked");
    // Nobody else is concerned, here or in another organization.
    other.say(None, "I can still write").await;
    assert_eq!(told(&server, None, "192.0.2.1").await["type"], "welcome");
    // It ends when an operator says so, on every face.
    let mut panel = server.panel(server.people.anna).await;
    panel.send(json!({ "type": "unblock", "chat_id": chat })).await;
    assert_eq!(panel.expect("blocked").await.get("until"), None);
    assert_eq!(told(&server, Some(&visitor), "192.0.2.1").await["type"], "welcome");
    panel.send(json!({ "type": "block", "chat_id": chat, "hours": 720 })).await;
    let answer = panel.expect("blocked").await;
    assert_eq!((&answer["chat_id"], answer["until"].is_i64()), (&chat, true));
    assert_eq!(told(&server, Some(&visitor), "192.0.2.1").await["code"], "blocked");
    let lifted = answer_of(server.request(Method::DELETE, &path).bearer_auth(&token)).await;
    assert_eq!((lifted.status, lifted.text.as_str()), (200, ""));
    assert_eq!(told(&server, Some(&visitor), "192.0.2.1").await["type"], "welcome");
    // And by itself.
    let frame = json!({ "type": "block", "chat_id": chat, "hours": 1 });
    let answer = server.post("/fn/act", &token, json!({ "frame": frame })).await.json();
    assert_eq!(answer["type"], "blocked");
    assert_eq!(told(&server, Some(&visitor), "192.0.2.1").await["code"], "blocked");
    ahead.store(60 * 60 * 1_000 + 1_000, Ordering::SeqCst);
    assert_eq!(told(&server, Some(&visitor), "192.0.2.1").await["type"], "welcome");
}

#[tokio::test]
async fn an_address_is_blocked_with_its_visitor_over_a_restart() {
    let serve = || Serve { trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..Serve::default() };
    let server = Server::with(Clock::system(), serve()).await;
    let company = server.company_token("acme").await;
    let mut visitor = Client::from(&server.base, "192.0.2.1").await;
    visitor.send(hello(&server)).await;
    visitor.welcome = visitor.expect("welcome").await;
    let mut neighbour = Client::from(&server.base, "192.0.2.1").await;
    neighbour.send(hello(&server)).await;
    neighbour.expect("welcome").await;
    let chat = chat_of(&server, &mut visitor, "Nonsense").await;
    let path = format!("/api/chat/chats/{chat}/block");
    let blocked = server.post(&path, &company, json!({ "hours": 24, "address": true })).await.json();
    assert_eq!(blocked["address"], true);
    assert!(!blocked.to_string().contains("192.0.2"), "{blocked}");
    for client in [&mut visitor, &mut neighbour] {
        assert_eq!(client.farewell().await.0["code"], "blocked");
    }
    let visitor = visitor.visitor_token();
    let server = server.restarted(serve()).await;
    assert_eq!(told(&server, None, "192.0.2.1").await["code"], "blocked");
    assert_eq!(told(&server, Some(&visitor), "192.0.2.2").await["code"], "blocked");
    assert_eq!(told(&server, None, "192.0.2.2").await["type"], "welcome");
    // Other organizations have not blocked it.
    let mut elsewhere = Client::from(&server.base, "192.0.2.1").await;
    elsewhere.send(json!({ "type": "hello", "organization": server.people.support })).await;
    elsewhere.expect("welcome").await;
    // What is stored does not tell the address.
    for entry in std::fs::read_dir(server.data()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(9).any(|window| window == b"192.0.2.1"));
    }
}
