//! The document of the API: what is in it, that all of the API is, and that the server does as it says about wrong
//! input. `end2end/contract` tries it with thousands of requests.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, answer};

/// Every call of the contract.
const CALLS: [(&str, &str); 16] = [
    ("POST", "/api/company/get-token"),
    ("GET", "/api/company/organization"),
    ("GET", "/api/operator"),
    ("POST", "/api/operator/synchronize"),
    ("POST", "/api/operator/status"),
    ("POST", "/api/operator/get-token"),
    ("POST", "/api/operator/validate-token"),
    ("GET", "/api/chat/chats"),
    ("PUT", "/api/chat/status"),
    ("DELETE", "/api/chat/chats/{id}"),
    ("POST", "/api/chat/chats/{id}/block"),
    ("DELETE", "/api/chat/chats/{id}/block"),
    ("GET", "/api/chat/chats/{id}/messages"),
    ("POST", "/api/chat/chats/{id}/messages"),
    ("GET", "/api/chathub/token"),
    ("GET", "/api/openapi.json"),
];

async fn document(server: &Server) -> Value {
    let answer = answer(server.request(Method::GET, "/api/openapi.json")).await;
    assert_eq!((answer.status, answer.kind.as_str()), (200, "application/json"));
    answer.json()
}

fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(|(method, operation)| (method.to_uppercase(), path.clone(), operation))
        })
        .collect()
}

/// A change here is a change of what integrators rely on: only ever add.
#[tokio::test]
async fn the_contract_is_as_it_was() {
    let server = Server::start().await;
    insta::assert_json_snapshot!("openapi", document(&server).await);
}

#[tokio::test]
async fn the_document_holds_every_call_and_no_other() {
    let server = Server::start().await;
    let document = document(&server).await;
    let described: HashSet<_> =
        operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
    let expected: HashSet<_> =
        CALLS.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(described, expected);
    for path in described.iter().map(|(_, path)| path) {
        let there = answer(server.request(Method::PATCH, &path.replace("{id}", "1"))).await;
        assert_eq!(there.refusal(), (405, "method_not_allowed".into()), "{path}");
    }
    let nowhere = answer(server.request(Method::GET, "/api/operators")).await;
    assert_eq!(nowhere.refusal(), (404, "not_found".into()));
}

#[tokio::test]
async fn the_document_is_whole() {
    let server = Server::start().await;
    let document = document(&server).await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let place = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(place).is_some(), "{reference} leads nowhere");
    }
    let mut names = HashSet::new();
    for (method, path, operation) in operations(&document) {
        let place = format!("{method} {path}");
        assert!(names.insert(operation["operationId"].as_str().unwrap()), "{place}");
        assert!(operation["summary"].is_string() && operation["security"].is_array(), "{place}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            let problem = &response["content"]["application/problem+json"];
            assert_eq!(problem.is_object(), status != "200", "{place} {status}");
            for example in problem["examples"].as_object().into_iter().flat_map(|all| all.values()) {
                assert_eq!(example["value"]["status"].to_string(), *status, "{place}");
            }
        }
        for scheme in operation["security"].as_array().unwrap().iter().flat_map(|s| s.as_object().unwrap()) {
            assert!(document["components"]["securitySchemes"][scheme.0].is_object(), "{place}");
        }
    }
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if name == "$ref" => references.push(text),
                    _ => collect(value, references),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_named_at_once() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    for (path, body, expected) in [
        ("/api/operator/get-token", json!({ "id": "1", "expiresAt": 7 }), vec!["/id", "/expiresAt"]),
        ("/api/operator/get-token", json!({}), vec!["/id", "/expiresAt"]),
        ("/api/operator/status", json!({ "status": 3, "id": null, "more": true }), vec!["/status", "/id"]),
        (
            "/api/operator/synchronize",
            json!([{ "name": "A" }, 5, { "organizationId": 1.5, "name": [] }]),
            vec!["/0/organizationId", "/1", "/2/name", "/2/organizationId"],
        ),
        (
            "/api/operator/synchronize",
            json!([{ "organizationId": server.people.sales, "name": " " },
                { "organizationId": server.people.elsewhere, "name": "A\nB" }]),
            vec!["/0/name", "/1/name", "/1/organizationId"],
        ),
        ("/api/operator/synchronize", json!({}), vec![""]),
        ("/api/operator/validate-token", json!("eyJ"), vec![""]),
    ] {
        let answer = server.post(path, &company, body.clone()).await;
        assert_eq!(answer.refusal(), (400, "invalid_field".into()), "{body}");
        let problem = answer.json();
        let named: HashSet<_> =
            problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert_eq!(named, expected.into_iter().collect(), "{body}");
    }
    let query = "?page=0&per_page=x&source=9&status=-1&sort=up&date=never&organizationId=0";
    let answer = server.get(&format!("/api/chat/chats{query}"), &company).await;
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 7, "{answer:?}");
    for body in ["{", "[] []", "\u{0}", "{\"id\": 1e999}"] {
        let request = server.request(Method::POST, "/api/operator/status").bearer_auth(&company);
        let refusal = crate::support::answer(request.body(body)).await.refusal();
        assert_eq!(refusal, (400, "malformed".into()), "{body}");
    }
}

#[tokio::test]
async fn the_reference_loads_nothing_from_elsewhere() {
    let server = Server::start().await;
    let response = server.request(Method::GET, "/index.html").send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'; script-src 'self';"), "{policy}");
    let page = response.text().await.unwrap();
    assert!(page.contains("<title>ChatHub API</title>"));
    assert!(!page.contains("://") && !page.contains("{{"), "{page}");
    // The demonstration's accounts are the demonstration's.
    assert!(page.contains("aria-label=\"Demonstration\" hidden"));
}
