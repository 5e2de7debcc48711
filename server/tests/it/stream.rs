//! The conversation over the stream: what each side sends, and what both see of it.

use chathub_domain::{ChatId, ClientId, OperatorId, Timestamp};
use chathub_server::run::Opened;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Server, hub, post, uuid};

fn history(chat: i64) -> Value {
    json!({ "type": "history", "chat_id": chat })
}

#[tokio::test]
async fn hello_is_answered_by_welcome_and_a_first_picture() {
    let server = Server::start().await;
    let panel = server.panel(server.people.anna).await;
    assert_eq!(panel.welcome["me"]["operator"], json!({ "id": server.people.anna, "name": "Anna" }));
    assert_eq!(panel.welcome["me"]["organization"], json!({ "id": server.people.sales, "name": "Sales" }));
    assert!(panel.welcome["build"].as_str().is_some_and(|build| build.ends_with("-bbb")));
    assert_eq!(panel.reset["snapshot"]["chats"], json!([]));
    assert_eq!(panel.reset["snapshot"]["operators"].as_array().map(Vec::len), Some(2));
    let visitor = server.visitor().await;
    assert_eq!(visitor.welcome["organization"]["name"], "Sales");
    assert!(visitor.welcome["visitor"].is_string());
    assert_eq!(visitor.reset["snapshot"]["messages"], json!([]));
    assert_eq!(visitor.reset["snapshot"]["status"], Value::Null);
}

#[tokio::test]
async fn a_line_typed_on_one_side_appears_on_the_other() {
    let server = Server::start().await;
    let (mut anna, mut boris) =
        (server.panel(server.people.anna).await, server.panel(server.people.boris).await);
    let mut customer = server.visitor().await;
    let asked = customer.post(None, "Do you ship to Latvia?").await;
    let ack = customer.expect("ack").await;
    assert_eq!(ack["client_id"], asked.as_str());
    let own = customer.event("message").await;
    assert_eq!((&own["seq"], &own["prev"]), (&ack["seq"], &json!(0)));
    let mut chat = 0;
    for panel in [&mut anna, &mut boris] {
        let created = panel.event("chat_created").await;
        chat = created["event"]["chat_id"].as_i64().unwrap();
        let message = panel.event("message").await;
        assert_eq!(message["prev"], created["seq"]);
        let message = &message["event"]["message"];
        assert_eq!(
            (&message["text"], &message["author"]["kind"]),
            (&json!("Do you ship to Latvia?"), &json!("customer"))
        );
        assert_eq!(message["client_id"], asked.as_str());
    }

    let ack = anna.say(Some(chat), "Yes, in four days.").await;
    assert_eq!(ack["chat_id"], chat);
    for panel in [&mut anna, &mut boris] {
        let message = panel.event("message").await;
        assert_eq!(message["seq"], ack["seq"]);
        assert_eq!(
            message["event"]["message"]["author"],
            json!({ "kind": "operator", "id": server.people.anna, "name": "Anna" })
        );
        // The first answer takes the chat and opens it.
        assert_eq!(panel.event("assigned").await["event"]["operator"]["name"], "Anna");
        assert_eq!(panel.event("chat_status").await["event"]["status"], 1);
    }
    let told = customer.event("message").await;
    assert_eq!(
        (&told["event"]["message"]["text"], &told["event"]["message"]["operator"]),
        (&json!("Yes, in four days."), &json!("Anna"))
    );
    assert_eq!(customer.event("chat_status").await["event"]["status"], 1);
}

#[tokio::test]
async fn other_organizations_hear_nothing() {
    let server = Server::start().await;
    let mut clara = server.panel(server.people.clara).await;
    let mut customer = server.visitor().await;
    let mut stranger = server.visitor().await;
    customer.say(None, "Only for Sales").await;
    let nothing = json!({ "type": "badge", "unread": 0, "chats": 0 });
    assert_eq!(clara.fence(json!({ "type": "chats" })).await, [nothing]);
    assert_eq!(stranger.fence(json!({ "type": "history" })).await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_same_client_id_is_the_same_message() {
    let server = Server::start().await;
    let mut panel = server.panel(server.people.anna).await;
    let mut customer = server.visitor().await;
    // The very first one makes the chat; it is sent again before and after its ack, and on another connection.
    let first = post(None, &uuid(), "Hello");
    customer.send(first.clone()).await;
    customer.send(first.clone()).await;
    let ack = customer.expect("ack").await;
    assert_eq!(customer.expect("ack").await, ack);
    let hello =
        json!({ "type": "hello", "organization": server.people.sales, "visitor": customer.visitor_token() });
    let mut again = Client::welcomed(&server.base, hello).await;
    again.send(first.clone()).await;
    assert_eq!(again.expect("ack").await, ack);
    // Another visitor's same name is another message.
    let mut other = server.visitor().await;
    other.send(first).await;
    other.expect("ack").await;
    let created = panel.event("chat_created").await;
    let chat = created["event"]["chat_id"].as_i64().unwrap();
    assert_ne!(panel.event("chat_created").await["event"]["chat_id"], chat);

    let answer = post(Some(chat), &uuid(), "Hello yourself");
    panel.send(answer.clone()).await;
    panel.send(answer).await;
    let ack = panel.expect("ack").await;
    assert_eq!(panel.expect("ack").await, ack);
    panel.send(history(chat)).await;
    let page = panel.expect("history").await;
    let texts: Vec<_> = page["messages"].as_array().unwrap().iter().map(|m| m["text"].clone()).collect();
    assert_eq!(texts, ["Hello", "Hello yourself"]);
}

#[tokio::test]
async fn typing_reaches_the_other_side_and_not_the_one_who_types() {
    let server = Server::start().await;
    let (mut anna, mut boris) =
        (server.panel(server.people.anna).await, server.panel(server.people.boris).await);
    let (mut customer, mut stranger) = (server.visitor().await, server.visitor().await);
    // Before there is a chat, nobody could see it.
    customer.send(json!({ "type": "typing" })).await;
    customer.say(None, "Hello").await;
    let chat = anna.event("chat_created").await["event"]["chat_id"].as_i64().unwrap();
    anna.send(json!({ "type": "typing", "chat_id": chat })).await;
    assert_eq!(customer.expect("typing").await, json!({ "type": "typing", "operator": "Anna" }));
    let seen = boris.expect("typing").await;
    assert_eq!((&seen["chat_id"], &seen["operator"]["name"]), (&json!(chat), &json!("Anna")));
    let hello =
        json!({ "type": "hello", "organization": server.people.sales, "visitor": customer.visitor_token() });
    let mut second_tab = Client::welcomed(&server.base, hello).await;
    second_tab.send(json!({ "type": "typing" })).await;
    for panel in [&mut anna, &mut boris] {
        assert_eq!(panel.expect("typing").await, json!({ "type": "typing", "chat_id": chat }));
    }
    let typing = |frames: Vec<Value>| frames.iter().filter(|frame| frame["type"] == "typing").count();
    assert_eq!(typing(anna.fence(history(chat)).await), 0);
    assert_eq!(typing(customer.fence(json!({ "type": "history" })).await), 0);
    assert_eq!(typing(stranger.fence(json!({ "type": "history" })).await), 0);
}

#[tokio::test]
async fn reading_is_told_and_only_moves_forward() {
    let server = Server::start().await;
    let (mut anna, mut customer) = (server.panel(server.people.anna).await, server.visitor().await);
    let first = customer.say(None, "One").await["seq"].clone();
    let second = customer.say(None, "Two").await["seq"].clone();
    let chat = anna.event("chat_created").await["event"]["chat_id"].as_i64().unwrap();
    anna.event("message").await;
    let seq = anna.event("message").await["seq"].as_u64().unwrap();
    anna.send(json!({ "type": "read", "chat_id": chat, "seq": seq })).await;
    let read = anna.event("read").await;
    assert_eq!((&read["event"]["up_to"], &read["event"]["reader"]["name"]), (&json!(seq), &json!("Anna")));
    assert_eq!(customer.event("read").await["event"]["up_to"], second);
    assert_ne!(first, second);
    // Backwards is nothing, and too far is as far as anything was said.
    anna.send(json!({ "type": "read", "chat_id": chat, "seq": 1 })).await;
    let answered = anna.say(Some(chat), "Three").await["seq"].as_u64().unwrap();
    let told = customer.event("message").await["seq"].as_u64().unwrap();
    customer.send(json!({ "type": "read", "seq": told + 1_000 })).await;
    let read = anna.event("read").await;
    assert_eq!(
        (&read["event"]["up_to"], &read["event"]["reader"]["kind"]),
        (&json!(answered), &json!("customer"))
    );
    let list = server.panel(server.people.anna).await;
    let row = &list.reset["snapshot"]["chats"][0];
    assert_eq!(
        (&row["unread"], &row["read_by_me"], &row["read_by_customer"]),
        (&json!(0), &json!(seq), &json!(answered))
    );
    let list = server.panel(server.people.boris).await;
    assert_eq!(list.reset["snapshot"]["chats"][0]["unread"], 2);
}

#[tokio::test]
async fn status_and_assignment_are_told_to_all() {
    let server = Server::start().await;
    let (mut anna, mut boris) =
        (server.panel(server.people.anna).await, server.panel(server.people.boris).await);
    let mut customer = server.visitor().await;
    customer.say(None, "Hello").await;
    let chat = anna.event("chat_created").await["event"]["chat_id"].as_i64().unwrap();
    anna.send(json!({ "type": "set_status", "chat_id": chat, "status": 2 })).await;
    anna.send(json!({ "type": "assign", "chat_id": chat, "operator_id": server.people.boris })).await;
    let status = boris.event("chat_status").await;
    assert_eq!((&status["event"]["status"], &status["event"]["by"]["name"]), (&json!(2), &json!("Anna")));
    assert_eq!(boris.event("assigned").await["event"]["operator"]["name"], "Boris");
    assert_eq!(customer.event("chat_status").await["event"]["status"], 2);
    // A customer who waited speaks: the chat is open again.
    customer.say(None, "Still there?").await;
    assert_eq!(customer.event("chat_status").await["event"]["status"], 1);
    anna.send(json!({ "type": "assign", "chat_id": chat, "operator_id": null })).await;
    assert_eq!(boris.event("assigned").await["event"]["operator"], Value::Null);
    // A closed chat stays closed: the next message begins another one.
    anna.send(json!({ "type": "set_status", "chat_id": chat, "status": 4 })).await;
    assert_eq!(customer.event("chat_status").await["event"]["status"], 4);
    customer.say(None, "One more thing").await;
    assert_ne!(anna.event("chat_created").await["event"]["chat_id"], chat);
    // The customer sees one thread.
    customer.send(json!({ "type": "history" })).await;
    let thread = customer.expect("history").await;
    assert_eq!(thread["messages"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn history_and_the_list_come_in_pages() {
    let server = Server::unhurried().await;
    let (mut anna, mut customer) = (server.panel(server.people.anna).await, server.visitor().await);
    for number in 0..120 {
        customer.post(None, &format!("{number}")).await;
    }
    let chat = anna.event("chat_created").await["event"]["chat_id"].as_i64().unwrap();
    for _ in 0..120 {
        customer.expect("ack").await;
    }
    for (client, mut request) in [(&mut anna, history(chat)), (&mut customer, json!({ "type": "history" }))] {
        let mut texts: Vec<String> = Vec::new();
        let mut pages = Vec::new();
        loop {
            client.send(request.clone()).await;
            let page = client.expect("history").await;
            let messages = page["messages"].as_array().unwrap();
            pages.push(messages.len());
            texts.splice(0..0, messages.iter().map(|m| m["text"].as_str().unwrap().to_owned()));
            request["before"] = messages[0]["seq"].clone();
            if page["more"] == false {
                break;
            }
        }
        assert_eq!(pages, [50, 50, 20]);
        assert_eq!(texts, (0..120).map(|number| number.to_string()).collect::<Vec<_>>());
    }
    for _ in 0..52 {
        let mut other = server.visitor().await;
        other.say(None, "Hello").await;
    }
    anna.send(json!({ "type": "chats" })).await;
    let first = anna.expect("chats").await;
    let rows = first["chats"].as_array().unwrap();
    assert_eq!((rows.len(), &first["more"]), (50, &json!(true)));
    let last = rows.last().unwrap();
    let before = json!({ "updated_at": last["updated_at"], "id": last["id"] });
    anna.send(json!({ "type": "chats", "before": before })).await;
    let second = anna.expect("chats").await;
    assert_eq!((second["chats"].as_array().map(Vec::len), &second["more"]), (Some(3), &json!(false)));
    assert_eq!(second["chats"][2]["id"], chat);
}

/// Another process on the same data directory, as the command line is.
#[tokio::test]
async fn what_another_process_has_written_is_told() {
    let server = Server::start().await;
    let mut panel = server.panel(server.people.anna).await;
    let mut customer = server.visitor().await;
    customer.say(None, "Hello?").await;
    customer.event("message").await;
    let chat = panel.event("message").await["event"]["chat_id"].as_i64().unwrap();

    let Opened { hub, store, running } = hub(&server.data()).await;
    let acme = hub.find_company("acme").await.unwrap();
    let token = hub.operator_token(&acme, OperatorId(server.people.boris), Timestamp(i64::MAX)).await;
    let boris = hub.operator_by_token(&token.unwrap().0).await.unwrap();
    let pending = hub.answer(&boris, ChatId(chat), ClientId(Uuid::new_v4()), "From elsewhere").await;
    pending.unwrap().receipt().await.unwrap();
    for client in [&mut panel, &mut customer] {
        assert_eq!(client.event("message").await["event"]["message"]["text"], "From elsewhere");
    }

    // And on it goes, whoever writes.
    customer.say(None, "And from here").await;
    assert_eq!(panel.event("message").await["event"]["message"]["text"], "And from here");
    running.stop().await;
    store.close().await;
}
