//! Each answer names its request, and so does each line that the request leaves in the log.

use std::collections::HashSet;

use chathub_hub::Clock;
use chathub_server::config::Serve;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::json;

use crate::support::{Process, SHOP, Server, folder, furnish};

const ID: &str = "x-request-id";

#[track_caller]
fn id(response: &Response) -> String {
    let all: Vec<_> = response.headers().get_all(ID).iter().collect();
    assert_eq!(all.len(), 1, "{} {}: {all:?}", response.status(), response.url());
    all[0].to_str().unwrap().to_owned()
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

#[tokio::test]
async fn every_answer_names_its_request() {
    let serve =
        Serve { public_url: Some("https://chat.example".into()), limit_logins: Some(1), ..Serve::default() };
    let server = Server::with(Clock::system(), serve).await;
    let token = server.operator_token(server.people.anna).await;
    let upgrade = |request: RequestBuilder| {
        let request = request.header("connection", "upgrade").header("upgrade", "websocket");
        request.header("sec-websocket-version", "13").header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
    };
    let login = json!({ "login": "acme", "password": "wrong" });
    let login = || server.request(Method::POST, "/api/company/get-token").json(&login);
    let get = |path: &str| server.request(Method::GET, path);
    let post = |path: &str| server.request(Method::POST, path).bearer_auth(&token);
    let (mut ids, mut wrong) = (HashSet::new(), Vec::new());
    for (request, expected) in [
        (get("/healthz"), 200),
        (get("/readyz"), 200),
        (get("/api/openapi.json"), 200),
        (get("/console"), 401),
        (get("/"), 307),
        (get("/pkg/chathub.aaa.js"), 200),
        (get("/pkg/nothing.js"), 404),
        (get("/nothing"), 404),
        (get("/api/nothing"), 404),
        (get("/operator-chat-panel/0123456789ab/widget-script.js"), 404),
        (get("/api/chat/chats"), 401),
        (get("/api/chat/chats").bearer_auth(&token), 200),
        (get("/api/chat/chats?page=0").bearer_auth(&token), 400),
        (server.request(Method::DELETE, "/api/company/get-token"), 405),
        (post("/api/company/get-token").body("{"), 400),
        (post("/fn/act").header("content-type", "application/json").body("x".repeat(1 << 20)), 413),
        (post("/fn/act").header("origin", SHOP).json(&json!({ "frame": { "type": "heartbeat" } })), 200),
        (
            post("/fn/act")
                .header("origin", "https://evil.example")
                .json(&json!({ "frame": { "type": "heartbeat" } })),
            403,
        ),
        (server.request(Method::OPTIONS, "/fn/act").header("origin", SHOP), 200),
        (get("/console").header("host", "elsewhere.example"), 421),
        (get("/api/stream"), 400),
        (upgrade(get("/api/stream")), 101),
        (login(), 401),
        (login(), 429),
    ] {
        let response = send(request).await;
        if response.status() != expected {
            wrong.push(format!("{} {}", response.status(), response.url()));
        }
        assert!(ids.insert(id(&response)), "each request has one of its own");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn a_page_of_anybodys_can_read_it() {
    let server = Server::start().await;
    let token = server.operator_token(server.people.anna).await;
    for path in ["/fn/act", "/operator-chat-panel/panel"] {
        let request = server.request(Method::POST, path).bearer_auth(&token).header("origin", SHOP);
        let response = send(request).await;
        let exposed = response.headers()["access-control-expose-headers"].to_str().unwrap().to_lowercase();
        assert!(exposed.split(',').any(|name| name.trim() == ID), "{exposed}");
    }
}

#[tokio::test]
async fn only_a_trusted_proxys_id_is_taken_and_only_a_safe_one() {
    let trusted = Serve { trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..Serve::default() };
    let long = "x".repeat(129);
    for (serve, given, taken) in [
        (trusted.clone(), &["0b9cf7a8-2a0c"][..], true),
        (trusted.clone(), &["two words"], false),
        (trusted.clone(), &["a\"}: forged"], false),
        (trusted.clone(), &[long.as_str()], false),
        (trusted.clone(), &[""], false),
        (trusted, &["one", "two"], false),
        (Serve::default(), &["0b9cf7a8-2a0c"], false),
    ] {
        let server = Server::with(Clock::system(), serve).await;
        let mut request = server.request(Method::GET, "/healthz");
        for value in given {
            request = request.header(ID, *value);
        }
        let answered = id(&send(request).await);
        assert_eq!(given.contains(&answered.as_str()), taken, "{given:?}: {answered}");
        assert!(!answered.is_empty());
    }
}

#[tokio::test]
async fn an_error_in_the_log_names_its_request() {
    for json in [false, true] {
        let folder = folder();
        let (data, assets, log) =
            (folder.path().join("data"), folder.path().join("assets"), folder.path().join("log"));
        furnish(&data).await;
        let process = match json {
            true => Process::logging_json(&data, &assets, &[], "error", &log).await,
            false => Process::logging(&data, &assets, &[], "error", &log).await,
        };
        // Files that were there when the server started.
        std::fs::remove_dir_all(assets.join("operator-chat-panel")).unwrap();
        let address = format!("{}/operator-chat-panel/0123456789ab/eyJhbGci.js?token=secret", process.base);
        let id = id(&send(reqwest::Client::new().get(address)).await);
        assert!(process.terminate().await.success());
        let log = std::fs::read_to_string(&log).unwrap();
        let line = log.lines().find(|line| line.contains("no loader")).expect(&log);
        for part in [&id, "GET", "/operator-chat-panel/0123456789ab/***"] {
            assert!(line.contains(part), "{part}: {line}");
        }
        assert!(!log.contains("eyJ") && !log.contains("secret"), "{log}");
    }
}

#[tokio::test]
async fn a_remote_is_told_it() {
    let folder = folder();
    let (data, assets, log) =
        (folder.path().join("data"), folder.path().join("assets"), folder.path().join("log"));
    furnish(&data).await;
    let flags = ["--trusted-proxy", "127.0.0.1"];
    let behind = Process::logging(&data, &assets, &flags, "debug", &log).await;
    let (front_data, front_log) = (folder.path().join("front"), folder.path().join("front.log"));
    std::fs::create_dir(&front_data).unwrap();
    let flags = ["--upstream", &behind.base, "--upstream-login", "acme"];
    let front = Process::logging(&front_data, &assets, &flags, "info", &front_log).await;
    let login = json!({ "login": "nobody", "password": "wrong" });
    let request = reqwest::Client::new().post(format!("{}/api/company/get-token", front.base)).json(&login);
    let id = id(&send(request).await);
    assert!(front.terminate().await.success() && behind.terminate().await.success());
    let log = std::fs::read_to_string(&log).unwrap();
    assert!(log.contains(&id), "{id}: {log}");
}
