//! No door between companies, nor between the organizations of one: every id of somebody else, on every route of every
//! face, is answered like an id that does not exist, and changes nothing. The tables are held against what the server
//! has, so that a new call can't be forgotten here.

use std::collections::BTreeSet;

use chathub_hub::Clock;
use chathub_server::config::Serve;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Server, answer, operator_token, rfc3339};

/// No id of anything, in as many digits as none of them has.
const NOBODYS: i64 = 987_654_321;

/// A message's name, the same for both: neither is ever stored.
const MESSAGE: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

/// The REST calls that name something, with a place for what they name.
const CALLS: [(&str, &str, &str); 15] = [
    ("GET", "/api/operator?organizationId={organization}", ""),
    ("POST", "/api/operator/synchronize", r#"[{"organizationId": {organization}, "name": "Mallory"}]"#),
    ("POST", "/api/operator/status", r#"{"id": {operator}, "status": 1}"#),
    ("POST", "/api/operator/get-token", r#"{"id": {operator}, "expiresAt": "{soon}"}"#),
    ("GET", "/api/chat/chats?organizationId={organization}", ""),
    ("GET", "/api/chat/chats?operatorId={operator}", ""),
    ("PUT", "/api/chat/status", r#"{"id": {chat}, "status": 4}"#),
    ("DELETE", "/api/chat/chats/{chat}", ""),
    ("POST", "/api/chat/chats/{chat}/block", r#"{"hours": 1, "address": true}"#),
    ("DELETE", "/api/chat/chats/{chat}/block", ""),
    ("GET", "/api/chat/chats/{chat}/messages", ""),
    ("GET", "/api/chat/chats/{chat}/messages?after=0", ""),
    ("POST", "/api/chat/chats/{chat}/messages", r#"{"clientId": "{uuid}", "text": "Mallory was here"}"#),
    ("GET", "/api/chathub/token?org={organization}", ""),
    ("GET", "/api/chathub/token?operator={operator}", ""),
];

/// The server functions, with what they name; empty for those that name nothing.
const FUNCTIONS: [(&str, &str); 14] = [
    ("sign_in", ""),
    ("sign_out", ""),
    ("choose_language", ""),
    ("organizations", ""),
    ("operators", "organization={organization}"),
    ("operator_token", "operator={operator}"),
    // Has a test of its own below.
    ("validate_token", ""),
    ("stream_events", ""),
    ("post", r#"{"chat_id": {chat}, "client_id": "{uuid}", "text": "Mallory was here"}"#),
    ("history", r#"{"chat_id": {chat}, "before": null}"#),
    ("chats", r#"{"before": {"updated_at": 9999999999999, "id": {chat}}}"#),
    ("act", r#"{"frame": {"type": "erase", "chat_id": {chat}}}"#),
    ("act", r#"{"frame": {"type": "block", "chat_id": {chat}, "hours": 1, "address": true}}"#),
    ("act", r#"{"frame": {"type": "assign", "chat_id": {own}, "operator_id": {operator}}}"#),
];

/// Something of a company, and the organization it is in.
#[derive(Clone, Copy, Debug)]
struct Thing {
    place: &'static str,
    id: i64,
    organization: i64,
}

/// Somebody who calls, what they may see, and a chat that is their own.
struct Caller {
    name: &'static str,
    token: String,
    cookie: Option<String>,
    organizations: Vec<i64>,
    own_chat: i64,
}

struct Stage {
    server: Server,
    things: Vec<Thing>,
    callers: Vec<Caller>,
    customers: Vec<(i64, Client)>,
}

impl Stage {
    async fn set() -> Self {
        // As fast as it can be tried.
        let (limit_requests, limit_tokens, limit_messages) = (Some(0), Some(0), Some(0));
        let serve = Serve { limit_requests, limit_tokens, limit_messages, ..Serve::default() };
        let server = Server::with(Clock::system(), serve).await;
        let people = server.people;
        let (acme, globex) = (server.company_token("acme").await, server.company_token("globex").await);
        let token = async |company: &str, id| operator_token(&server.http, &server.base, company, id).await;
        let (anna, clara, eve) = (
            token(&acme, people.anna).await,
            token(&acme, people.clara).await,
            token(&globex, people.eve).await,
        );
        let mut things = Vec::new();
        let mut customers = Vec::new();
        let mut chats = Vec::new();
        let rooms = [
            (people.sales, people.anna, &anna),
            (people.support, people.clara, &clara),
            (people.elsewhere, people.eve, &eve),
        ];
        for (organization, operator, token) in rooms {
            let hello = json!({ "type": "hello", "organization": organization });
            let mut customer = Client::welcomed(&server.base, hello).await;
            customer.say(None, &format!("Secret of {organization}")).await;
            let mut panel = Client::welcomed(&server.base, json!({ "type": "hello", "token": token })).await;
            let chat = panel.reset["snapshot"]["chats"][0]["id"].as_i64().unwrap();
            panel.say(Some(chat), "Good day").await;
            for (place, id) in [("{organization}", organization), ("{operator}", operator), ("{chat}", chat)]
            {
                things.push(Thing { place, id, organization });
            }
            customers.push((organization, customer));
            chats.push(chat);
        }
        let caller = |name, token, cookie, organizations, own_chat| Caller {
            name,
            token,
            cookie,
            organizations,
            own_chat,
        };
        let both = || vec![people.sales, people.support];
        let (in_acme, in_globex) = (signed_in(&server, "acme").await, signed_in(&server, "globex").await);
        let callers = vec![
            caller("acme", acme, Some(in_acme), both(), chats[0]),
            caller("globex", globex, Some(in_globex), vec![people.elsewhere], chats[2]),
            caller("anna", anna, None, vec![people.sales], chats[0]),
            caller("clara", clara, None, vec![people.support], chats[1]),
            caller("eve", eve, None, vec![people.elsewhere], chats[2]),
        ];
        Self { server, things, callers, customers }
    }

    /// Each caller with each thing that they must not see.
    fn strangers(&self) -> impl Iterator<Item = (&Caller, Thing)> {
        self.callers.iter().flat_map(|caller| {
            let theirs = |thing: &&Thing| !caller.organizations.contains(&thing.organization);
            self.things.iter().filter(theirs).map(move |thing| (caller, *thing))
        })
    }

    /// All that the two companies have, as they see it.
    async fn everything(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for company in &self.callers[..2] {
            let get = async |path: &str| self.server.get(path, &company.token).await.json();
            all.push(get("/api/chat/chats").await);
            for Thing { place, id, .. } in &self.things {
                match *place {
                    "{chat}" => all.push(get(&format!("/api/chat/chats/{id}/messages")).await),
                    "{organization}" => all.push(get(&format!("/api/operator?organizationId={id}")).await),
                    _ => {}
                }
            }
        }
        all
    }
}

/// The console's cookie.
async fn signed_in(server: &Server, login: &str) -> String {
    let form = server.request(Method::POST, "/fn/sign_in").form(&[("login", login), ("password", PASSWORD)]);
    let response = form.send().await.unwrap();
    response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

fn filled(template: &str, thing: Thing, id: i64, own: i64) -> String {
    let text = template.replace(thing.place, &id.to_string()).replace("{own}", &own.to_string());
    text.replace("{soon}", &rfc3339(600)).replace("{uuid}", MESSAGE)
}

/// Without the id itself, which a refusal may repeat, nor the one it is compared with.
fn blind(text: &str, thing: Thing) -> String {
    let ids = [thing.id.to_string(), NOBODYS.to_string()];
    let mut blinded = String::new();
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_id = ids.iter().any(|id| id == bare);
        blinded.push_str(&if is_id { word.replace(bare, "#") } else { word.to_owned() });
    }
    blinded
}

fn seen(answer: &Answer, thing: Thing) -> (u16, String) {
    (answer.status, blind(&answer.text, thing))
}

#[tokio::test]
async fn rest_has_no_door_between_tenants() {
    let stage = Stage::set().await;
    let before = stage.everything().await;
    let mut tried = 0;
    for (caller, thing) in stage.strangers() {
        for (method, path, body) in
            CALLS.iter().filter(|(_, path, body)| path.contains(thing.place) || body.contains(thing.place))
        {
            let ask = async |id: i64| {
                let fill = |template: &str| filled(template, thing, id, caller.own_chat);
                let request = stage.server.request(method.parse().unwrap(), &fill(path));
                let request = match &caller.cookie {
                    Some(cookie) if path.contains("/chathub/token") => request.header("cookie", cookie),
                    _ => request.bearer_auth(&caller.token),
                };
                seen(&answer(request.body(fill(body))).await, thing)
            };
            let (theirs, nobodys) = (ask(thing.id).await, ask(NOBODYS).await);
            assert_eq!(theirs, nobodys, "{}: {method} {path} with {thing:?}", caller.name);
            tried += 1;
        }
        let search =
            stage.server.get("/api/chat/chats?search=Secret&per_page=100", &caller.token).await.json();
        assert_eq!(search["total"], caller.organizations.len(), "{}", caller.name);
    }
    assert!(tried > 80, "{tried}");
    assert_eq!(stage.everything().await, before);
}

#[tokio::test]
async fn server_functions_have_no_door_between_tenants() {
    let stage = Stage::set().await;
    let named: BTreeSet<String> = FUNCTIONS.iter().map(|(name, _)| format!("/fn/{name}")).collect();
    let registered: BTreeSet<String> =
        leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert_eq!(named, registered, "a function that is not tried here");
    let before = stage.everything().await;
    for (caller, thing) in stage.strangers() {
        for (name, body) in FUNCTIONS.iter().filter(|(_, body)| body.contains(thing.place)) {
            let ask = async |id: i64| {
                let body = filled(body, thing, id, caller.own_chat);
                let request = stage.server.request(Method::POST, &format!("/fn/{name}"));
                let kind = if body.starts_with('{') {
                    "application/json"
                } else {
                    "application/x-www-form-urlencoded"
                };
                let request = request.header("content-type", kind).body(body).bearer_auth(&caller.token);
                let request = match &caller.cookie {
                    Some(cookie) => request.header("cookie", cookie),
                    None => request,
                };
                seen(&answer(request).await, thing)
            };
            let (theirs, nobodys) = (ask(thing.id).await, ask(NOBODYS).await);
            assert_eq!(theirs, nobodys, "{}: {name} with {thing:?}", caller.name);
        }
    }
    assert_eq!(stage.everything().await, before);
}

#[tokio::test]
async fn the_stream_has_no_door_between_tenants() {
    // Every frame there is: the wire's golden file.
    let golden = include_str!(
        "../../../crates/domain/src/wire/snapshots/chathub_domain__wire__tests__client_frames.snap"
    );
    let frames: Vec<Value> = golden.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert!(frames.len() > 10);
    let stage = Stage::set().await;
    let before = stage.everything().await;
    let operators = &stage.callers[2..];
    for caller in operators {
        for thing in stage.things.iter().filter(|thing| !caller.organizations.contains(&thing.organization)) {
            let field = format!("{}_id", thing.place.trim_matches(['{', '}']));
            for frame in frames.iter().filter(|frame| frame.get(&field).is_some() && frame["type"] != "hello")
            {
                let mut replies = Vec::new();
                for id in [thing.id, NOBODYS] {
                    // A panel for each: a second typing signal would be left out.
                    let hello = json!({ "type": "hello", "token": caller.token });
                    let mut panel = Client::welcomed(&stage.server.base, hello).await;
                    let mut frame = frame.clone();
                    frame[&field] = json!(id);
                    if field != "chat_id" {
                        frame["chat_id"] = json!(caller.own_chat);
                    }
                    panel.send(frame).await;
                    let text = refused_before_own_history(&mut panel, caller.own_chat).await;
                    replies.push(blind(&text, *thing));
                }
                assert_eq!(replies[0], replies[1], "{}: {frame} with {thing:?}", caller.name);
                assert!(replies[0].contains("not_found"), "{frame}: {}", replies[0]);
            }
        }
    }
    // A visitor of one organization is nobody in another.
    for (organization, customer) in &stage.customers {
        for other in stage.customers.iter().map(|(other, _)| other).filter(|other| *other != organization) {
            let visitor = customer.visitor_token();
            let hello = json!({ "type": "hello", "organization": other, "visitor": visitor });
            let (bye, _) = Client::hello(&stage.server.base, hello).await.farewell().await;
            assert_eq!(bye["code"], "token_invalid");
        }
    }
    assert_eq!(stage.everything().await, before);
}

/// Everything that is said until there is a refusal and an answer to the panel's own next question.
async fn refused_before_own_history(panel: &mut Client, own_chat: i64) -> String {
    let refusal = panel.expect("reject").await;
    let history = json!({ "type": "history", "chat_id": own_chat });
    let others = panel.fence(history).await;
    [refusal].iter().chain(&others).map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_strangers_token_is_no_better_than_a_wrong_one() {
    let stage = Stage::set().await;
    let (acme, eve) = (&stage.callers[0], &stage.callers[4]);
    let validate = async |token: &str| {
        let body = json!({ "token": token });
        let rest = stage.server.post("/api/operator/validate-token", &acme.token, body).await;
        let form = stage.server.request(Method::POST, "/fn/validate_token").form(&[("token", token)]);
        let function = answer(form.header("cookie", acme.cookie.as_ref().unwrap())).await;
        (rest.text, function.text)
    };
    assert_eq!(validate(&eve.token).await, validate("nonsense").await);
}
