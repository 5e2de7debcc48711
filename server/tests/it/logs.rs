//! What a log may hold, whatever is asked of it: never what somebody said, searched for or proves themselves with.

use std::path::Path;

use futures::future::join_all;
use serde_json::json;

use crate::support::{
    Client, PASSWORD, Process, Server, answer, company_token, folder, furnish, operator_token, uuid,
};

/// Words that are nowhere but in what this test says.
const TEXT: &str = "quokkatext";
const ANSWER: &str = "quokkaanswer";
const SEARCH: &str = "quokkasearch";
const NAME: &str = "quokkaname";
const PHONE: &str = "5550142857";
const WRONG: &str = "quokkapassword";
const LOGIN: &str = "quokkalogin";

/// All that a company, an operator and a customer do in a day.
async fn converse(base: &str, organization: i64, operator: i64) {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let company = company_token(&http, base, "acme").await;
    let token = operator_token(&http, base, &company, operator).await;
    let call = |path: &str| http.post(format!("{base}{path}")).bearer_auth(&token);
    let mut panel = Client::welcomed(base, json!({ "type": "hello", "token": token })).await;
    let mut badge = Client::hello(base, json!({ "type": "hello", "token": token, "watch": "badge" })).await;
    badge.expect("badge").await;
    let customer = json!({ "name": NAME, "phone": PHONE });
    let hello = json!({ "type": "hello", "organization": organization, "customer": customer });
    let mut customer = Client::welcomed(base, hello).await;
    customer.say(None, TEXT).await;
    customer.send_text(&format!("{{\"type\":\"post\",\"text\":\"{TEXT}")).await;
    customer.expect("reject").await;
    let chat = panel.event("chat_created").await["event"]["chat_id"].as_i64().unwrap();
    panel.say(Some(chat), ANSWER).await;
    panel.send(json!({ "type": "token", "token": token })).await;
    panel.send(json!({ "type": "history", "chat_id": chat })).await;
    panel.expect("history").await;
    for address in [
        format!("/api/chat/chats?search={SEARCH}"),
        format!("/api/chat/chats?search={TEXT}&phone={PHONE}"),
        format!("/api/chat/chats/{chat}/messages"),
        format!("/console?refused={SEARCH}"),
        format!("/nothing?access_token={company}"),
    ] {
        answer(http.get(format!("{base}{address}")).bearer_auth(&token)).await;
    }
    let validate = http.post(format!("{base}/api/operator/validate-token")).bearer_auth(&company);
    answer(validate.json(&json!({ "token": token }))).await;
    let post = json!({ "chat_id": chat, "client_id": uuid(), "text": TEXT });
    answer(call("/fn/post").json(&post)).await;
    answer(call("/fn/act").json(&json!({ "frame": { "type": "history", "chat_id": chat } }))).await;
    answer(call("/operator-chat-panel/panel")).await;
    let mut stream = call("/fn/stream_events").json(&json!({ "cursor": null })).send().await.unwrap();
    stream.chunk().await.unwrap();
    for (login, password) in [("acme", PASSWORD), (LOGIN, WRONG)] {
        let form = http.post(format!("{base}/fn/sign_in")).form(&[("login", login), ("password", password)]);
        let signed_in = form.header("accept", "text/html").send().await.unwrap();
        if let Some(cookie) = signed_in.headers().get("set-cookie") {
            answer(http.get(format!("{base}/console")).header("cookie", cookie.clone())).await;
            answer(http.get(format!("{base}/console/operators/{operator}")).header("cookie", cookie.clone()))
                .await;
        }
    }
}

/// Looks for what must not be there; every token of ours begins with `eyJ`.
fn assert_silent(log: &Path, filter: &str) -> String {
    let log = std::fs::read_to_string(log).unwrap();
    for word in
        [TEXT, ANSWER, SEARCH, NAME, PHONE, WRONG, PASSWORD, "correct+horse", "correct%20horse", "eyJ"]
    {
        let line = log.lines().find(|line| line.contains(word));
        assert_eq!(line, None, "{word} with {filter}");
    }
    log
}

#[tokio::test]
async fn no_level_of_the_log_tells_what_people_say() {
    let filters = [
        "error",
        "info",
        "debug",
        "trace",
        "tungstenite=trace,hyper=trace,sqlx=trace,tower_http=trace,hyper_util=trace",
        "chathub_server=trace,leptos=trace,server_fn=trace,axum=trace,tokio_util=trace,chathub_store=trace",
    ];
    join_all(filters.map(async |filter| {
        let folder = folder();
        let (data, log) = (folder.path().join("data"), folder.path().join("log"));
        let people = furnish(&data).await;
        let process = Process::logging(&data, &folder.path().join("assets"), &[], filter, &log).await;
        converse(&process.base, people.sales, people.anna).await;
        assert!(process.terminate().await.success());
        let log = assert_silent(&log, filter);
        // What we say ourselves is there, and an address without its query.
        let is_told = ["debug", "trace"].contains(&filter) || filter.starts_with("chathub_server");
        assert_eq!(log.contains("/api/chat/chats"), is_told, "{filter}: {log}");
    }))
    .await;
}

#[tokio::test]
async fn no_level_of_the_log_tells_a_remotes_tokens() {
    let remote = Server::start().await;
    let folder = folder();
    let (data, log) = (folder.path().join("data"), folder.path().join("log"));
    let flags = ["--upstream", &remote.base, "--upstream-login", "acme"];
    let process = Process::logging(&data, &folder.path().join("assets"), &flags, "trace", &log).await;
    converse(&process.base, remote.people.sales, remote.people.anna).await;
    assert!(process.terminate().await.success());
    assert_silent(&log, "trace");
}

#[tokio::test]
async fn tls_in_front_of_a_server_that_does_not_know_it_is_warned_of_once() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    furnish(&data).await;
    for (flags, warnings) in [(&[][..], 1), (&["--public-url", "https://chat.example"], 0)] {
        let log = folder.path().join("log");
        let process = Process::logging(&data, &assets, flags, "warn", &log).await;
        let http = reqwest::Client::new();
        let by_tls = process.base.replace("http://", "https://");
        for (name, value) in
            [("x-forwarded-proto", "https"), ("x-forwarded-proto", "https"), ("origin", by_tls.as_str())]
        {
            answer(http.get(format!("{}/console", process.base)).header(name, value)).await;
        }
        assert!(process.terminate().await.success());
        let log = std::fs::read_to_string(&log).unwrap();
        assert_eq!(log.matches("--public-url https://").count(), warnings, "{flags:?}: {log}");
    }
}
