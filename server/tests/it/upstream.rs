//! One ChatHub in front of another: the people are the remote's, the chats are here.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chathub_domain::OperatorRef;
use chathub_hub::Clock;
use chathub_hub::contract::{Place, Subject};
use chathub_hub::pace::Peer;
use chathub_hub::ports::{NewOperator, Ports, SignIn};
use chathub_server::config::{Common, Config, Serve};
use chathub_server::run;
use chathub_store::Sqlite;
use chathub_upstream::{Address, Seal, Settings};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::support::{
    Answer, Client, PASSWORD, SHOP, Server, answer, chathub, folder, hub, now, rfc3339, uuid,
};

/// Longer than what the remote has said counts here.
const CACHE: i64 = 31_000;

/// A clock that a test can set forward.
#[derive(Clone, Default)]
struct Ahead(Arc<AtomicI64>);

impl Ahead {
    fn clock(&self) -> Clock {
        let ahead = Arc::clone(&self.0);
        Clock::new(move || now().plus(ahead.load(Ordering::SeqCst)))
    }

    fn skip(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

/// A remote, and a server in front of it with or without a sign-in of its own.
async fn pair(login: Option<&str>) -> (Server, Server, Ahead) {
    let remote = Server::start().await;
    let ahead = Ahead::default();
    let front = Server::in_front_of(&remote, login, ahead.clock()).await;
    (remote, front, ahead)
}

async fn set_status(server: &Server, operator: i64, status: i64) -> Answer {
    let company = server.company_token("acme").await;
    server.post("/api/operator/status", &company, json!({ "id": operator, "status": status })).await
}

async fn validate(server: &Server, company: &str, token: &str) -> Value {
    server.post("/api/operator/validate-token", company, json!({ "token": token })).await.json()
}

fn hello(token: &str) -> Value {
    json!({ "type": "hello", "token": token })
}

#[tokio::test]
async fn the_published_calls_say_what_the_remote_says() {
    let (remote, front, _) = pair(None).await;
    let there = remote.company_token("acme").await;
    let here = front.company_token("acme").await;
    assert_ne!(there, here);
    let sales = remote.people.sales;
    for path in ["/api/company/organization".to_owned(), format!("/api/operator?organizationId={sales}")] {
        let (theirs, ours) = (remote.get(&path, &there).await, front.get(&path, &here).await);
        assert_eq!((ours.status, ours.json()), (200, theirs.json()), "{path}");
    }
    // What is added here is added there, and nowhere else.
    let new =
        json!([{ "organizationId": sales, "name": "Dora" }, { "organizationId": sales, "name": "Dora" }]);
    let added = front.post("/api/operator/synchronize", &here, new).await.json();
    let path = format!("/api/operator?organizationId={sales}");
    let listed = remote.get(&path, &there).await.json();
    assert_eq!(front.get(&path, &here).await.json(), listed);
    let dora = added[0]["id"].as_i64().unwrap();
    assert!(listed.as_array().unwrap().iter().any(|operator| operator["id"] == dora), "{listed}");

    let token = front.operator_token(dora).await;
    let valid = validate(&front, &here, &token).await;
    let theirs = remote.operator_token(dora).await;
    let known = validate(&remote, &there, &theirs).await;
    assert_eq!((&valid["valid"], &valid["operatorId"]), (&json!(true), &json!(dora)));
    assert_eq!(valid["clientId"], known["clientId"], "the company's id is the remote's");
    assert_eq!(validate(&front, &here, &theirs).await["valid"], true, "the remote's own are known here");
    assert_eq!(validate(&front, &here, "eyJ.a.b").await["error"], "Invalid token");
    // Ours are not the remote's.
    assert_eq!(validate(&remote, &there, &token).await["valid"], false);

    assert_eq!(set_status(&front, dora, 1).await.status, 200);
    let inactive = (403, "operator_inactive".to_owned());
    assert_eq!(front.get("/api/operator", &token).await.refusal(), inactive);
    assert_eq!(validate(&front, &here, &token).await["error"], "Operator is not active");
    let body = json!({ "id": dora, "expiresAt": rfc3339(60) });
    assert_eq!(front.post("/api/operator/get-token", &here, body).await.refusal(), inactive);
    assert_eq!(remote.get(&path, &there).await.json()[2]["status"], 1);

    // Another company's are not there.
    let (eve, elsewhere) = (remote.people.eve, remote.people.elsewhere);
    let missing = (404, "not_found".to_owned());
    let path = format!("/api/operator?organizationId={elsewhere}");
    assert_eq!(front.get(&path, &here).await.refusal(), missing);
    assert_eq!(set_status(&front, eve, 1).await.refusal(), missing);
    let body = json!({ "id": eve, "expiresAt": rfc3339(60) });
    assert_eq!(front.post("/api/operator/get-token", &here, body).await.refusal(), missing);
}

#[tokio::test]
async fn the_remote_judges_who_signs_in_and_its_token_opens_nothing_here() {
    let (remote, front, _) = pair(None).await;
    for (login, password) in [("acme", "wrong horse"), ("nobody", PASSWORD), ("acme", "")] {
        let body = json!({ "login": login, "password": password });
        let refused = answer(front.request(Method::POST, "/api/company/get-token").json(&body)).await;
        assert_eq!(refused.refusal(), (401, "login_refused".into()), "{login}");
    }
    let there = remote.company_token("acme").await;
    let refused = front.get("/api/company/organization", &there).await;
    assert_eq!(refused.refusal(), (401, "token_invalid".into()));
    // Nor do operator tokens of the remote where this server has no sign-in to ask with.
    let operator = remote.operator_token(remote.people.anna).await;
    assert_eq!(front.get("/api/operator", &operator).await.refusal(), (401, "token_invalid".into()));
}

#[tokio::test]
async fn customers_and_panels_converse_and_a_restart_remembers_who_they_are() {
    let (remote, front, _) = pair(Some("acme")).await;
    let anna = remote.people.anna;
    // One token of ours and one of the remote's: two panels of one person.
    let mut panel = front.panel(anna).await;
    let theirs = remote.operator_token(anna).await;
    let mut other = Client::welcomed(&front.base, hello(&theirs)).await;
    assert_eq!(other.welcome["me"]["operator"], json!({ "id": anna, "name": "Anna" }));
    assert_eq!(other.welcome["me"]["organization"]["id"], remote.people.sales);
    let mut customer = front.visitor().await;
    customer.say(None, "Hello").await;
    let chat = panel.event("chat_created").await["event"]["chat_id"].as_i64();
    other.event("chat_created").await;
    other.say(chat, "Good morning").await;
    customer.event("message").await;
    assert_eq!(customer.event("message").await["event"]["message"]["text"], "Good morning");
    // REST and the panel for somebody's own page take it as well.
    assert_eq!(front.get("/api/operator", &theirs).await.status, 200);
    assert_eq!(front.post("/operator-chat-panel/panel", &theirs, json!({})).await.status, 200);
    // Nothing of it is at the remote.
    assert_eq!(remote.panel(anna).await.reset["snapshot"]["chats"], json!([]));
}

#[tokio::test]
async fn a_customer_is_let_in_by_the_origins_that_are_set_here() {
    let (remote, front, _) = pair(Some("acme")).await;
    let hello = json!({ "type": "hello", "organization": remote.people.sales });
    let from_shop = async || {
        let mut page = Client::connect(&front.base, Some(SHOP)).await;
        page.send(hello.clone()).await;
        page.next().await.unwrap()
    };
    // The remote's own list is not ours.
    assert_eq!(from_shop().await["code"], "origin_not_allowed");
    let data = front.data();
    let run = async |arguments: &str| {
        let all: Vec<_> = arguments.split(' ').chain(["--data-dir", data.to_str().unwrap()]).collect();
        let output = chathub(&all, PASSWORD).await;
        let text = if output.status.success() { output.stdout } else { output.stderr };
        (output.status.success(), String::from_utf8(text).unwrap())
    };
    let set = format!("organization origins --company acme --organization Sales --allow-origin {SHOP}");
    assert!(run(&set).await.0);
    assert_eq!(from_shop().await["type"], "welcome");
    let (_, list) = run("organization list --company acme").await;
    assert!(list.contains(&format!("{}\tSales\t{SHOP}", remote.people.sales)), "{list}");
    let (_, list) = run("company list").await;
    assert_eq!(list, "1\tacme\tacme\n");
    // People are made where they are kept.
    for command in [
        "company add --login other --name Other",
        "company password --login acme",
        "organization add --company acme --name More",
        "operator add --company acme --organization Sales --name Dora",
        "organization rename --company acme --organization Sales --name Orders",
        "operator rename --company acme --operator Boris --name Dora",
        "operator status --company acme --operator Boris inactive",
    ] {
        let (done, line) = run(command).await;
        assert!(
            !done && line.contains(&remote.base) && line.contains("change them there"),
            "{command}: {line}"
        );
    }
    let (done, line) = run("organization list --company globex").await;
    assert!(!done && line.contains("has not signed in here yet"), "{line}");
}

#[tokio::test]
async fn a_revocation_at_the_remote_is_felt_within_the_caches_time() {
    let (remote, front, ahead) = pair(Some("acme")).await;
    let (anna, boris) = (remote.people.anna, remote.people.boris);
    let ours = front.operator_token(anna).await;
    let theirs = remote.operator_token(anna).await;
    let (mut by_ours, mut by_theirs) = (
        Client::welcomed(&front.base, hello(&ours)).await,
        Client::welcomed(&front.base, hello(&theirs)).await,
    );
    let mut colleague = front.panel(boris).await;
    assert_eq!(set_status(&remote, anna, 1).await.status, 200);
    assert_eq!(front.get("/api/operator", &ours).await.status, 200, "not asked again yet");
    ahead.skip(CACHE);
    let inactive = (403, "operator_inactive".to_owned());
    assert_eq!(front.get("/api/operator", &ours).await.refusal(), inactive);
    assert_eq!(front.get("/api/operator", &theirs).await.refusal(), inactive);
    // Open panels look at their token with each heartbeat.
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(26)).await;
    tokio::time::resume();
    for panel in [&mut by_ours, &mut by_theirs] {
        let (bye, _) = panel.farewell().await;
        assert_eq!((&bye["code"], &bye["reconnect"]), (&json!("operator_inactive"), &json!(false)));
    }
    colleague.expect("heartbeat").await;
    // Back at work: with new tokens.
    assert_eq!(set_status(&remote, anna, 0).await.status, 200);
    ahead.skip(CACHE);
    assert_eq!(front.get("/api/operator", &ours).await.refusal(), (401, "token_invalid".into()));
    assert_eq!(front.get("/api/operator", &theirs).await.refusal(), (401, "token_invalid".into()));
    assert_eq!(front.get("/api/operator", &front.operator_token(anna).await).await.status, 200);
}

#[tokio::test]
async fn a_password_changed_at_the_remote_ends_what_was_issued_here() {
    let (remote, front, ahead) = pair(None).await;
    let company = front.company_token("acme").await;
    let globex = front.company_token("globex").await;
    let operator = front.operator_token(remote.people.anna).await;
    let beside = hub(&remote.data()).await;
    let acme = beside.hub.find_company("acme").await.unwrap();
    // A panel at the remote itself hears of it when the remote does.
    let mut there = remote.panel(remote.people.anna).await;
    beside.hub.set_company_password(&acme, "another horse".into()).await.unwrap();
    there.farewell().await;
    ahead.skip(CACHE);
    let ended = (401, "token_invalid".to_owned());
    assert_eq!(front.get("/api/company/organization", &company).await.refusal(), ended);
    assert_eq!(front.get("/api/operator", &operator).await.refusal(), ended);
    assert_eq!(front.get("/api/company/organization", &globex).await.status, 200);
    let again = json!({ "login": "acme", "password": "another horse" });
    let again = answer(front.request(Method::POST, "/api/company/get-token").json(&again)).await;
    let again = again.json().as_str().unwrap().to_owned();
    assert_eq!(front.get("/api/company/organization", &again).await.status, 200);
    assert_eq!(front.get("/api/company/organization", &company).await.refusal(), ended);
}

#[tokio::test]
async fn a_sign_in_with_a_new_password_ends_what_the_former_one_gave() {
    let (remote, front, _) = pair(None).await;
    let company = front.company_token("acme").await;
    let beside = hub(&remote.data()).await;
    let acme = beside.hub.find_company("acme").await.unwrap();
    beside.hub.set_company_password(&acme, "another horse".into()).await.unwrap();
    // Within the cache's time.
    let again = json!({ "login": "acme", "password": "another horse" });
    let again = answer(front.request(Method::POST, "/api/company/get-token").json(&again)).await;
    assert_eq!(again.status, 200);
    let ended = (401, "token_invalid".to_owned());
    assert_eq!(front.get("/api/company/organization", &company).await.refusal(), ended);
}

#[tokio::test]
async fn while_the_remote_is_away_work_goes_on_and_the_console_says_so() {
    let (remote, front, ahead) = pair(Some("acme")).await;
    let people = remote.people;
    let company = front.company_token("acme").await;
    let ours = front.operator_token(people.anna).await;
    let theirs = remote.operator_token(people.boris).await;
    let mut panel = Client::welcomed(&front.base, hello(&ours)).await;
    let mut other = Client::welcomed(&front.base, hello(&theirs)).await;
    let console = async || answer(front.request(Method::GET, "/console")).await;
    assert!(!console().await.text.contains("directory-notice"));
    remote.stop().ended().await.unwrap();
    ahead.skip(CACHE);

    let body = json!({ "id": people.anna, "expiresAt": rfc3339(60) });
    let mint = front.request(Method::POST, "/api/operator/get-token").bearer_auth(&company).json(&body);
    let refused = mint.send().await.unwrap();
    let after: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&after), "{after}");
    assert_eq!(Answer::read(refused).await.refusal(), (503, "unavailable".into()));
    let body = json!({ "login": "acme", "password": PASSWORD });
    let sign_in = answer(front.request(Method::POST, "/api/company/get-token").json(&body)).await;
    assert_eq!(sign_in.refusal(), (503, "unavailable".into()));
    assert!(console().await.text.contains("directory-notice"), "{}", console().await.text);
    assert_eq!(answer(front.request(Method::GET, "/readyz")).await.status, 200);

    // Tokens that were issued go on, and so do lists.
    for token in [&ours, &theirs] {
        assert_eq!(front.get("/api/operator", token).await.status, 200);
    }
    assert_eq!(front.get("/api/company/organization", &company).await.status, 200);
    let mut customer = front.visitor().await;
    customer.say(None, "Anybody there?").await;
    let chat = panel.event("chat_created").await["event"]["chat_id"].as_i64();
    other.say(chat, "Always").await;
    // One that nobody has seen before can't be judged.
    let strange = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl";
    assert_eq!(front.get("/api/operator", strange).await.refusal(), (503, "unavailable".into()));
    // Until their end.
    ahead.skip(3_600_000);
    for token in [&ours, &theirs] {
        assert_eq!(front.get("/api/operator", token).await.refusal(), (401, "token_expired".into()));
    }
    // After a day, nothing that is remembered is known to be so.
    ahead.skip(24 * 3_600_000);
    let lists = front.get("/api/company/organization", &company).await;
    assert_eq!(lists.refusal(), (503, "unavailable".into()));
}

#[tokio::test]
async fn a_data_directory_belongs_to_one_directory() {
    let assets = folder();
    let start = async |data: &TempDir, upstream: Option<&str>| {
        let common = Common { data_dir: Some(data.path().join("data")), config: None };
        let upstream = upstream.map(str::to_owned);
        let serve = Serve { assets: Some(assets.path().join("assets")), upstream, ..Serve::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = Config::new(common, serve).unwrap();
        run::serve(listener, &config, Clock::system(), async {}).await.map_err(|error| error.to_string())
    };
    let (remote, front, _) = pair(None).await;
    assert_eq!(answer(front.request(Method::GET, "/readyz")).await.status, 200);
    let base = remote.base.clone();
    let (front, remote) = (front.stop().left().await, remote.stop().left().await);
    let error = start(&front, None).await.unwrap_err();
    assert!(error.contains(&format!("--upstream {}", base)), "{error}");
    let error = start(&front, Some("https://other.example")).await.unwrap_err();
    assert!(error.contains(&format!("--upstream {}", base)), "{error}");
    let error = start(&remote, Some("https://other.example")).await.unwrap_err();
    assert!(error.contains("companies of its own") && error.contains("https://other.example"), "{error}");
    assert_eq!(start(&remote, None).await, Ok(()));
    assert_eq!(start(&front, Some(&format!("{}/", base))).await, Ok(()));
}

// What every directory must do, with a ChatHub at the other end. The cases that make companies and organizations in
// the directory itself are left out: it refuses that.
chathub_hub::contract_tests!(@ behind, directory:
    organizations_belong_to_their_company
    operators_are_added_all_or_none
    a_stopped_operator_loses_the_generation
);

async fn behind() -> Subject {
    let remote = Server::start().await;
    let beside = Arc::new(hub(&remote.data()).await);
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Sqlite::open(folder.path()).await.unwrap());
    let settings = Settings {
        address: Address::parse(&remote.base, false).unwrap(),
        credentials: None,
        authority: None,
        connect_within: Duration::from_secs(3),
        answer_within: Duration::from_secs(10),
    };
    let seal = Seal::new(&[vec![7; 32]]);
    let upstream = chathub_upstream::Upstream::new(settings, store.clone(), seal, Clock::system()).unwrap();
    let directory: Arc<dyn chathub_hub::ports::Directory> = Arc::new(upstream);
    let door = Arc::clone(&directory);
    let home = move |name: String| {
        let (beside, door) = (Arc::clone(&beside), Arc::clone(&door));
        let making: futures::future::BoxFuture<'static, Place> = Box::pin(async move {
            // Names of the furnished companies are taken.
            let login = format!("{name}-{}", uuid());
            beside.hub.add_company(&login, &login, PASSWORD.into()).await.unwrap();
            let theirs = beside.hub.find_company(&login).await.unwrap();
            let organization = beside.hub.add_organization(&theirs, "Sales", &[]).await.unwrap();
            let new = NewOperator { organization_id: organization, name: "Anna".into() };
            let anna = beside.hub.synchronize(&theirs, vec![new]).await.unwrap().remove(0);
            let company = match door.sign_in(&login, PASSWORD, Peer::UNKNOWN).await.unwrap() {
                SignIn::Judged(Some(record)) => record.id,
                other => panic!("{other:?}"),
            };
            let operator = OperatorRef { id: anna.id, name: anna.name };
            Place { company, organization, operator }
        });
        making
    };
    Subject {
        ports: Ports { directory, ..Ports::of(&store) },
        mirror: None,
        home: Some(Box::new(home)),
        keep: Box::new((remote, folder)),
    }
}
