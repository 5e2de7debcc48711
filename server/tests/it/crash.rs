//! The promise: what was acknowledged survives a kill, and everybody gets everything once and in order.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Client, Process, Talker, company_token, folder, furnish, operator_token};

/// Events after which the server is killed, each time.
const KILL_AFTER: usize = 80;

/// Customers whose very first message is on its way when the server dies.
const NEWCOMERS: usize = 6;

async fn start(folder: &Path) -> Process {
    Process::serve(&folder.join("data"), &folder.join("assets")).await
}

async fn newcomer(base: &str, sales: i64) -> (Talker, Client) {
    let hello = json!({ "type": "hello", "organization": sales });
    let client = Client::welcomed(base, hello.clone()).await;
    let mut hello = hello;
    hello["visitor"] = client.visitor_token();
    (Talker::new(hello, None), client)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_mid_conversation_loses_nothing_and_doubles_nothing() {
    let folder = folder();
    let people = furnish(&folder.path().join("data")).await;
    let http = reqwest::Client::new();
    let mut server = start(folder.path()).await;
    let company = company_token(&http, &server.base, "acme").await;
    let [anna, boris] = [people.anna, people.boris];
    let anna = operator_token(&http, &server.base, &company, anna).await;
    let boris = operator_token(&http, &server.base, &company, boris).await;

    // Boris watches all of it, by one cursor.
    let hello = json!({ "type": "hello", "token": boris });
    let mut watcher = Client::welcomed(&server.base, hello.clone()).await;
    let mut cursor = watcher.welcome["cursor"].clone();
    let mut seen: Vec<Value> = Vec::new();

    // Three customers and Anna, who answers the first of them.
    let mut talkers = Vec::new();
    for _ in 0..3 {
        let (mut talker, mut client) = newcomer(&server.base, people.sales).await;
        assert!(talker.say(&mut client).await);
        talker.take(&client.expect("ack").await);
        talkers.push(talker);
    }
    let chat = watcher.event("chat_created").await;
    let answers = json!({ "type": "hello", "token": anna });
    talkers.push(Talker::new(answers, chat["event"]["chat_id"].as_i64()));

    for _ in 0..3 {
        let mut watcher = {
            let mut hello = hello.clone();
            hello["cursor"] = cursor.clone();
            Client::welcomed(&server.base, hello).await
        };
        let mut tasks = Vec::new();
        for talker in talkers.drain(..) {
            let client = talker.connect(&server.base).await;
            tasks.push(tokio::spawn(talker.talk(client)));
        }
        let mut arriving = Vec::new();
        for _ in 0..NEWCOMERS {
            arriving.push(newcomer(&server.base, people.sales).await);
        }
        let mut watch = async |client: &mut Client, seen: &mut Vec<Value>| {
            let frame = client.next().await?;
            assert!(["event", "heartbeat", "badge"].contains(&frame["type"].as_str().unwrap()), "{frame}");
            if frame["type"] == "event" {
                assert_eq!(frame["prev"], cursor["seq"], "{frame}");
                cursor["seq"] = frame["seq"].clone();
                seen.push(frame["event"].clone());
            }
            Some(())
        };
        for _ in 0..KILL_AFTER {
            watch(&mut watcher, &mut seen).await.expect("the server ended by itself");
        }
        for (talker, client) in &mut arriving {
            assert!(talker.say(client).await);
        }
        server.kill().await;
        // What was on its way still arrives.
        while watch(&mut watcher, &mut seen).await.is_some() {}
        for task in tasks {
            talkers.push(task.await.unwrap());
        }
        for (talker, client) in arriving {
            // It talks on until it notices.
            talkers.push(talker.talk(client).await);
        }
        server = start(folder.path()).await;
        for talker in &mut talkers {
            talker.catch_up(&server.base).await;
        }
    }

    // Everybody is back and silent: the watcher's picture is complete with their last word.
    let mut hello = hello;
    hello["cursor"] = cursor.clone();
    let mut watcher = Client::welcomed(&server.base, hello).await;
    let all = talkers.iter().map(|talker| talker.sent.len()).sum::<usize>();
    while seen.iter().filter(|event| event["kind"] == "message").count() < all {
        let frame = watcher.expect("event").await;
        assert_eq!(frame["prev"], cursor["seq"], "{frame}");
        cursor["seq"] = frame["seq"].clone();
        seen.push(frame["event"].clone());
    }
    check(&talkers, &seen);
    assert!(server.terminate().await.success());
}

/// Each message of each talker was told exactly once, at the place of its ack, in the order of sending; and each
/// customer has one chat.
fn check(talkers: &[Talker], seen: &[Value]) {
    let customers = talkers.iter().filter(|talker| talker.is_customer()).count();
    let chats = seen.iter().filter(|event| event["kind"] == "chat_created").count();
    assert_eq!(chats, customers);
    let messages: Vec<_> = seen.iter().filter(|event| event["kind"] == "message").collect();
    assert_eq!(messages.len(), talkers.iter().map(|talker| talker.sent.len()).sum::<usize>());
    for talker in talkers {
        let own: Vec<_> = messages
            .iter()
            .map(|event| &event["message"])
            .filter(|message| talker.acked.contains_key(message["client_id"].as_str().unwrap()))
            .collect();
        let told: Vec<_> = own.iter().map(|message| message["client_id"].as_str().unwrap()).collect();
        assert_eq!(told, talker.sent);
        if !talker.is_customer() {
            let places: Vec<_> = own.iter().map(|message| message["seq"].as_u64().unwrap()).collect();
            assert_eq!(places, talker.sent.iter().map(|id| talker.acked[id]).collect::<Vec<_>>());
        }
    }
}
