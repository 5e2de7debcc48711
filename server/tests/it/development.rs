//! The published guides' token for local development: good in a demonstration, and nowhere else.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Process, Server, answer, folder};

const TOKEN: &str = "test-token-for-development";

async fn ask(base: &str, method: Method, path: &str, token: &str, body: Value) -> Answer {
    let request = reqwest::Client::new().request(method, format!("{base}{path}")).bearer_auth(token);
    // As a page on a developer's own machine asks.
    answer(request.header("origin", "http://localhost:5173").json(&body)).await
}

#[tokio::test]
async fn in_a_demonstration_it_is_the_first_operators() {
    let folder = folder();
    let server = Process::demonstrate(&folder.path().join("demo"), &folder.path().join("assets")).await;
    let base = &server.base;
    let colleagues = ask(base, Method::GET, "/api/operator", TOKEN, Value::Null).await.json();
    let first = colleagues[0].clone();
    assert_eq!(first["name"], "Anna Meyer");
    // However it was pasted.
    let panel =
        ask(base, Method::POST, "/operator-chat-panel/panel", &format!("\"{TOKEN}\""), json!({})).await;
    assert_eq!(panel.json()["snapshot"]["me"]["operator"]["name"], "Anna Meyer");
    assert_eq!(panel.json()["snapshot"]["token"], TOKEN);
    let chats = ask(base, Method::POST, "/fn/chats", TOKEN, json!({ "before": null })).await;
    assert_eq!((chats.status, &chats.json()["type"]), (200, &json!("chats")));
    let stream = Client::welcomed(base, json!({ "type": "hello", "token": TOKEN })).await;
    assert_eq!(stream.welcome["me"]["operator"]["id"], first["id"]);

    let login = json!({ "login": "demo", "password": "demo" });
    let company = ask(base, Method::POST, "/api/company/get-token", "", login).await.json();
    let company = company.as_str().unwrap();
    let validate = json!({ "token": TOKEN });
    let validated = ask(base, Method::POST, "/api/operator/validate-token", company, validate).await.json();
    assert_eq!((&validated["valid"], &validated["operatorId"]), (&json!(true), &first["id"]));
    // It is an operator's, and ends with them.
    let refused = ask(base, Method::GET, "/api/company/organization", TOKEN, Value::Null).await;
    assert_eq!(refused.refusal().0, 401);
    let inactive = json!({ "id": first["id"], "status": 1 });
    assert_eq!(ask(base, Method::POST, "/api/operator/status", company, inactive).await.status, 200);
    let refused = ask(base, Method::GET, "/api/operator", TOKEN, Value::Null).await;
    assert_eq!(refused.refusal(), (403, "operator_inactive".into()));
}

#[tokio::test]
async fn anywhere_else_it_is_an_invalid_token() {
    let server = Server::start().await;
    let invalid = (401, "token_invalid".to_owned());
    assert_eq!(server.get("/api/operator", TOKEN).await.refusal(), invalid);
    assert_eq!(server.post("/operator-chat-panel/panel", TOKEN, json!({})).await.refusal(), invalid);
    assert_eq!(server.post("/fn/chats", TOKEN, json!({ "before": null })).await.status, 401);
    let mut stream = Client::hello(&server.base, json!({ "type": "hello", "token": TOKEN })).await;
    let (bye, _) = stream.farewell().await;
    assert_eq!(bye["code"], "token_invalid");
    let company = server.company_token("acme").await;
    let validated =
        server.post("/api/operator/validate-token", &company, json!({ "token": TOKEN })).await.json();
    assert_eq!((&validated["valid"], &validated["error"]), (&json!(false), &json!("Invalid token")));
}
