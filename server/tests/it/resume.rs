//! Coming back: by a cursor nothing is lost and nothing comes twice; what can't be continued starts anew.

use serde_json::{Value, json};

use crate::support::{Client, Server, answer, uuid};

/// The events up to and including the one at `last`, whose chain starts at `from`.
async fn chain(client: &mut Client, from: u64, last: u64) -> Vec<Value> {
    let (mut at, mut events) = (from, Vec::new());
    while at < last {
        let frame = client.expect("event").await;
        assert_eq!(frame["prev"], at, "{frame}");
        at = frame["seq"].as_u64().unwrap();
        assert!(at > frame["prev"].as_u64().unwrap());
        events.push(frame["event"].clone());
    }
    assert_eq!(at, last);
    events
}

#[tokio::test]
async fn a_cursor_brings_what_was_missed_and_nothing_else() {
    let server = Server::start().await;
    let mut customer = server.visitor().await;
    let mut panel = server.panel(server.people.anna).await;
    let mut witness = server.panel(server.people.boris).await;
    for number in 0..20 {
        customer.say(None, &number.to_string()).await;
    }
    // Twenty messages and the chat's creation.
    let all = chain(&mut witness, 0, 21).await;
    for seen in [0, 1, 7, 20, 21] {
        let token = server.operator_token(server.people.anna).await;
        let hello = json!({ "type": "hello", "token": token, "cursor": panel.cursor_at(seen) });
        let mut back = Client::welcomed(&server.base, hello).await;
        assert_eq!(back.welcome["cursor"]["seq"], seen);
        let missed = chain(&mut back, seen, 21).await;
        assert_eq!(missed, all[usize::try_from(seen).unwrap()..]);
        let mut rest = back.fence(json!({ "type": "chats" })).await;
        rest.retain(|frame| frame["type"] != "badge");
        assert_eq!(rest, Vec::<Value>::new(), "after {seen}");
    }
    panel.fence(json!({ "type": "chats" })).await;
}

#[tokio::test]
async fn coming_back_in_the_middle_of_a_burst_loses_nothing() {
    let server = Server::unhurried().await;
    let mut customer = server.visitor().await;
    let mut panel = server.panel(server.people.anna).await;
    let token = server.operator_token(server.people.anna).await;
    let burst = tokio::spawn(async move {
        for number in 0..400 {
            customer.post(None, &number.to_string()).await;
            if number % 20 == 19 {
                for _ in 0..20 {
                    customer.expect("ack").await;
                }
            }
        }
    });
    let (mut seen, mut texts) = (0, Vec::new());
    let mut take = async |client: &mut Client, count: usize| {
        for _ in 0..count {
            let frame = client.expect("event").await;
            assert_eq!(frame["prev"], seen);
            seen = frame["seq"].as_u64().unwrap();
            texts.extend(frame["event"]["message"]["text"].as_str().map(str::to_owned));
        }
        seen
    };
    let mut at = take(&mut panel, 11).await;
    for _ in 0..10 {
        let hello = json!({ "type": "hello", "token": token, "cursor": panel.cursor_at(at) });
        let mut back = Client::welcomed(&server.base, hello).await;
        at = take(&mut back, 39).await;
    }
    burst.await.unwrap();
    // The creation, and 400 messages.
    assert_eq!(at, 401);
    assert_eq!(texts, (0..400).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_customer_counts_only_what_concerns_them() {
    let server = Server::start().await;
    let (mut anna, mut customer) = (server.panel(server.people.anna).await, server.visitor().await);
    let mut loud = server.visitor().await;
    loud.say(None, "Noise").await;
    let loud_chat = anna.event("chat_created").await["event"]["chat_id"].as_i64().unwrap();
    let mut last = 0;
    customer.say(None, "Quiet").await;
    let chat = anna.event("chat_created").await["event"]["chat_id"].as_i64().unwrap();
    for _ in 0..5 {
        anna.say(Some(loud_chat), "Noise").await;
        loud.say(None, "Noise").await;
        anna.say(Some(chat), "Quiet").await;
        last = customer.say(None, "Quiet").await["seq"].as_u64().unwrap();
    }
    // Eleven messages and the chat's opening: dense, whatever else happened.
    assert_eq!(last, 12);
    let events = chain(&mut customer, 0, last).await;
    assert!(events.iter().all(|event| !event.to_string().contains("Noise")));
    for seen in [0, 3, 12] {
        let mut hello = json!({ "type": "hello", "organization": server.people.sales });
        hello["visitor"] = customer.visitor_token();
        hello["cursor"] = customer.cursor_at(seen);
        let mut back = Client::welcomed(&server.base, hello).await;
        assert_eq!(chain(&mut back, seen, last).await, events[usize::try_from(seen).unwrap()..]);
    }
}

#[tokio::test]
async fn a_cursor_that_can_not_be_continued_gets_a_new_picture() {
    let server = Server::start().await;
    let (mut customer, panel) = (server.visitor().await, server.panel(server.people.anna).await);
    customer.say(None, "Hello").await;
    let token = server.operator_token(server.people.anna).await;
    let future = u64::try_from(i64::MAX).unwrap();
    for cursor in [
        json!({ "epoch": uuid(), "seq": 1 }),
        json!({ "epoch": uuid(), "seq": 0 }),
        panel.cursor_at(3),
        panel.cursor_at(future),
        panel.cursor_at(u64::MAX),
    ] {
        let hello = json!({ "type": "hello", "token": token, "cursor": cursor });
        let mut back = Client::welcomed(&server.base, hello).await;
        let reset = back.expect("reset").await;
        assert_eq!(reset["cursor"], panel.cursor_at(2), "{cursor}");
        assert_eq!(reset["snapshot"]["chats"][0]["last_message"]["text"], "Hello", "{cursor}");
        let mut hello = json!({ "type": "hello", "organization": server.people.sales });
        hello["visitor"] = customer.visitor_token();
        hello["cursor"] = cursor.clone();
        let mut back = Client::welcomed(&server.base, hello).await;
        let reset = back.expect("reset").await;
        assert_eq!(reset["cursor"], customer.cursor_at(1), "{cursor}");
        assert_eq!(reset["snapshot"]["messages"][0]["text"], "Hello", "{cursor}");
    }
}

#[tokio::test]
async fn who_was_away_for_very_long_gets_a_picture_instead_of_all_events() {
    let server = Server::unhurried().await;
    let (mut customer, panel) = (server.visitor().await, server.panel(server.people.anna).await);
    for _ in 0..11 {
        for number in 0..100 {
            customer.post(None, &number.to_string()).await;
        }
        for _ in 0..100 {
            customer.expect("ack").await;
        }
    }
    let token = server.operator_token(server.people.boris).await;
    for (seen, replays) in [(1_101 - 1_000, true), (1_101 - 1_001, false)] {
        let hello = json!({ "type": "hello", "token": token, "cursor": panel.cursor_at(seen) });
        let mut back = Client::welcomed(&server.base, hello).await;
        if replays {
            chain(&mut back, seen, 1_101).await;
        } else {
            let reset = back.expect("reset").await;
            assert_eq!(reset["cursor"]["seq"], 1_101);
            assert_eq!(reset["snapshot"]["chats"][0]["unread"], 1_100);
        }
    }
}

#[tokio::test]
async fn a_window_from_before_an_erasure_gets_a_new_picture_and_counts_on() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let mut customer = server.visitor().await;
    let mut panel = server.panel(server.people.anna).await;
    for text in ["Secret", "More secret"] {
        customer.say(None, text).await;
    }
    let chat = panel.event("chat_created").await["event"]["chat_id"].as_i64().unwrap();
    let (visitor, before) = (customer.visitor_token(), customer.cursor_at(1));
    drop(customer);
    let path = format!("/api/chat/chats/{chat}");
    let erased = answer(server.request(reqwest::Method::DELETE, &path).bearer_auth(&company)).await;
    assert_eq!(erased.status, 200);

    // Another window of the same visitor goes on, as far as the old one had seen and further.
    let hello = json!({ "type": "hello", "organization": server.people.sales, "visitor": visitor });
    let mut other = Client::welcomed(&server.base, hello.clone()).await;
    assert_eq!(other.reset["snapshot"]["messages"], json!([]));
    // Two messages and their end.
    assert_eq!(other.reset["cursor"], other.cursor_at(3));
    for (number, text) in [(4, "Again"), (5, "And again")] {
        assert_eq!(other.say(None, text).await["seq"], number);
    }

    let mut hello = hello;
    hello["cursor"] = before;
    let mut back = Client::welcomed(&server.base, hello).await;
    let reset = back.expect("reset").await;
    let texts = reset["snapshot"]["messages"].as_array().unwrap().iter().map(|message| &message["text"]);
    assert_eq!(texts.collect::<Vec<_>>(), ["Again", "And again"]);
    assert_eq!(reset["cursor"], other.cursor_at(5));
    other.say(None, "Live").await;
    assert_eq!(back.event("message").await["prev"], 5);
}
