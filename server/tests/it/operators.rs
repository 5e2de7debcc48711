//! Organizations and operators over REST: lists, staff changes, and what another company sees of them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, answer, rfc3339};

#[tokio::test]
async fn lists_say_what_published_clients_read() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let sales = server.people.sales;
    let organizations = server.get("/api/company/organization", &company).await.json();
    insta::assert_json_snapshot!("organizations", organizations);
    let path = format!("/api/operator?organizationId={sales}");
    let operators = server.get(&path, &company).await;
    insta::assert_json_snapshot!("operators", operators.json());
    // Text is asked for, JSON is parsed.
    let request = server.request(Method::GET, &path).bearer_auth(&company).header("accept", "text/plain");
    assert_eq!(answer(request).await.json(), operators.json());
    // An operator may leave the organization out.
    let token = server.operator_token(server.people.anna).await;
    assert_eq!(server.get("/api/operator", &token).await.json(), operators.json());
    assert_eq!(server.get(&path, &token).await.json(), operators.json());
}

#[tokio::test]
async fn what_is_not_yours_is_not_there() {
    let server = Server::start().await;
    let people = server.people;
    let acme = server.company_token("acme").await;
    let anna = server.operator_token(people.anna).await;
    let missing = (404, "not_found".to_owned());
    let operators = |organization: i64| format!("/api/operator?organizationId={organization}");
    assert_eq!(server.get(&operators(people.elsewhere), &acme).await.refusal(), missing);
    assert_eq!(server.get(&operators(4_711), &acme).await.refusal(), missing);
    assert_eq!(server.get(&operators(people.support), &anna).await.refusal(), missing);
    for path in ["/api/operator", "/api/operator?organizationId=", "/api/operator?organizationId=x"] {
        let answer = server.get(path, &acme).await;
        assert_eq!(answer.refusal(), (400, "invalid_field".into()), "{path}");
        assert_eq!(answer.json()["errors"][0]["pointer"], "?organizationId", "{path}");
    }
    for id in [people.eve, 4_711, -1] {
        let status = server.post("/api/operator/status", &acme, json!({ "id": id, "status": 1 })).await;
        assert_eq!(status.refusal(), missing, "{id}");
        let body = json!({ "id": id, "expiresAt": rfc3339(60) });
        assert_eq!(server.post("/api/operator/get-token", &acme, body).await.refusal(), missing, "{id}");
    }
    assert_eq!(server.get("/api/nothing", &acme).await.refusal(), missing);
    let method = answer(server.request(Method::DELETE, "/api/operator").bearer_auth(&acme)).await;
    assert_eq!(method.refusal(), (405, "method_not_allowed".into()));
}

#[tokio::test]
async fn synchronizing_adds_all_or_none() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let (sales, elsewhere) = (server.people.sales, server.people.elsewhere);
    let path = format!("/api/operator?organizationId={sales}");
    let before = server.get(&path, &company).await.json();
    let new = |organization: i64, name: &str| json!({ "organizationId": organization, "name": name });
    let good = || new(sales, "Good");
    for (body, pointer) in [
        (json!([good(), new(elsewhere, "Foreign")]), "/1/organizationId"),
        (json!([good(), good(), new(sales, "  ")]), "/2/name"),
        (json!([good(), new(sales, &"x".repeat(201))]), "/1/name"),
        (json!([good(), new(sales, "two\nlines")]), "/1/name"),
        (json!([good(), { "organizationId": sales }]), "/1/name"),
        (json!([{ "organizationId": "one", "name": "Good" }]), "/0/organizationId"),
    ] {
        let answer = server.post("/api/operator/synchronize", &company, body.clone()).await;
        assert_eq!(answer.refusal(), (400, "invalid_field".into()), "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
        assert_eq!(server.get(&path, &company).await.json(), before, "{body}");
    }
    let wrong = json!([good(), new(elsewhere, "Foreign")]);
    let wrong = server.post("/api/operator/synchronize", &company, wrong).await;
    insta::assert_json_snapshot!("synchronize_refused", wrong.json());
    let request = server.request(Method::POST, "/api/operator/synchronize").bearer_auth(&company);
    assert_eq!(answer(request.body("[{")).await.refusal(), (400, "malformed".into()));
    let many: Vec<_> = (0..1_001).map(|_| good()).collect();
    let many = server.post("/api/operator/synchronize", &company, json!(many)).await;
    assert_eq!(many.refusal(), (413, "too_large".into()));
    let huge = json!([new(sales, &"x".repeat(600 * 1024))]);
    let huge = server.post("/api/operator/synchronize", &company, huge).await;
    assert_eq!(huge.refusal(), (413, "too_large".into()));

    // Equal names are two people.
    let added = server.post("/api/operator/synchronize", &company, json!([good(), good()])).await.json();
    let added = added.as_array().unwrap();
    assert_eq!(added.len(), 2);
    assert_ne!(added[0]["id"], added[1]["id"]);
    for operator in added {
        assert_eq!((&operator["name"], &operator["status"]), (&json!("Good"), &json!(0)));
    }
}

#[tokio::test]
async fn an_inactive_operator_loses_every_token() {
    let server = Server::start().await;
    let (anna, sales) = (server.people.anna, server.people.sales);
    let company = server.company_token("acme").await;
    let token = server.operator_token(anna).await;
    let set = async |status: i64| {
        let answer =
            server.post("/api/operator/status", &company, json!({ "id": anna, "status": status })).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    };
    let validate = async || {
        let body = json!({ "token": token });
        server.post("/api/operator/validate-token", &company, body).await.json()
    };
    let listed = async || {
        let all = server.get(&format!("/api/operator?organizationId={sales}"), &company).await.json();
        all.as_array().unwrap().iter().find(|operator| operator["id"] == anna).cloned()
    };
    let new_token = async || {
        let body = json!({ "id": anna, "expiresAt": rfc3339(60) });
        server.post("/api/operator/get-token", &company, body).await
    };

    set(1).await;
    let inactive = (403, "operator_inactive".to_owned());
    let expected = json!({ "valid": false, "isValid": false, "error": "Operator is not active" });
    assert_eq!(validate().await, expected);
    assert_eq!(server.get("/api/operator", &token).await.refusal(), inactive);
    assert_eq!(server.post("/operator-chat-panel/panel", &token, json!({})).await.refusal(), inactive);
    assert_eq!(new_token().await.refusal(), inactive);
    assert_eq!(listed().await.unwrap()["status"], 1);

    // Back at work, but with a new token: the former ones stay lost.
    set(0).await;
    assert_eq!(validate().await["error"], "Invalid token");
    assert_eq!(server.get("/api/operator", &token).await.refusal(), (401, "token_invalid".into()));
    assert_eq!(new_token().await.status, 200);

    set(2).await;
    assert_eq!(validate().await["valid"], false);
    assert_eq!(listed().await, None::<Value>);
    assert_eq!(new_token().await.refusal(), (404, "not_found".into()));
    for status in [json!(3), json!(-1), json!("1"), Value::Null] {
        let body = json!({ "id": anna, "status": status });
        let answer = server.post("/api/operator/status", &company, body).await;
        assert_eq!(answer.refusal(), (400, "invalid_field".into()), "{status}");
        assert_eq!(answer.json()["errors"][0]["pointer"], "/status", "{status}");
    }
}
