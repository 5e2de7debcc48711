//! The console's sessions: the server knows them, they end when it says so, and only one cookie can be one.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chathub_hub::Clock;
use chathub_server::config::Serve;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::json;

use crate::support::{Answer, Client, PASSWORD, Server, answer, hub, now};

/// What the session is used by.
const DOORS: [(Method, &str); 4] = [
    (Method::GET, "/api/chathub/token"),
    (Method::POST, "/fn/organizations"),
    (Method::POST, "/fn/operators"),
    (Method::POST, "/fn/operator_token"),
];

const HALF_A_DAY: i64 = 12 * 60 * 60 * 1_000;

fn form(server: &Server) -> RequestBuilder {
    server.request(Method::POST, "/fn/sign_in").form(&[("login", "acme"), ("password", PASSWORD)])
}

/// The cookie of this name, as the browser keeps it.
fn cookie(response: &Response, name: &str) -> Option<String> {
    let all = response.headers().get_all("set-cookie").iter();
    let mut pairs = all.map(|line| line.to_str().unwrap().split(';').next().unwrap().to_owned());
    pairs.find(|pair| pair.starts_with(&format!("{name}=")))
}

async fn signed_in(server: &Server) -> String {
    cookie(&form(server).send().await.unwrap(), "chathub_session").unwrap()
}

async fn tried(server: &Server, method: Method, path: &str, cookies: &str) -> Answer {
    let operator = server.people.anna.to_string();
    let request = server.request(method, path).header("cookie", cookies);
    answer(request.form(&[("operator", operator)])).await
}

/// Every door says the same of these cookies.
async fn assert_doors(server: &Server, cookies: &str, status: u16) {
    for (method, path) in DOORS {
        let answer = tried(server, method, path, cookies).await;
        assert_eq!(answer.status, status, "{path} {answer:?}");
    }
    let page = answer(server.request(Method::GET, "/console").header("cookie", cookies)).await;
    let is_in = page.text.contains("Who is answering today?");
    assert_eq!(is_in, status == 200, "{}", page.text);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_all_that_came_of_it() {
    let server = Server::start().await;
    let (session, other) = (signed_in(&server).await, signed_in(&server).await);
    assert_doors(&server, &session, 200).await;
    let mint = async |session: &str| {
        let answer = tried(&server, Method::GET, "/api/chathub/token", session).await;
        answer.json()["token"].as_str().unwrap().to_owned()
    };
    let (token, others) = (mint(&session).await, mint(&other).await);
    let mut panel = Client::welcomed(&server.base, json!({ "type": "hello", "token": token })).await;
    let mut colleague = Client::welcomed(&server.base, json!({ "type": "hello", "token": others })).await;

    let out = server.request(Method::POST, "/fn/sign_out").header("cookie", &session).send().await.unwrap();
    assert!(cookie(&out, "chathub_session").is_some_and(|cookie| cookie == "chathub_session="));
    assert_doors(&server, &session, 401).await;
    assert_eq!(server.get("/api/operator", &token).await.refusal(), (401, "token_invalid".into()));
    let (bye, _) = panel.farewell().await;
    assert_eq!((&bye["code"], &bye["reconnect"]), (&json!("token_invalid"), &json!(false)));
    // Nobody else is concerned.
    assert_doors(&server, &other, 200).await;
    assert_eq!(server.get("/api/operator", &others).await.status, 200);
    colleague.fence(json!({ "type": "chats" })).await;
}

#[tokio::test]
async fn a_new_password_ends_every_session() {
    let server = Server::start().await;
    let session = signed_in(&server).await;
    let beside = hub(&server.data()).await;
    let acme = beside.hub.find_company("acme").await.unwrap();
    beside.hub.set_company_password(&acme, "another horse".into()).await.unwrap();
    beside.running.stop().await;
    // The server finds it out within a moment, and by itself.
    loop {
        if tried(&server, Method::GET, "/api/chathub/token", &session).await.status == 401 {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_doors(&server, &session, 401).await;
}

#[tokio::test]
async fn nothing_outlives_the_session_it_came_of() {
    let ahead = Arc::new(AtomicI64::new(0));
    let by = Arc::clone(&ahead);
    let server = Server::with_clock(Clock::new(move || now().plus(by.load(Ordering::SeqCst)))).await;
    let session = signed_in(&server).await;
    let fresh = tried(&server, Method::GET, "/api/chathub/token", &session).await.json();
    let token = fresh["token"].as_str().unwrap();
    ahead.store(HALF_A_DAY - 60_000, Ordering::SeqCst);
    assert_doors(&server, &session, 200).await;
    assert_eq!(server.get("/api/operator", token).await.status, 200);
    ahead.store(HALF_A_DAY + 1_000, Ordering::SeqCst);
    assert_doors(&server, &session, 401).await;
    assert_eq!(server.get("/api/operator", token).await.refusal(), (401, "token_expired".into()));
}

#[tokio::test]
async fn two_cookies_of_one_name_are_no_session() {
    let server = Server::start().await;
    let (one, other) = (signed_in(&server).await, signed_in(&server).await);
    for cookies in [
        format!("{one}; {other}"),
        format!("{one}; {one}"),
        format!("chathub_session=; {one}"),
        format!("{one}; theme=dark; chathub_session=x"),
    ] {
        assert_doors(&server, &cookies, 401).await;
    }
    let lines = server.request(Method::GET, "/api/chathub/token");
    assert_eq!(answer(lines.header("cookie", &one).header("cookie", &other)).await.status, 401);
    // What has another name is no concern of ours.
    let value = other.split_once('=').unwrap().1;
    assert_doors(&server, &format!("{one}; __Host-chathub_session={value}; theme=dark"), 200).await;
    assert_doors(&server, &format!("__Host-chathub_session={value}"), 401).await;
    // Signing out with them ends neither, and takes them from the browser.
    let both = format!("{one}; {other}");
    let out = server.request(Method::POST, "/fn/sign_out").header("cookie", &both).send().await.unwrap();
    assert!(cookie(&out, "chathub_session").is_some_and(|cookie| cookie == "chathub_session="));
    assert_doors(&server, &one, 200).await;
}

#[tokio::test]
async fn behind_tls_the_cookie_belongs_to_this_host() {
    let public_url = Some("https://chat.example".to_owned());
    let server = Server::with(Clock::system(), Serve { public_url, ..Serve::default() }).await;
    let response = form(&server).header("host", "chat.example").send().await.unwrap();
    let session = cookie(&response, "__Host-chathub_session").expect("a cookie for this host");
    assert!(cookie(&response, "chathub_session").is_none());
    for line in response.headers().get_all("set-cookie") {
        let line = line.to_str().unwrap();
        assert!(line.starts_with("__Host-") && line.contains("; Secure") && line.contains("; Path=/;"));
        assert!(line.contains("; HttpOnly") && !line.to_lowercase().contains("domain"), "{line}");
    }
    let plain = session.trim_start_matches("__Host-").to_owned();
    let status = async |cookies: &str| {
        let request = server.request(Method::GET, "/api/chathub/token").header("host", "chat.example");
        answer(request.header("cookie", cookies)).await.status
    };
    assert_eq!(status(&session).await, 200);
    // Another host of the domain can set a cookie of the plain name, and none of this one.
    assert_eq!(status(&plain).await, 401);
    assert_eq!(status(&format!("chathub_session=x; {session}")).await, 200);
    assert_eq!(status(&format!("{session}; {session}")).await, 401);
}
