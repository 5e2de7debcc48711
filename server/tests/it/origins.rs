//! Origins that are taken from the list while pages of theirs are open.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, SHOP, Server, chathub};

#[tokio::test]
async fn an_origin_that_is_taken_from_the_list_ends_what_its_pages_have_open() {
    let server = Server::start().await;
    let token = server.operator_token(server.people.anna).await;
    let hellos = [
        json!({ "type": "hello", "token": token }),
        json!({ "type": "hello", "token": token, "watch": "badge" }),
        json!({ "type": "hello", "organization": server.people.sales }),
    ];
    let (mut theirs, mut others) = (Vec::new(), Vec::new());
    for hello in hellos {
        for (origin, clients) in [(Some(SHOP), &mut theirs), (None, &mut others)] {
            let mut client = Client::connect(&server.base, origin).await;
            client.send(hello.clone()).await;
            client.expect("welcome").await;
            clients.push(client);
        }
    }
    let streamed = server.request(Method::POST, "/fn/stream_events").bearer_auth(&token);
    let streamed = streamed.header("origin", SHOP).json(&json!({ "cursor": null })).send().await.unwrap();
    // Another process does it, as an administrator would.
    let data = server.data();
    let command =
        ["organization", "origins", "--company", "acme", "--organization", "Sales", "--remove", SHOP];
    let outcome = chathub(&[&command[..], &["--data-dir", data.to_str().unwrap()]].concat(), "").await;
    assert!(outcome.status.success(), "{outcome:?}");
    for mut client in theirs {
        let (bye, code) = client.farewell().await;
        assert_eq!((&bye["code"], &bye["reconnect"]), (&json!("origin_not_allowed"), &json!(false)), "{bye}");
        assert_eq!(code, Some(4001));
    }
    let lines = streamed.text().await.unwrap();
    let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!((&last["type"], &last["code"]), (&json!("bye"), &json!("origin_not_allowed")));
    for mut client in others {
        client.send_text("{").await;
        client.expect("reject").await;
    }
}
