//! The stream of a closed launcher: how much waits, and who has just written. No events, no pictures.

use serde_json::{Value, json};

use crate::support::{Client, Server, post, rfc3339, uuid};

async fn watch(server: &Server, operator: i64) -> Client {
    let token = server.operator_token(operator).await;
    let mut client =
        Client::hello(&server.base, json!({ "type": "hello", "token": token, "watch": "badge" })).await;
    client.welcome = client.expect("welcome").await;
    client
}

/// Waits until the badge says so.
async fn shows(client: &mut Client, unread: u32, chats: u32) {
    let wanted = json!({ "type": "badge", "unread": unread, "chats": chats });
    while client.expect("badge").await != wanted {}
}

#[tokio::test]
async fn a_badge_counts_what_the_operator_has_not_read() {
    let server = Server::start().await;
    let mut panel = server.panel(server.people.anna).await;
    let mut customer = server.visitor().await;
    customer.say(None, "Before anybody looked").await;
    let mut anna = watch(&server, server.people.anna).await;
    assert_eq!(anna.welcome["me"]["operator"]["name"], "Anna");
    assert_eq!(anna.expect("badge").await, json!({ "type": "badge", "unread": 1, "chats": 1 }));
    let mut boris = watch(&server, server.people.boris).await;
    let mut clara = watch(&server, server.people.clara).await;

    customer.say(None, "Hello?").await;
    let mut other = server.visitor().await;
    other.say(None, "Somebody else").await;
    shows(&mut anna, 3, 2).await;
    // What the operator reads elsewhere is read; what a colleague reads is not.
    let message = loop {
        let event = panel.event("message").await;
        if event["event"]["message"]["text"] == "Hello?" {
            break event;
        }
    };
    let (chat, seq) = (message["event"]["chat_id"].as_i64().unwrap(), message["seq"].clone());
    panel.send(json!({ "type": "read", "chat_id": chat, "seq": seq })).await;
    shows(&mut anna, 1, 1).await;
    panel.say(Some(chat), "An answer is nothing new").await;
    customer.say(None, "The last word").await;
    shows(&mut anna, 2, 2).await;
    shows(&mut boris, 4, 2).await;

    // Nobody was told anything else, and another organization nothing at all.
    for (client, told) in [(&mut anna, 3), (&mut boris, 3), (&mut clara, 0)] {
        client.send(json!({ "type": "chats" })).await;
        assert_eq!(client.expect("reject").await["code"], "malformed");
        let mut rest = Vec::new();
        client.send(json!({ "type": "token", "token": "eyJ.a.b" })).await;
        loop {
            let frame = client.next().await.unwrap();
            if frame["code"] == "token_invalid" {
                break;
            }
            rest.push(frame);
        }
        assert_eq!(rest.iter().filter(|frame| frame["type"] == "notice").count(), told, "{rest:?}");
        let told_otherwise = |frame: &&Value| !["notice", "badge"].contains(&frame["type"].as_str().unwrap());
        assert_eq!(rest.iter().find(told_otherwise), None);
    }
}

#[tokio::test]
async fn a_notice_tells_who_wrote_and_how_it_begins() {
    let server = Server::start().await;
    let mut anna = watch(&server, server.people.anna).await;
    let mut customer = server.visitor().await;
    customer.say(None, &"A long story\n".repeat(100)).await;
    let notice = anna.expect("notice").await;
    let chat = notice["chat_id"].as_i64().unwrap();
    assert_eq!(notice["customer"], format!("Visitor {chat}"));
    let preview = notice["preview"].as_str().unwrap();
    assert!(preview.starts_with("A long story A long") && preview.chars().count() == 160, "{preview}");
}

#[tokio::test]
async fn a_chat_from_far_down_the_list_is_counted_whole() {
    let server = Server::start().await;
    let mut oldest = server.visitor().await;
    oldest.say(None, "First").await;
    for _ in 0..50 {
        server.visitor().await.say(None, "Later").await;
    }
    let mut anna = watch(&server, server.people.anna).await;
    shows(&mut anna, 51, 51).await;
    oldest.say(None, "Still here").await;
    assert_eq!(anna.expect("notice").await["preview"], "Still here");
    shows(&mut anna, 52, 51).await;
}

/// The launcher's connection, the panel's stream and the panel's first picture, in whichever of an operator's windows.
#[tokio::test]
async fn every_number_of_an_operator_is_the_same_and_counts_all_chats() {
    let server = Server::start().await;
    let mut oldest = server.visitor().await;
    oldest.say(None, "First").await;
    for _ in 0..71 {
        server.visitor().await.say(None, "Later").await;
    }
    oldest.say(None, "Second").await;
    let mut launcher = watch(&server, server.people.anna).await;
    let mut panel = server.panel(server.people.anna).await;
    let mut elsewhere = server.panel(server.people.anna).await;
    let mut boris = server.panel(server.people.boris).await;
    for client in [&mut launcher, &mut panel, &mut elsewhere, &mut boris] {
        shows(client, 73, 72).await;
    }
    assert_eq!(panel.reset["snapshot"]["unread"], 73);
    let chats = panel.reset["snapshot"]["chats"].as_array().unwrap().clone();
    assert_eq!(chats.len(), 50);

    // Read in one window, and less in all of that operator's. In the list's last chat, which is further down, too.
    let read =
        |chat: &Value| json!({ "type": "read", "chat_id": chat["id"], "seq": chat["last_message"]["seq"] });
    panel.send(read(&chats[0])).await;
    for client in [&mut launcher, &mut panel, &mut elsewhere] {
        shows(client, 71, 71).await;
    }
    let last = &chats[49];
    let before = json!({ "updated_at": last["updated_at"], "id": last["id"] });
    panel.send(json!({ "type": "chats", "before": before })).await;
    let further = panel.expect("chats").await["chats"].as_array().unwrap().clone();
    assert_eq!(further.len(), 22);
    elsewhere.send(read(&further[21])).await;
    for client in [&mut launcher, &mut panel, &mut elsewhere] {
        shows(client, 70, 70).await;
    }
    // Given away and closed, it waits still; erased, it does not.
    let id = further[20]["id"].clone();
    panel.send(json!({ "type": "assign", "chat_id": id, "operator_id": server.people.boris })).await;
    panel.send(json!({ "type": "set_status", "chat_id": id, "status": 4 })).await;
    panel.send(json!({ "type": "erase", "chat_id": further[19]["id"] })).await;
    for client in [&mut launcher, &mut panel, &mut elsewhere] {
        shows(client, 69, 69).await;
    }
    shows(&mut boris, 72, 71).await;
    // Who comes back goes on from where they were, and is told the number of now.
    let cursor = panel.reset["cursor"].clone();
    let token = server.operator_token(server.people.anna).await;
    let mut back =
        Client::hello(&server.base, json!({ "type": "hello", "token": token, "cursor": cursor })).await;
    back.expect("welcome").await;
    shows(&mut back, 69, 69).await;
}

#[tokio::test]
async fn a_watcher_goes_on_under_a_fresh_token_and_ends_with_the_operator() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let mut anna = watch(&server, server.people.anna).await;
    let body = json!({ "id": server.people.anna, "expiresAt": rfc3339(2 * 3_600) });
    let fresh = server.post("/api/operator/get-token", &company, body).await.json();
    anna.send(json!({ "type": "token", "token": fresh })).await;
    let again = anna.expect("welcome").await;
    assert!(again["expires_at"].as_i64() > anna.welcome["expires_at"].as_i64(), "{again}");
    anna.send(post(Some(1), &uuid(), "From a launcher")).await;
    assert_eq!(anna.expect("reject").await["code"], "malformed");

    let body = json!({ "id": server.people.boris, "expiresAt": rfc3339(3) });
    let short = server.post("/api/operator/get-token", &company, body).await.json();
    let hello = json!({ "type": "hello", "token": short, "watch": "badge" });
    let mut boris = Client::hello(&server.base, hello).await;
    assert_eq!(boris.farewell().await.0["code"], "token_expired");

    let body = json!({ "id": server.people.anna, "status": 1 });
    assert_eq!(server.post("/api/operator/status", &company, body).await.status, 200);
    let (bye, _) = anna.farewell().await;
    assert_eq!((&bye["code"], &bye["reconnect"]), (&json!("operator_inactive"), &json!(false)));
    let mut clara = watch(&server, server.people.clara).await;
    let stopping = server.stop();
    assert_eq!(clara.farewell().await.0["code"], "going_away");
    stopping.ended().await.unwrap();
}
