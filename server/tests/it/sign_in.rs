//! Signing in while strangers try to keep people from it.

use chathub_hub::Clock;
use chathub_server::config::Serve;
use futures::future::join_all;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::support::{PASSWORD, Server, uuid};

/// A server behind a proxy: its tests say where a request comes from.
fn behind_a_proxy() -> Serve {
    let trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    Serve { trusted_proxies, limit_requests: Some(0), ..Serve::default() }
}

async fn server(serve: Serve) -> Server {
    Server::with(Clock::system(), serve).await
}

fn token(server: &Server, login: &str, password: &str, address: &str) -> RequestBuilder {
    let request = server.request(Method::POST, "/api/company/get-token").header("x-forwarded-for", address);
    request.json(&json!({ "login": login, "password": password }))
}

fn form(server: &Server, login: &str, password: &str, address: &str) -> RequestBuilder {
    let request = server.request(Method::POST, "/fn/sign_in").header("x-forwarded-for", address);
    request.form(&[("login", login), ("password", password)])
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

/// 120 attempts at a time from as many addresses, again and again.
async fn flood(server: &Server) {
    for round in 0..8 {
        let attempts = (0..120).map(|number| {
            let address = format!("198.51.{round}.{number}");
            token(server, &uuid(), "wrong", &address).send()
        });
        join_all(attempts).await;
    }
}

/// The device's cookie, as a browser keeps it.
async fn known_device(server: &Server, login: &str, address: &str) -> String {
    let response = form(server, login, PASSWORD, address).send().await.unwrap();
    let all = response.headers().get_all("set-cookie").iter();
    let mut pairs = all.map(|line| line.to_str().unwrap().split(';').next().unwrap().to_owned());
    pairs.find(|pair| pair.starts_with("chathub_device=")).expect("a device's cookie")
}

#[tokio::test]
async fn who_is_known_signs_in_while_strangers_fill_the_line() {
    let server = server(behind_a_proxy()).await;
    let owner = "203.0.113.1";
    assert_eq!(status(token(&server, "acme", PASSWORD, owner)).await, 200);
    let device = known_device(&server, "globex", "203.0.113.2").await;
    let people = async {
        let mut outcomes = Vec::new();
        for number in 0..15 {
            outcomes.push(status(token(&server, "acme", PASSWORD, owner)).await);
            // The same device, wherever it is.
            let elsewhere = form(&server, "globex", PASSWORD, &format!("192.0.2.{number}"));
            outcomes.push(status(elsewhere.header("cookie", &device)).await);
        }
        outcomes
    };
    let (outcomes, ()) = tokio::join!(people, flood(&server));
    assert!(outcomes.chunks(2).all(|pair| pair == [200, 200]), "{outcomes:?}");
}

#[tokio::test]
async fn a_known_device_has_a_quota_of_its_own() {
    let server = server(Serve { limit_logins: Some(2), ..behind_a_proxy() }).await;
    let device = known_device(&server, "acme", "203.0.113.1").await;
    for number in 1..=6 {
        status(token(&server, "acme", "wrong", &format!("192.0.2.{number}"))).await;
    }
    let from_a_new_address =
        |login: &str, number: u8| form(&server, login, PASSWORD, &format!("192.0.2.{number}"));
    assert_eq!(status(from_a_new_address("acme", 10)).await, 429);
    assert_eq!(status(from_a_new_address("acme", 11).header("cookie", &device)).await, 200);
    // It is known for that login only, a made-up one is nobody's, and two are none.
    for cookie in ["chathub_device=eyJ.a.b", &format!("{device}; {device}")] {
        assert_eq!(status(from_a_new_address("acme", 12).header("cookie", cookie)).await, 429, "{cookie}");
    }
    for number in 1..=6 {
        status(token(&server, "globex", "wrong", &format!("192.0.2.{}", 20 + number))).await;
    }
    assert_eq!(status(from_a_new_address("globex", 30).header("cookie", &device)).await, 429);
    // Nor is a device a way to guess without end.
    let guesses = (0..5).map(|number| {
        let address = format!("192.0.2.{}", 40 + number);
        let request = form(&server, "acme", "wrong", &address);
        status(request.header("cookie", &device))
    });
    let mut outcomes = join_all(guesses).await;
    outcomes.sort_unstable();
    assert_eq!(outcomes[1..], [429; 4], "{outcomes:?}");
}

#[tokio::test]
async fn who_is_known_stays_known_over_a_restart() {
    let serve = || Serve { limit_logins: Some(2), ..behind_a_proxy() };
    let server = server(serve()).await;
    let owner = "203.0.113.1";
    assert_eq!(status(token(&server, "acme", PASSWORD, owner)).await, 200);
    let server = server.restarted(serve()).await;
    for number in 1..=6 {
        status(token(&server, "ACME", "wrong", &format!("192.0.2.{number}"))).await;
    }
    assert_eq!(status(token(&server, "acme", PASSWORD, "192.0.2.10")).await, 429);
    assert_eq!(status(token(&server, "acme", PASSWORD, owner)).await, 200);
}

#[tokio::test]
async fn networks_of_ipv6_are_limited_by_what_one_customer_is_given() {
    let server = server(Serve { limit_logins: Some(2), ..behind_a_proxy() }).await;
    let mut outcomes = Vec::new();
    for number in 0..30 {
        outcomes.push(status(token(&server, &uuid(), "wrong", &format!("2001:db8:1:{number:x}::1"))).await);
    }
    assert_eq!(outcomes[..20], [401; 20], "{outcomes:?}");
    assert_eq!(outcomes[28..], [429; 2], "{outcomes:?}");
    assert_eq!(status(token(&server, "acme", PASSWORD, "2001:db8:2::1")).await, 200);
    // Requests too.
    let server = self::server(Serve { limit_requests: Some(2), ..behind_a_proxy() }).await;
    let calls = (0..200).map(|number| {
        let request = server.request(Method::GET, "/api/company/organization");
        status(request.header("x-forwarded-for", format!("2001:db8:1:{number:x}::1")))
    });
    assert!(join_all(calls).await.contains(&429));
}

#[tokio::test]
async fn a_stranger_at_a_front_hub_locks_nobody_out_of_the_remote() {
    let remote = Server::start().await;
    let front = Server::in_front(&remote, None, Clock::system(), behind_a_proxy()).await;
    for _ in 0..32 {
        status(token(&front, "acme", "wrong", "192.0.2.1")).await;
    }
    for number in 0..60 {
        status(token(&front, &uuid(), "wrong", &format!("198.51.100.{number}"))).await;
    }
    // The remote still takes sign-ins from the front hub: its own, and those of who is known there.
    assert_eq!(remote.company_token("globex").await.split('.').count(), 3);
}

#[tokio::test]
async fn who_is_known_at_a_front_hub_signs_in_while_strangers_try() {
    let remote = Server::start().await;
    let front = Server::in_front(&remote, None, Clock::system(), behind_a_proxy()).await;
    assert_eq!(status(token(&front, "globex", PASSWORD, "203.0.113.1")).await, 200);
    for number in 0..60 {
        status(token(&front, "acme", "wrong", &format!("198.51.100.{number}"))).await;
    }
    assert_eq!(status(token(&front, "globex", PASSWORD, "203.0.113.1")).await, 200);
}

#[tokio::test]
async fn a_remote_that_trusts_the_front_hub_counts_its_clients() {
    let remote = server(Serve { limit_logins: Some(2), ..behind_a_proxy() }).await;
    let serve = Serve { limit_logins: Some(100), ..behind_a_proxy() };
    let front = Server::in_front(&remote, None, Clock::system(), serve).await;
    let mut outcomes = Vec::new();
    for _ in 0..3 {
        outcomes.push(status(token(&front, &uuid(), "wrong", "192.0.2.1")).await);
    }
    assert_eq!(outcomes, [401, 401, 503]);
    assert_eq!(status(token(&front, "acme", PASSWORD, "192.0.2.2")).await, 200);
}
