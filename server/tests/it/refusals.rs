//! What bad input and ended rights get on the stream: a clear word each, and no more silence or loss than needed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, SHOP, Server, answer, post, rfc3339, uuid};

/// The close code that says "come back", and the one that says "stay away".
const COME_BACK: Option<u16> = Some(4000);
const STAY_AWAY: Option<u16> = Some(4001);

/// A panel and a chat that it may use.
async fn at_work(server: &Server) -> (Client, Client, i64) {
    let (mut panel, mut customer) = (server.panel(server.people.anna).await, server.visitor().await);
    customer.say(None, "Hello").await;
    let chat = panel.event("chat_created").await["event"]["chat_id"].as_i64().unwrap();
    (panel, customer, chat)
}

#[tokio::test]
async fn a_refused_frame_changes_nothing_and_the_connection_stays() {
    let server = Server::start().await;
    let (mut panel, mut customer, chat) = at_work(&server).await;
    let id = uuid();
    let long = "é".repeat(8_001);
    for (frame, code, says) in [
        (post(Some(chat), &id, &long).to_string(), "message_too_long", "8000"),
        (post(Some(chat), &id, " \n").to_string(), "message_empty", "some text"),
        (post(Some(4_711), &id, "Hello").to_string(), "not_found", "chat"),
        (post(None, &id, "Hello").to_string(), "invalid_field", "/chat_id"),
        ("{".into(), "malformed", "can't be read"),
        ("[]".into(), "malformed", "can't be read"),
        (r#"{"type":"post"}"#.into(), "malformed", "client_id"),
        (r#"{"no":"type"}"#.into(), "malformed", "type"),
        (r#"{"type":"hello","token":"x"}"#.into(), "malformed", "no place"),
        (json!({ "type": "history", "chat_id": 4_711 }).to_string(), "not_found", "chat"),
        (json!({ "type": "typing", "chat_id": 4_711 }).to_string(), "not_found", "chat"),
        (json!({ "type": "read", "chat_id": 4_711, "seq": 1 }).to_string(), "not_found", "chat"),
        (json!({ "type": "set_status", "chat_id": chat, "status": 9 }).to_string(), "malformed", "9"),
        (
            json!({ "type": "assign", "chat_id": chat, "operator_id": server.people.clara }).to_string(),
            "not_found",
            "operator",
        ),
    ] {
        panel.send_text(&frame).await;
        let reject = panel.expect("reject").await;
        assert_eq!(reject["code"], code, "{frame:.80}");
        let detail = reject["detail"].as_str().unwrap();
        assert!(detail.contains(says), "{frame:.80}: {detail}");
        // What was not found is told apart: a colleague who is gone is no erased chat.
        assert_eq!(reject["missing"].as_str(), (code == "not_found").then_some(says), "{frame:.80}");
        if frame.contains(&id) {
            assert_eq!(reject["client_id"], id.as_str(), "{frame:.80}");
        }
    }
    // Newer clients' frames and fields are ignored.
    panel.send(json!({ "type": "dance" })).await;
    let longest =
        json!({ "type": "post", "chat_id": chat, "client_id": id, "text": "😀".repeat(8_000), "new": 1 });
    panel.send(longest).await;
    assert_eq!(panel.expect("ack").await["client_id"], id.as_str());
    assert_eq!(customer.event("message").await["event"]["message"]["operator"], Value::Null);
    let text = customer.event("message").await["event"]["message"]["text"].clone();
    assert_eq!(text.as_str().map(|text| text.chars().count()), Some(8_000));

    for (frame, code) in [
        (post(None, &uuid(), &long).to_string(), "message_too_long"),
        ("{".into(), "malformed"),
        (json!({ "type": "set_status", "chat_id": chat, "status": 4 }).to_string(), "malformed"),
    ] {
        customer.send_text(&frame).await;
        assert_eq!(customer.expect("reject").await["code"], code);
    }
    customer.say(None, "Still here").await;
}

#[tokio::test]
async fn another_organizations_chat_is_not_there() {
    let server = Server::start().await;
    let (_panel, mut customer, chat) = at_work(&server).await;
    let mut clara = server.panel(server.people.clara).await;
    for frame in [
        post(Some(chat), &uuid(), "Hello"),
        json!({ "type": "history", "chat_id": chat }),
        json!({ "type": "read", "chat_id": chat, "seq": 2 }),
        json!({ "type": "typing", "chat_id": chat }),
        json!({ "type": "set_status", "chat_id": chat, "status": 4 }),
        json!({ "type": "assign", "chat_id": chat, "operator_id": null }),
    ] {
        clara.send(frame.clone()).await;
        let reject = clara.expect("reject").await;
        assert_eq!((&reject["code"], &reject["chat_id"]), (&json!("not_found"), &json!(chat)), "{frame}");
        assert_eq!(reject["missing"], "chat", "{frame}");
    }
    let told = customer.fence(json!({ "type": "history" })).await;
    assert_eq!(told.iter().filter(|frame| frame["type"] != "event").count(), 0, "{told:?}");
}

#[tokio::test]
async fn a_frame_that_is_too_large_ends_the_connection_with_a_word() {
    let server = Server::start().await;
    for size in [128 * 1024 + 1, 1024 * 1024, 8 * 1024 * 1024] {
        let mut customer = server.visitor().await;
        // The server may hang up while this is still being sent.
        customer.try_send(&post(None, &uuid(), &"x".repeat(size))).await;
        let (bye, _) = customer.farewell().await;
        assert_eq!((&bye["code"], &bye["reconnect"]), (&json!("too_large"), &json!(false)), "{size}");
        assert!(bye["detail"].as_str().unwrap().contains("131072"), "{bye}");
    }
    let mut first = Client::connect(&server.base, None).await;
    first.try_send(&json!({ "type": "hello", "token": "x".repeat(1024 * 1024) })).await;
    assert_eq!(first.farewell().await.0["code"], "too_large");
}

#[tokio::test]
async fn who_is_not_let_in_is_told_why() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let support = json!({ "type": "hello", "organization": server.people.support });
    let foreign = Client::welcomed(&server.base, support).await.visitor_token();
    for (hello, code) in [
        (json!({ "type": "post", "client_id": uuid(), "text": "Hello" }), "malformed"),
        (json!({ "type": "hello" }), "malformed"),
        (json!("hello"), "malformed"),
        (json!({ "type": "hello", "token": "" }), "token_missing"),
        (json!({ "type": "hello", "token": "eyJ.a.b" }), "token_invalid"),
        (json!({ "type": "hello", "token": "test-token-for-development" }), "token_invalid"),
        (json!({ "type": "hello", "token": company }), "wrong_token_kind"),
        (json!({ "type": "hello", "organization": 4_711 }), "not_found"),
        (
            json!({ "type": "hello", "organization": server.people.sales, "visitor": "eyJ.a.b" }),
            "token_invalid",
        ),
        (
            json!({ "type": "hello", "organization": server.people.sales, "visitor": foreign }),
            "token_invalid",
        ),
    ] {
        let mut client = Client::hello(&server.base, hello.clone()).await;
        let (bye, close) = client.farewell().await;
        assert_eq!((&bye["code"], &bye["reconnect"]), (&json!(code), &json!(false)), "{hello}");
        assert_eq!(close, STAY_AWAY, "{hello}");
    }
}

#[tokio::test]
async fn only_pages_of_allowed_origins_are_let_in() {
    let server = Server::start().await;
    let token = server.operator_token(server.people.anna).await;
    let hellos = [
        json!({ "type": "hello", "token": token }),
        json!({ "type": "hello", "token": token, "watch": "badge" }),
        json!({ "type": "hello", "organization": server.people.sales }),
    ];
    for (origin, allowed) in [
        (SHOP, true),
        ("https://SHOP.example", true),
        (server.base.as_str(), true),
        ("https://evil.example", false),
        ("http://shop.example", false),
        ("http://localhost:1", false),
        ("null", false),
    ] {
        for hello in &hellos {
            let mut client = Client::connect(&server.base, Some(origin)).await;
            client.send(hello.clone()).await;
            if allowed {
                client.expect("welcome").await;
                continue;
            }
            let (bye, close) = client.farewell().await;
            assert_eq!((&bye["code"], close), (&json!("origin_not_allowed"), STAY_AWAY), "{origin}");
            // The command is for who can type it: the console and the log have it. A visitor is told of no setting.
            let detail = bye["detail"].as_str().unwrap();
            if hello["organization"].is_null() {
                assert!(detail.contains(origin) && detail.contains("the console"), "{bye}");
            } else {
                assert_eq!(detail, "This chat can't be used on this page.");
            }
        }
        // The panel's own route judges the same, in a way that the page can read.
        let request = server.request(Method::POST, "/operator-chat-panel/panel").bearer_auth(&token);
        let response = request.header("origin", origin).send().await.unwrap();
        assert_eq!(response.headers()["access-control-allow-origin"], "*", "{origin}");
        assert_eq!(response.status() == 200, allowed, "{origin}");
    }
    let preflight = server
        .request(Method::OPTIONS, "/operator-chat-panel/panel")
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type");
    let response = preflight.send().await.unwrap();
    let headers = response.headers();
    assert!(response.status().is_success());
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert!(headers["access-control-allow-headers"].to_str().unwrap().contains("authorization"));
    assert!(headers.contains_key("access-control-max-age"));
    assert!(!headers.contains_key("access-control-allow-credentials"));
}

#[tokio::test]
async fn a_token_is_refreshed_in_place() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let (mut panel, mut customer, chat) = at_work(&server).await;
    let body = json!({ "id": server.people.anna, "expiresAt": rfc3339(2 * 3_600) });
    let fresh = server.post("/api/operator/get-token", &company, body).await.json();
    panel.event("message").await;
    panel.send(json!({ "type": "token", "token": fresh })).await;
    let again = panel.expect("welcome").await;
    assert!(again["expires_at"].as_i64() > panel.welcome["expires_at"].as_i64(), "{again}");
    assert_eq!(again["me"], panel.welcome["me"]);
    assert_eq!(again["cursor"]["seq"], 2);
    // What is refused leaves the former one good.
    let boris = server.operator_token(server.people.boris).await;
    for (token, code) in [(boris.as_str(), "conflict"), ("eyJ.a.b", "token_invalid"), ("", "token_missing")] {
        panel.send(json!({ "type": "token", "token": token })).await;
        assert_eq!(panel.expect("reject").await["code"], code);
    }
    customer.say(None, "Are you there?").await;
    assert_eq!(panel.event("message").await["prev"], 2);
    panel.say(Some(chat), "Yes").await;
}

#[tokio::test]
async fn a_token_that_ends_ends_the_panel() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let body = json!({ "id": server.people.anna, "expiresAt": rfc3339(3) });
    let token = server.post("/api/operator/get-token", &company, body).await.json();
    let hello = json!({ "type": "hello", "token": token });
    let mut panel = Client::welcomed(&server.base, hello.clone()).await;
    let (bye, close) = panel.farewell().await;
    assert_eq!((&bye["code"], &bye["reconnect"], close), (&json!("token_expired"), &json!(false), STAY_AWAY));
    let (bye, _) = Client::hello(&server.base, hello).await.farewell().await;
    assert_eq!(bye["code"], "token_expired");
}

#[tokio::test]
async fn an_operator_set_inactive_is_shown_the_door_at_once() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let (mut anna, mut boris) =
        (server.panel(server.people.anna).await, server.panel(server.people.boris).await);
    let mut second = server.panel(server.people.anna).await;
    let body = json!({ "id": server.people.anna, "status": 1 });
    assert_eq!(server.post("/api/operator/status", &company, body).await.status, 200);
    for panel in [&mut anna, &mut second] {
        let (bye, close) = panel.farewell().await;
        assert_eq!((&bye["code"], &bye["reconnect"]), (&json!("operator_inactive"), &json!(false)));
        assert_eq!(close, STAY_AWAY);
    }
    boris.fence(json!({ "type": "chats" })).await;
}

#[tokio::test]
async fn a_stopping_server_asks_everybody_to_come_back() {
    let server = Server::start().await;
    let (mut panel, mut customer, chat) = at_work(&server).await;
    assert_eq!(answer(server.request(Method::GET, "/readyz")).await.status, 200);
    panel.say(Some(chat), "One moment").await;
    let stopping = server.stop();
    for client in [&mut panel, &mut customer] {
        let (bye, close) = client.farewell().await;
        assert_eq!((&bye["code"], &bye["reconnect"], close), (&json!("going_away"), &json!(true), COME_BACK));
    }
    stopping.ended().await.unwrap();
}
