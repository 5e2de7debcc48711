//! Tokens over REST, as published clients ask for them, send them and let them end.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chathub_hub::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Server, answer, hub, now, rfc3339};

const DAY: i64 = 24 * 60 * 60;

/// `POST /api/operator/validate-token`.
async fn validate(server: &Server, company: &str, token: &str) -> Value {
    let answer = server.post("/api/operator/validate-token", company, json!({ "token": token })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// `POST /api/operator/get-token`, raw.
async fn get_token(server: &Server, company: &str, operator: i64, expires_at: &str) -> Answer {
    let body = json!({ "id": operator, "expiresAt": expires_at });
    server.post("/api/operator/get-token", company, body).await
}

#[tokio::test]
async fn a_token_is_json_but_for_those_who_ask_for_text() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let credentials = json!({ "login": "acme", "password": PASSWORD });
    let operator = json!({ "id": server.people.anna, "expiresAt": rfc3339(3_600) });
    for (path, body) in [("company", credentials), ("operator", operator)] {
        for (accept, bare) in [
            (None, false),
            (Some("*/*"), false),
            (Some("application/json"), false),
            (Some("application/json, text/plain, */*"), false),
            (Some("text/plain"), true),
        ] {
            let mut request = server.request(Method::POST, &format!("/api/{path}/get-token")).json(&body);
            request = request.bearer_auth(&company);
            if let Some(accept) = accept {
                request = request.header("accept", accept);
            }
            let answer = answer(request).await;
            assert_eq!(answer.status, 200, "{path} {accept:?} {answer:?}");
            let token = if bare { answer.text.clone() } else { answer.json().as_str().unwrap().to_owned() };
            assert_eq!(token.split('.').count(), 3, "{path} {accept:?}: {token}");
            let kind = if bare { "text/plain" } else { "application/json" };
            assert!(answer.kind.starts_with(kind), "{path} {accept:?}: {}", answer.kind);
        }
    }
}

#[tokio::test]
async fn a_token_is_found_in_either_header_however_it_was_pasted() {
    let server = Server::start().await;
    let token = server.company_token("acme").await;
    let quoted = format!("\"{token}\"");
    for (header, value) in [
        ("authorization", format!("Bearer {token}")),
        ("authorization", format!("bearer  {token} ")),
        ("authorization", format!("Bearer {quoted}")),
        ("authorization", token.clone()),
        ("x-authorization-key", token.clone()),
        ("x-authorization-key", format!(" {quoted} ")),
        ("x-authorization-key", json!({ "token": token }).to_string()),
        ("x-authorization-key", json!({ "token": quoted, "expiresAt": "2026-01-01" }).to_string()),
        ("authorization", format!("Bearer {}", json!({ "token": token }))),
    ] {
        let request = server.request(Method::GET, "/api/company/organization").header(header, &value);
        assert_eq!(answer(request).await.status, 200, "{header}: {value}");
    }
    // In a body as well.
    let operator = server.operator_token(server.people.anna).await;
    for pasted in
        [format!(" {operator}\n"), format!("\"{operator}\""), json!({ "token": operator }).to_string()]
    {
        assert_eq!(validate(&server, &token, &pasted).await["valid"], true, "{pasted}");
    }
}

#[tokio::test]
async fn a_token_that_is_missing_or_of_the_wrong_kind_is_told_apart() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let operator = server.operator_token(server.people.anna).await;
    let missing = answer(server.request(Method::GET, "/api/company/organization")).await;
    insta::assert_json_snapshot!("token_missing", missing.json());
    assert_eq!(missing.refusal(), (401, "token_missing".into()));
    let invalid = server.get("/api/company/organization", "eyJ.a.b").await;
    assert_eq!(invalid.refusal(), (401, "token_invalid".into()));
    let wrong_kind = server.get("/api/company/organization", &operator).await;
    insta::assert_json_snapshot!("wrong_token_kind", wrong_kind.json());
    for (path, body) in [
        ("/api/operator/synchronize", json!([])),
        ("/api/operator/status", json!({ "id": server.people.boris, "status": 1 })),
        ("/api/operator/get-token", json!({ "id": server.people.boris, "expiresAt": rfc3339(60) })),
        ("/api/operator/validate-token", json!({ "token": operator })),
    ] {
        let answer = server.post(path, &operator, body).await;
        assert_eq!(answer.refusal(), (403, "wrong_token_kind".into()), "{path}");
    }
    let panel = server.post("/operator-chat-panel/panel", &company, json!({})).await;
    assert_eq!(panel.refusal(), (403, "wrong_token_kind".into()));
}

#[tokio::test]
async fn an_unknown_login_and_a_wrong_password_look_the_same() {
    let server = Server::start().await;
    let mut seen = Vec::new();
    for (login, password) in [("acme", "wrong horse"), ("nobody", PASSWORD), ("acme", "")] {
        let body = json!({ "login": login, "password": password });
        let answer = answer(server.request(Method::POST, "/api/company/get-token").json(&body)).await;
        assert_eq!(answer.refusal(), (401, "login_refused".into()));
        seen.push(answer.text);
    }
    insta::assert_json_snapshot!("login_refused", serde_json::from_str::<Value>(&seen[0]).unwrap());
    seen.dedup();
    assert_eq!(seen.len(), 1);
}

#[tokio::test]
async fn expires_at_is_read_as_clients_write_it_and_never_gives_more_than_a_day() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let at = |seconds: i64| jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    let hour = at(3_600);
    for (expires_at, expected) in [
        (hour.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), 3_600),
        (hour.strftime("%Y-%m-%dT%H:%M:%S.250Z").to_string(), 3_600),
        (hour.strftime("%Y-%m-%dT%H:%M:%S.000000").to_string(), 3_600),
        (at(2 * 3_600).strftime("%Y-%m-%dT%H:%M:%S+01:00").to_string(), 3_600),
        (at(DAY - 60).to_string(), DAY - 60),
        (at(30 * DAY).to_string(), DAY),
        (at(3_000 * DAY).to_string(), DAY),
    ] {
        let token = get_token(&server, &company, server.people.anna, &expires_at).await.json();
        let valid = validate(&server, &company, token.as_str().unwrap()).await;
        assert_eq!((&valid["valid"], &valid["isValid"]), (&json!(true), &json!(true)), "{expires_at}");
        assert_eq!((&valid["operatorId"], &valid["error"]), (&json!(server.people.anna), &Value::Null));
        assert!(valid["clientId"].is_i64());
        let end: jiff::Timestamp = valid["expiresAt"].as_str().unwrap().parse().unwrap();
        let left = end.duration_since(jiff::Timestamp::now()).as_secs();
        assert!((expected - 15..=expected).contains(&left), "{expires_at}: {left} s left");
    }
}

#[tokio::test]
async fn expires_at_that_is_missing_or_past_is_named() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let anna = server.people.anna;
    for (body, says) in [
        (json!({ "id": anna }), "is missing"),
        (json!({ "id": anna, "expiresAt": null }), "is missing"),
        (json!({ "id": anna, "expiresAt": rfc3339(-1) }), "in the past"),
        (json!({ "id": anna, "expiresAt": "2001-01-01T00:00:00Z" }), "in the past"),
        (json!({ "id": anna, "expiresAt": "soon" }), "is no time"),
        (json!({ "id": anna, "expiresAt": 7 }), "integer"),
    ] {
        let answer = server.post("/api/operator/get-token", &company, body.clone()).await;
        assert_eq!(answer.refusal(), (400, "invalid_field".into()), "{body}");
        let error = &answer.json()["errors"][0];
        assert_eq!(error["pointer"], "/expiresAt", "{body}");
        assert!(error["detail"].as_str().unwrap().contains(says), "{body}: {error}");
    }
    let missing = server.post("/api/operator/get-token", &company, json!({ "id": anna })).await;
    insta::assert_json_snapshot!("expires_at_missing", missing.json());
}

#[tokio::test]
async fn an_expired_token_is_said_to_be_expired() {
    let ahead = Arc::new(AtomicI64::new(0));
    let offset = Arc::clone(&ahead);
    let clock = Clock::new(move || now().plus(offset.load(Ordering::SeqCst)));
    let server = Server::with_clock(clock).await;
    let company = server.company_token("acme").await;
    let token = server.operator_token(server.people.anna).await;
    assert_eq!(validate(&server, &company, &token).await["valid"], true);
    ahead.store(3_600 * 1_000, Ordering::SeqCst);
    let expected = json!({ "valid": false, "isValid": false, "error": "Token expired" });
    assert_eq!(validate(&server, &company, &token).await, expected);
    assert_eq!(server.get("/api/operator", &token).await.refusal(), (401, "token_expired".into()));
    // A company's token lives until it is revoked.
    ahead.store(10 * 365 * DAY * 1_000, Ordering::SeqCst);
    assert_eq!(server.get("/api/company/organization", &company).await.status, 200);
}

#[tokio::test]
async fn what_is_no_token_of_this_company_is_invalid() {
    let server = Server::start().await;
    let acme = server.company_token("acme").await;
    let globex = server.company_token("globex").await;
    let anna = server.operator_token(server.people.anna).await;
    for (company, token) in
        [(&acme, ""), (&acme, "null"), (&acme, "eyJ.a.b"), (&acme, acme.as_str()), (&globex, anna.as_str())]
    {
        let expected = json!({ "valid": false, "isValid": false, "error": "Invalid token" });
        assert_eq!(validate(&server, company, token).await, expected, "{token}");
    }
    let nothing = server.post("/api/operator/validate-token", &acme, json!({})).await;
    assert_eq!(nothing.refusal(), (400, "invalid_field".into()));
}

#[tokio::test]
async fn a_changed_password_ends_every_token_of_the_company() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let operator = server.operator_token(server.people.anna).await;
    // Both are known by now.
    let mut panel = server.panel(server.people.anna).await;
    assert_eq!(server.get("/api/company/organization", &company).await.status, 200);
    // As `chathub company password` does it, beside the running server, which tells its panels when it has seen that.
    let beside = hub(&server.data()).await;
    let acme = beside.hub.find_company("acme").await.unwrap();
    beside.hub.set_company_password(&acme, "another horse".into()).await.unwrap();
    assert_eq!(panel.farewell().await.0["code"], "token_invalid");
    let refused = server.get("/api/company/organization", &company).await;
    assert_eq!(refused.refusal(), (401, "token_invalid".into()));
    let former = json!({ "login": "acme", "password": PASSWORD });
    let former = answer(server.request(Method::POST, "/api/company/get-token").json(&former)).await;
    assert_eq!(former.refusal(), (401, "login_refused".into()));
    // So do the operator tokens that the former password minted.
    assert_eq!(server.get("/api/operator", &operator).await.refusal(), (401, "token_invalid".into()));
}
