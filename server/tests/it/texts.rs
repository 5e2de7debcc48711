//! What names and messages may hold, on every way in.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, Server, answer, chathub, folder, furnish, post, uuid};

/// Characters that nobody sees, and one that turns what follows.
const UNSEEN: [&str; 3] = ["\u{200b}", "\u{2066}\u{2069}", "\u{3164}\u{feff}\n"];

/// A chat of Sales, its customer, and a panel that shows it.
async fn at_work(server: &Server) -> (Client, Client, i64) {
    let (mut panel, mut customer) = (server.panel(server.people.anna).await, server.visitor().await);
    customer.say(None, "Hello").await;
    let chat = panel.event("chat_created").await["event"]["chat_id"].as_i64().unwrap();
    panel.event("message").await;
    (panel, customer, chat)
}

#[tokio::test]
async fn a_message_that_shows_nothing_is_empty_whichever_way_it_comes() {
    let server = Server::start().await;
    let (mut panel, mut customer, chat) = at_work(&server).await;
    let token = server.operator_token(server.people.anna).await;
    for text in UNSEEN {
        for (client, chat) in [(&mut panel, Some(chat)), (&mut customer, None)] {
            client.post(chat, text).await;
            assert_eq!(client.expect("reject").await["code"], "message_empty", "{text:?}");
        }
        let body = json!({ "clientId": uuid(), "text": text });
        let rest = server.post(&format!("/api/chat/chats/{chat}/messages"), &token, body).await;
        assert_eq!(rest.refusal(), (422, "message_empty".into()), "{text:?}");
        let arguments = json!({ "chat_id": chat, "client_id": uuid(), "text": text });
        let function = server.post("/fn/post", &token, arguments).await;
        assert_eq!(function.json()["code"], "message_empty", "{text:?}");
    }
}

#[tokio::test]
async fn a_message_turns_nothing_that_stands_after_it() {
    let server = Server::start().await;
    let (mut panel, mut customer, chat) = at_work(&server).await;
    for (text, shown) in [
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("\u{2067}open", "\u{2067}open\u{2069}"),
        ("close\u{2069}\u{202c}", "close"),
        ("bell\u{7}\r\nnext", "bell\nnext"),
        ("می\u{200c}خواهم 👩\u{200d}💻", "می\u{200c}خواهم 👩\u{200d}💻"),
    ] {
        customer.say(None, text).await;
        assert_eq!(panel.event("message").await["event"]["message"]["text"], shown, "{text:?}");
        panel.say(Some(chat), text).await;
        assert_eq!(panel.event("message").await["event"]["message"]["text"], shown, "{text:?}");
        let told = loop {
            let told = customer.event("message").await;
            if told["event"]["message"]["operator"] == "Anna" {
                break told;
            }
        };
        assert_eq!(told["event"]["message"]["text"], shown, "{text:?}");
    }
}

#[tokio::test]
async fn links_are_told_with_the_message_on_every_way_out() {
    let server = Server::start().await;
    let (mut panel, mut customer, chat) = at_work(&server).await;
    let text = "📦 (https://en.wiki.example/Foo_(bar)) 见 https://пример.example/a。或 anna@acme.example; not https://acme.example@evil.example";
    let links = json!([
        { "offset": 4, "length": 33, "url": "https://en.wiki.example/Foo_(bar)" },
        { "offset": 41, "length": 24, "url": "https://xn--e1afmkfd.example/a" },
        { "offset": 68, "length": 17, "url": "mailto:anna@acme.example" },
    ]);
    customer.say(None, text).await;
    assert_eq!(panel.event("message").await["event"]["message"]["links"], links);
    assert_eq!(customer.event("message").await["event"]["message"].get("links"), None, "of the first one");
    assert_eq!(customer.event("message").await["event"]["message"]["links"], links);
    panel.say(Some(chat), text).await;
    assert_eq!(customer.event("message").await["event"]["message"]["links"], links);

    panel.send(json!({ "type": "history", "chat_id": chat })).await;
    let history = panel.expect("history").await;
    customer.send(json!({ "type": "history" })).await;
    let told = customer.expect("history").await;
    let token = server.operator_token(server.people.anna).await;
    let rest = server.get(&format!("/api/chat/chats/{chat}/messages"), &token).await.json();
    for messages in [&history["messages"], &told["messages"], &rest] {
        let found: Vec<_> = messages.as_array().unwrap().iter().map(|message| message.get("links")).collect();
        assert_eq!(found, [None, Some(&links), Some(&links)]);
    }
    // And who was away is told the same.
    let cursor = json!({ "epoch": panel.welcome["cursor"]["epoch"], "seq": history["messages"][0]["seq"] });
    let hello = json!({ "type": "hello", "token": token, "cursor": cursor });
    let mut back = Client::welcomed(&server.base, hello).await;
    assert_eq!(back.event("message").await["event"]["message"]["links"], links);
}

#[tokio::test]
async fn names_that_people_type_are_refused_with_the_character_that_is_not_seen() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    for (name, says) in [
        ("An\u{200b}na", "U+200B"),
        ("\u{202e}annA", "U+202E"),
        ("\u{3164}", "empty"),
        ("A\u{2028}b", "line"),
    ] {
        let body = json!([{ "organizationId": server.people.sales, "name": name }]);
        let refused = server.post("/api/operator/synchronize", &company, body).await;
        assert_eq!(refused.refusal(), (400, "invalid_field".into()), "{name:?}");
        let error = &refused.json()["errors"][0];
        assert_eq!(error["pointer"], "/0/name");
        assert!(error["detail"].as_str().unwrap().contains(says), "{name:?}: {error}");
    }
    let folder = folder();
    let data = folder.path().join("data");
    furnish(&data).await;
    let data = data.to_str().unwrap();
    for arguments in [
        &["company", "add", "--login", "a\u{200b}b", "--name", "A"][..],
        &["company", "add", "--login", "ab", "--name", "A\u{202e}"],
        &["organization", "add", "--company", "acme", "--name", "Sa\u{ad}les"],
        &["operator", "add", "--company", "acme", "--organization", "Sales", "--name", "An\u{2060}na"],
    ] {
        let outcome = chathub(&[arguments, &["--data-dir", data]].concat(), PASSWORD).await;
        let said = String::from_utf8(outcome.stderr).unwrap();
        assert!(!outcome.status.success() && said.contains("U+"), "{arguments:?}: {said}");
    }
}

#[tokio::test]
async fn what_a_page_says_of_its_visitor_is_tidied() {
    let server = Server::start().await;
    let mut panel = server.panel(server.people.anna).await;
    for (name, shown) in [
        ("\u{202e}annA", "annA"),
        ("\u{200b}An\u{200d}na\u{feff}\n", "Anna"),
        ("\u{3164}", ""),
        ("می\u{200c}خواهم", "می\u{200c}خواهم"),
    ] {
        let hello =
            json!({ "type": "hello", "organization": server.people.sales, "customer": { "name": name } });
        let mut customer = Client::welcomed(&server.base, hello).await;
        customer.say(None, "Hello").await;
        assert_eq!(panel.event("chat_created").await["event"]["customer"], shown, "{name:?}");
    }
}

/// Half of a pair: JSON can write it, and no text holds it.
const HALF: &str = r"\ud800";

#[tokio::test]
async fn half_a_character_is_refused_by_its_field_and_name() {
    let server = Server::start().await;
    let (mut panel, mut customer, chat) = at_work(&server).await;
    for (client, chat) in [(&mut panel, Some(chat)), (&mut customer, None)] {
        let id = uuid();
        let frame = post(chat, &id, "HALF").to_string().replace("HALF", HALF);
        client.send_text(&frame).await;
        let reject = client.expect("reject").await;
        assert_eq!((&reject["code"], &reject["client_id"]), (&json!("malformed"), &json!(id)), "{reject}");
        assert_eq!(reject["chat_id"], chat.map_or(Value::Null, Into::into), "{reject}");
        assert!(reject["detail"].as_str().unwrap().contains("/text"), "{reject}");
        // Nothing is dead: what follows arrives.
        client.say(chat, "Whole").await;
    }
    let token = server.company_token("acme").await;
    for (path, body, pointer) in [
        ("/api/company/get-token", r#"{"login":"acme","password":"HALF"}"#, "/password"),
        (
            "/api/operator/synchronize",
            r#"[{"organizationId":1,"name":"a"},{"organizationId":1,"name":"HALF"}]"#,
            "/1/name",
        ),
    ] {
        let request = server.request(Method::POST, path).bearer_auth(&token);
        let request = request.header("content-type", "application/json").body(body.replace("HALF", HALF));
        let refused = answer(request).await;
        assert_eq!(refused.refusal(), (400, "malformed".into()), "{path}");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{refused:?}");
    }
}
