//! Limits over real sockets: who is counted as whom, what a refusal says, and that what is refused costs nothing.
//!
//! How quotas come back with time is tested with a clock of its own, in `hub/src/limits/`. Here they are so small
//! that they don't while a test runs, or a flood so large that it must meet them.

use chathub_hub::Clock;
use chathub_server::config::Serve;
use futures::future::join_all;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, Server, rfc3339, uuid};

const GET_TOKEN: &str = "/api/company/get-token";

async fn server(serve: Serve) -> Server {
    Server::with(Clock::system(), serve).await
}

/// A server behind a proxy: its tests say where a request comes from.
fn behind_a_proxy() -> Serve {
    Serve { trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..Serve::default() }
}

fn from(request: RequestBuilder, address: &str) -> RequestBuilder {
    request.header("x-forwarded-for", address)
}

fn sign_in(server: &Server, login: &str, password: &str) -> RequestBuilder {
    server.request(Method::POST, GET_TOKEN).json(&json!({ "login": login, "password": password }))
}

async fn sent(requests: impl IntoIterator<Item = RequestBuilder>) -> Vec<Response> {
    join_all(requests.into_iter().map(async |request| request.send().await.unwrap())).await
}

fn statuses(responses: &[Response]) -> Vec<u16> {
    responses.iter().map(|response| response.status().as_u16()).collect()
}

fn field<'a>(response: &'a Response, name: &str) -> Vec<&'a str> {
    response.headers().get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
}

/// A refusal says which limit it was and when to come back, to people and to programs.
async fn assert_refused(response: Response, policy: &str) {
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(field(&response, "ratelimit-policy").iter().any(|field| field.contains(policy)), "{response:?}");
    let left = format!("\"{policy}\";r=0;t=");
    assert!(field(&response, "ratelimit").iter().any(|field| field.starts_with(&left)), "{response:?}");
    let seconds: u64 = field(&response, "retry-after")[0].parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["code"], "too_many_requests");
    assert!(problem["detail"].as_str().unwrap().contains("Try again in"), "{problem}");
}

#[tokio::test]
async fn every_limited_answer_says_what_is_left() {
    let server = server(behind_a_proxy()).await;
    let token = server.company_token("acme").await;
    let call = |address| from(server.request(Method::GET, "/api/company/organization"), address);
    let response = call("192.0.2.1").send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(field(&response, "ratelimit-policy"), ["\"address\";q=100;w=1"]);
    assert_eq!(field(&response, "ratelimit"), ["\"address\";r=99;t=1"]);
    let response = call("192.0.2.2").bearer_auth(&token).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(field(&response, "ratelimit-policy"), ["\"address\";q=100;w=1, \"token\";q=100;w=1"]);
    assert_eq!(field(&response, "ratelimit"), ["\"address\";r=99;t=1, \"token\";r=99;t=1"]);
    // On the other faces too, where a page may read it.
    for path in ["/fn/chats", "/operator-chat-panel/panel"] {
        let request = server.request(Method::POST, path).header("origin", "https://shop.example");
        let response = from(request, "192.0.2.3").send().await.unwrap();
        assert_eq!(field(&response, "ratelimit-policy"), ["\"address\";q=100;w=1"], "{path}");
        let exposed = field(&response, "access-control-expose-headers").join(",");
        for name in ["ratelimit", "ratelimit-policy", "retry-after"] {
            assert!(exposed.split(',').any(|exposed| exposed.trim() == name), "{exposed}");
        }
    }
    for path in ["/healthz", "/console", "/customer-chat.js"] {
        let response = server.request(Method::GET, path).send().await.unwrap();
        assert!(field(&response, "ratelimit").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn an_address_and_a_token_have_limits_of_their_own() {
    let server = server(Serve { limit_requests: Some(2), ..behind_a_proxy() }).await;
    let (acme, globex) = (server.company_token("acme").await, server.company_token("globex").await);
    let call = |address: &str, token: &str| {
        from(server.request(Method::GET, "/api/company/organization"), address).bearer_auth(token)
    };
    // Made-up tokens count for the address that sends them.
    let flood = (0..50).map(|number| call("192.0.2.1", &format!("made up {number}")));
    let refused = sent(flood).await.into_iter().find(|response| response.status() == 429);
    assert_refused(refused.expect("a refusal"), "address").await;
    assert_eq!(call("192.0.2.2", &globex).send().await.unwrap().status(), 200);
    // One token from many addresses.
    let flood = (0..50).map(|number| call(&format!("198.51.100.{number}"), &acme));
    let refused = sent(flood).await.into_iter().find(|response| response.status() == 429);
    assert_refused(refused.expect("a refusal"), "token").await;
    // The stream's upgrade is a request as well.
    let upgrade = || from(server.request(Method::GET, "/api/stream"), "192.0.2.9");
    assert!(statuses(&sent((0..50).map(|_| upgrade())).await).contains(&429));
}

#[tokio::test]
async fn a_flood_of_logins_is_refused_before_anything_is_hashed() {
    let server = server(Serve { limit_logins: Some(3), limit_requests: Some(0), ..Serve::default() }).await;
    let flood = sent((0..200).map(|_| sign_in(&server, "acme", "wrong"))).await;
    let mut codes = statuses(&flood);
    codes.sort_unstable();
    // Had the others come as far as the line for hashing, most would have found it full.
    assert!(codes[..3] == [401; 3] && codes[5..].iter().all(|code| *code == 429), "{codes:?}");
    // A refusal does not look at the password.
    assert_refused(sign_in(&server, "acme", PASSWORD).send().await.unwrap(), "logins").await;
    // Nor is the console's form another way in.
    let form = server.request(Method::POST, "/fn/sign_in").header("accept", "application/json");
    let response = form.form(&[("login", "globex"), ("password", PASSWORD)]).send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(field(&response, "ratelimit-policy"), ["\"logins\";q=3;w=60"]);
    assert!(!field(&response, "retry-after").is_empty() && field(&response, "set-cookie").is_empty());
}

#[tokio::test]
async fn the_line_for_hashing_is_bounded() {
    let server = server(Serve { limit_logins: Some(0), limit_requests: Some(0), ..Serve::default() }).await;
    let flood = sent((0..300).map(|_| sign_in(&server, "acme", "wrong"))).await;
    let full = flood.into_iter().find(|response| response.status() != 401).expect("a full line");
    assert_eq!(full.status(), 503);
    assert_eq!(field(&full, "retry-after"), ["2"]);
    assert_eq!(full.json::<Value>().await.unwrap()["code"], "unavailable");
    assert_eq!(sign_in(&server, "acme", PASSWORD).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn many_addresses_that_guess_at_one_login_do_not_lock_its_owner_out() {
    let server = server(Serve { limit_logins: Some(2), ..behind_a_proxy() }).await;
    let attempt = async |login: &str, address: &str, password: &str| {
        from(sign_in(&server, login, password), address).send().await.unwrap()
    };
    assert_eq!(attempt("acme", "203.0.113.1", PASSWORD).await.status(), 200);
    for number in 1..=3 {
        assert_eq!(attempt("ACME", &format!("192.0.2.{number}"), "wrong").await.status(), 401);
    }
    assert_refused(attempt("acme", "192.0.2.4", "wrong").await, "account").await;
    assert_eq!(attempt("acme", "203.0.113.1", PASSWORD).await.status(), 200);
    assert_eq!(attempt("globex", "192.0.2.5", PASSWORD).await.status(), 200);
}

#[tokio::test]
async fn what_a_stranger_writes_about_their_address_changes_nothing() {
    let limits = || Serve { limit_logins: Some(2), ..Serve::default() };
    let direct = server(limits()).await;
    let proxied = server(Serve { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..limits() }).await;
    for server in [direct, proxied] {
        let attempts = ["192.0.2.1", "192.0.2.2", "10.0.0.1", "2001:db8::1"];
        let mut codes = Vec::new();
        for address in attempts {
            codes.push(
                from(sign_in(&server, "acme", "wrong"), address).send().await.unwrap().status().as_u16(),
            );
        }
        assert_eq!(codes, [401, 401, 429, 429]);
    }
    // Behind the proxy that is named, the client can still only write in front of what the proxy writes; and a
    // network of IPv6 is one client.
    let server = server(Serve { trusted_proxies: behind_a_proxy().trusted_proxies, ..limits() }).await;
    for addresses in [
        ["6.6.6.1, 192.0.2.1", "6.6.6.2, 192.0.2.1", "192.0.2.1"],
        ["2001:db8::1", "2001:db8::2", "2001:db8::ffff:0:0:3"],
    ] {
        let mut codes = Vec::new();
        for address in addresses {
            let login = uuid();
            codes.push(
                from(sign_in(&server, &login, "wrong"), address).send().await.unwrap().status().as_u16(),
            );
        }
        assert_eq!(codes, [401, 401, 429], "{addresses:?}");
    }
}

#[tokio::test]
async fn operator_tokens_are_limited_for_each_company() {
    let server = server(Serve { limit_tokens: Some(2), ..Serve::default() }).await;
    let (acme, globex) = (server.company_token("acme").await, server.company_token("globex").await);
    let mint = |company: &str, operator: i64| {
        let body = json!({ "id": operator, "expiresAt": rfc3339(3_600) });
        server.request(Method::POST, "/api/operator/get-token").bearer_auth(company).json(&body)
    };
    for operator in [server.people.anna, server.people.boris] {
        assert_eq!(mint(&acme, operator).send().await.unwrap().status(), 200);
    }
    assert_refused(mint(&acme, server.people.anna).send().await.unwrap(), "tokens").await;
    assert_eq!(mint(&globex, server.people.eve).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn messages_are_limited_for_each_sender_on_every_face() {
    let server = server(Serve { limit_messages: Some(1), ..Serve::default() }).await;
    let mut panel = server.panel(server.people.anna).await;
    let (mut customer, mut other) = (server.visitor().await, server.visitor().await);
    let mut names = Vec::new();
    for text in ["1", "2", "3", "4", "5"] {
        names.push(customer.post(None, text).await);
    }
    for (index, name) in names.iter().enumerate() {
        let (kind, code) =
            if index < 3 { ("ack", Value::Null) } else { ("reject", "too_many_requests".into()) };
        let answer = customer.expect(kind).await;
        assert_eq!((&answer["client_id"], &answer["code"]), (&json!(name), &code));
    }
    other.say(None, "Hello").await;
    let chat = panel.event("chat_created").await["event"]["chat_id"].as_i64().unwrap();
    for _ in 0..10 {
        panel.say(Some(chat), "Answer").await;
    }
    let name = panel.post(Some(chat), "One more").await;
    let reject = panel.expect("reject").await;
    assert_eq!((&reject["client_id"], &reject["chat_id"]), (&json!(name), &json!(chat)));
    assert_eq!(reject["code"], "too_many_requests");
    // The same person by another way.
    let token = server.operator_token(server.people.anna).await;
    let frame = json!({ "type": "post", "chat_id": chat, "client_id": uuid(), "text": "Answer" });
    let answer = server.post("/fn/act", &token, json!({ "frame": frame })).await;
    assert_eq!(
        (&answer.json()["type"], &answer.json()["code"]),
        (&json!("reject"), &json!("too_many_requests"))
    );
    // A colleague is another person.
    server.panel(server.people.boris).await.say(Some(chat), "Answer").await;
}

#[tokio::test]
async fn new_visitors_are_limited_for_each_address_and_known_ones_are_not() {
    let server = server(Serve { limit_visitors: Some(2), ..Serve::default() }).await;
    let hello = json!({ "type": "hello", "organization": server.people.sales });
    let known = server.visitor().await.visitor_token();
    server.visitor().await;
    let (bye, _) = Client::hello(&server.base, hello.clone()).await.farewell().await;
    assert_eq!((&bye["code"], &bye["reconnect"]), (&json!("too_many_requests"), &json!(true)));
    let mut hello = hello;
    hello["visitor"] = known;
    Client::welcomed(&server.base, hello).await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_on_every_face() {
    let server = Server::start().await;
    for (path, size) in [(GET_TOKEN, 600 * 1024), ("/fn/act", 140 * 1024), ("/fn/sign_in", 140 * 1024)] {
        let text = "x".repeat(size);
        let told = server.request(Method::POST, path).body(text.clone());
        let pieces = futures::stream::iter([Ok::<_, std::io::Error>(text.clone()), Ok(text)]);
        let untold = server.request(Method::POST, path).body(reqwest::Body::wrap_stream(pieces));
        for request in [told, untold] {
            let response = request.header("content-type", "application/json").send().await.unwrap();
            assert_eq!(response.status(), 413, "{path}");
            assert_eq!(response.json::<Value>().await.unwrap()["code"], "too_large", "{path}");
        }
    }
}
