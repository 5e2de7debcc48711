//! The server functions, as the console's forms and the panel call them.

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, SHOP, Server, answer, uuid, within};

/// A form of the console, as a browser posts it.
fn form(server: &Server, login: &str, password: &str) -> RequestBuilder {
    server
        .request(Method::POST, "/fn/sign_in")
        .header("accept", "text/html,application/xhtml+xml")
        .header("referer", format!("{}/console", server.base))
        .header("origin", &server.base)
        .form(&[("login", login), ("password", password)])
}

/// The console's session, as the browser keeps it.
async fn signed_in(server: &Server) -> String {
    let response = form(server, "acme", PASSWORD).send().await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// A function of the console.
async fn ask(server: &Server, name: &str, cookie: &str, arguments: &[(&str, String)]) -> Answer {
    let request = server.request(Method::POST, &format!("/fn/{name}")).header("cookie", cookie);
    answer(request.form(arguments)).await
}

/// A function of the panel.
async fn call(server: &Server, name: &str, token: &str, arguments: Value) -> Answer {
    server.post(&format!("/fn/{name}"), token, arguments).await
}

/// The lines of a streamed answer.
struct Lines {
    response: Response,
    rest: Vec<u8>,
}

impl Lines {
    async fn open(server: &Server, token: &str, cursor: Value) -> Self {
        let request = server.request(Method::POST, "/fn/stream_events").bearer_auth(token);
        let response = request.json(&json!({ "cursor": cursor })).send().await.unwrap();
        assert_eq!(response.status(), 200);
        Self { response, rest: Vec::new() }
    }

    /// The next frame; none at the end.
    async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                return Some(serde_json::from_slice(&line).unwrap());
            }
            let chunk = within("a line", self.response.chunk()).await.unwrap()?;
            self.rest.extend_from_slice(&chunk);
        }
    }

    /// The next frame but for numbers, which come at times of their own.
    async fn expect(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await.expect(kind);
            if frame["type"] == kind {
                break frame;
            }
            assert_eq!(frame["type"], "badge", "instead of {kind}: {frame}");
        }
    }
}

#[tokio::test]
async fn signing_in_gives_a_cookie_that_scripts_can_not_read() {
    let server = Server::start().await;
    let response = form(&server, "acme", PASSWORD).send().await.unwrap();
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], "/console");
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!response.text().await.unwrap().contains("eyJ"));
    // The session is no company token.
    let session = cookie.split(['=', ';']).nth(1).unwrap();
    let refused = server.get("/api/company/organization", session).await;
    assert_eq!(refused.refusal(), (403, "wrong_token_kind".into()));
    let page = server.request(Method::GET, "/console").header("cookie", &cookie).send().await.unwrap();
    assert_eq!(
        (page.status().as_u16(), &page.headers()["cache-control"]),
        (200, &"no-store".parse().unwrap())
    );
    assert!(page.text().await.unwrap().contains("Sales"));
    let out = server.request(Method::POST, "/fn/sign_out").header("cookie", &cookie).send().await.unwrap();
    assert!(out.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn a_wrong_password_leads_back_to_the_form() {
    let server = Server::start().await;
    for (login, password) in [("acme", "wrong horse"), ("nobody", PASSWORD)] {
        let response = form(&server, login, password).send().await.unwrap();
        assert_eq!(response.status(), 303, "{login}");
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("chathub_typed=") && cookie.contains("HttpOnly"), "{cookie}");
        assert!(!cookie.contains("horse"), "{cookie}");
        // A code of ours, and nothing that anybody could have written.
        let location = response.headers()["location"].to_str().unwrap();
        assert_eq!(location, "/console?refused=login_refused");
        // The page that it leads to says what was wrong, and has the login again.
        let typed = cookie.split(';').next().unwrap();
        let page = answer(server.request(Method::GET, location).header("cookie", typed)).await;
        assert!(page.text.contains("The login is unknown or the password is wrong."), "{}", page.text);
        assert!(page.text.contains(&format!("value=\"{login}\"")), "{}", page.text);
    }
    // Without a browser's wish for a page: a status and a code.
    let plain = ask(&server, "sign_in", "", &[("login", "acme".into()), ("password", "x".into())]).await;
    assert_eq!((plain.status, &plain.json()["code"]), (401, &json!("login_refused")));
}

#[tokio::test]
async fn pages_of_others_can_not_use_the_session() {
    let server = Server::start().await;
    let cookie = signed_in(&server).await;
    // Even the origin that may embed the panel.
    for origin in ["https://evil.example", SHOP, "null"] {
        for name in [
            "sign_in",
            "sign_out",
            "choose_language",
            "organizations",
            "operators",
            "operator_token",
            "validate_token",
        ] {
            let arguments = [
                ("login", "acme"),
                ("password", PASSWORD),
                ("operator", "1"),
                ("token", "x"),
                ("language", "lv"),
            ];
            let request = server.request(Method::POST, &format!("/fn/{name}")).header("cookie", &cookie);
            let response = request.header("origin", origin).form(&arguments).send().await.unwrap();
            assert!(response.headers().get("set-cookie").is_none(), "{origin} {name}");
            let answer = Answer::read(response).await;
            let code = answer.json()["code"].clone();
            assert_eq!((answer.status, code), (403, json!("origin_not_allowed")), "{origin} {name}");
        }
        let token = server.request(Method::GET, "/api/chathub/token").header("cookie", &cookie);
        assert_eq!(answer(token.header("origin", origin)).await.status, 403, "{origin}");
    }
}

#[tokio::test]
async fn the_console_chooses_an_operator_and_gets_a_token() {
    let server = Server::start().await;
    let people = server.people;
    let cookie = signed_in(&server).await;
    let organizations = ask(&server, "organizations", &cookie, &[]).await.json();
    let names: Vec<_> = organizations.as_array().unwrap().iter().map(|o| o["name"].clone()).collect();
    assert_eq!(names, ["Sales", "Support"]);
    let of = |id: i64| [("organization", id.to_string())];
    let sales = ask(&server, "operators", &cookie, &of(people.sales)).await.json();
    assert_eq!(sales.as_array().map(Vec::len), Some(2));
    let all = ask(&server, "operators", &cookie, &[]).await.json();
    assert_eq!(all.as_array().map(Vec::len), Some(3));
    let others = ask(&server, "operators", &cookie, &of(people.elsewhere)).await;
    assert_eq!((others.status, &others.json()["code"]), (404, &json!("not_found")));

    let fresh =
        ask(&server, "operator_token", &cookie, &[("operator", people.anna.to_string())]).await.json();
    let token = fresh["token"].as_str().unwrap();
    Client::welcomed(&server.base, json!({ "type": "hello", "token": token })).await;
    let eve = ask(&server, "operator_token", &cookie, &[("operator", people.eve.to_string())]).await;
    assert_eq!((eve.status, &eve.json()["code"]), (404, &json!("not_found")));
    let valid = ask(&server, "validate_token", &cookie, &[("token", format!("\"{token}\""))]).await.json();
    assert_eq!((&valid["valid"], &valid["operator_id"]), (&json!(true), &json!(people.anna)));
    let wrong = ask(&server, "validate_token", &cookie, &[("token", "x".into())]).await.json();
    assert_eq!((&wrong["valid"], &wrong["error"]), (&json!(false), &json!("Invalid token")));

    // The same for a page of this server that only knows the published path.
    for (query, status) in [("", 200), ("?org=SUPPORT", 200), ("?org=1", 200), ("?org=Elsewhere", 404)] {
        let request = server.request(Method::GET, &format!("/api/chathub/token{query}"));
        let answer = answer(request.header("cookie", &cookie)).await;
        assert_eq!(answer.status, status, "{query}");
        if status == 200 {
            assert!(answer.json()["token"].is_string() && answer.json()["expiresAt"].is_string(), "{query}");
        }
    }
}

#[tokio::test]
async fn without_a_session_or_a_token_nothing_is_told() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    for (name, token, status, code) in [
        ("chats", "", 401, "token_missing"),
        ("chats", "eyJ.a.b", 401, "token_invalid"),
        ("chats", company.as_str(), 403, "wrong_token_kind"),
        ("stream_events", "", 401, "token_missing"),
        ("history", "", 401, "token_missing"),
        ("post", "", 401, "token_missing"),
        ("act", "", 401, "token_missing"),
    ] {
        let arguments = json!({
            "chat_id": 1, "client_id": uuid(), "text": "Hello", "frame": { "type": "heartbeat" },
        });
        let mut request = server.request(Method::POST, &format!("/fn/{name}")).json(&arguments);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        let answer = answer(request).await;
        let body = answer.json();
        assert_eq!((answer.status, &body["code"]), (status, &json!(code)), "{name}");
        assert!(!body["detail"].as_str().unwrap().is_empty(), "{name}");
    }
    for cookie in ["", "chathub_session=", "chathub_session=eyJ.a.b", &format!("chathub_session={company}")] {
        let answer = ask(&server, "organizations", cookie, &[]).await;
        assert!(matches!(answer.status, 401 | 403), "{cookie}: {answer:?}");
    }
    // A link must not be able to do anything.
    for name in
        ["sign_in?login=acme&password=correct%20horse", "sign_out", "chats", "organizations", "nothing"]
    {
        let response = server.request(Method::GET, &format!("/fn/{name}")).send().await.unwrap();
        assert_eq!(response.status(), 405, "{name}");
        assert!(response.headers().get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn the_panel_works_without_a_websocket() {
    let server = Server::start().await;
    let token = server.operator_token(server.people.anna).await;
    let mut stream = Lines::open(&server, &token, Value::Null).await;
    let welcome = stream.expect("welcome").await;
    assert_eq!(welcome["me"]["operator"]["name"], "Anna");
    let reset = stream.expect("reset").await;
    assert_eq!(reset["snapshot"]["chats"], json!([]));
    let mut customer = server.visitor().await;
    customer.say(None, "Hello").await;
    let chat = stream.expect("event").await["event"]["chat_id"].clone();
    assert_eq!(stream.expect("event").await["event"]["message"]["text"], "Hello");

    let id = uuid();
    let post = json!({ "chat_id": chat, "client_id": id, "text": "Good morning" });
    let ack = call(&server, "post", &token, post.clone()).await.json();
    assert_eq!((&ack["type"], &ack["client_id"]), (&json!("ack"), &json!(id)));
    assert_eq!(call(&server, "post", &token, post).await.json(), ack);
    let event = stream.expect("event").await;
    assert_eq!((&event["seq"], &event["event"]["message"]["text"]), (&ack["seq"], &json!("Good morning")));
    customer.event("message").await;
    assert_eq!(customer.event("message").await["event"]["message"]["operator"], "Anna");

    let history = call(&server, "history", &token, json!({ "chat_id": chat })).await.json();
    assert_eq!(
        (&history["type"], history["messages"].as_array().map(Vec::len)),
        (&json!("history"), Some(2))
    );
    let chats = call(&server, "chats", &token, json!({})).await.json();
    assert_eq!((&chats["chats"][0]["id"], &chats["more"]), (&chat, &json!(false)));
    let act = async |frame: Value| call(&server, "act", &token, json!({ "frame": frame })).await;
    let closed = act(json!({ "type": "set_status", "chat_id": chat, "status": 4 })).await;
    assert_eq!((closed.status, closed.json()), (200, Value::Null));
    let refused = act(json!({ "type": "set_status", "chat_id": 4_711, "status": 4 })).await.json();
    assert_eq!((&refused["type"], &refused["code"]), (&json!("reject"), &json!("not_found")));
    let long = json!({ "chat_id": chat, "client_id": uuid(), "text": "x".repeat(8_001) });
    assert_eq!(call(&server, "post", &token, long).await.json()["code"], "message_too_long");

    // Another stream goes on where the first one is.
    let cursor = json!({ "epoch": welcome["cursor"]["epoch"], "seq": ack["seq"] });
    let mut resumed = Lines::open(&server, &token, cursor).await;
    resumed.expect("welcome").await;
    assert_eq!(resumed.expect("event").await["prev"], ack["seq"]);

    // It ends with the server, in words.
    let stopping = server.stop();
    loop {
        let frame = resumed.next().await.expect("a bye");
        if frame["type"] == "bye" {
            assert_eq!((&frame["code"], &frame["reconnect"]), (&json!("going_away"), &json!(true)));
            break;
        }
    }
    assert_eq!(resumed.next().await, None);
    drop(stream);
    stopping.ended().await.unwrap();
}

#[tokio::test]
async fn the_panels_functions_ask_for_an_allowed_origin() {
    let server = Server::start().await;
    let token = server.operator_token(server.people.anna).await;
    let preflight = server
        .request(Method::OPTIONS, "/fn/chats")
        .header("origin", SHOP)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type");
    let response = preflight.send().await.unwrap();
    assert!(response.status().is_success());
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    for (origin, status) in [(SHOP, 200), ("https://evil.example", 403)] {
        for name in ["chats", "stream_events"] {
            let request = server.request(Method::POST, &format!("/fn/{name}")).bearer_auth(&token);
            let response = request.header("origin", origin).json(&json!({})).send().await.unwrap();
            assert_eq!(response.headers()["access-control-allow-origin"], "*", "{origin} {name}");
            assert_eq!(response.status(), status, "{origin} {name}");
        }
    }
}
