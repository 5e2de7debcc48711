//! A remote that does what a test tells it, and counts.

use std::convert::Infallible;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chathub_domain::{CompanyId, OperatorId, OrganizationId, Timestamp};
use chathub_hub::Clock;
use chathub_hub::pace::Peer;
use chathub_hub::ports::{Directory, SignIn};
use chathub_store::Sqlite;
use chathub_upstream::{Address, Credentials, Seal, Settings, Upstream};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// How long one call may take here.
pub const ANSWER_WITHIN: Duration = Duration::from_millis(300);

/// Longer than what the remote has said counts.
pub const CACHE: i64 = 31_000;

pub const PASSWORD: &str = "correct horse";

/// What the remote signs companies in with: the first of them, until it is told otherwise.
pub const FIRST_TOKEN: &str = "remote.first.token";

pub const SALES: OrganizationId = OrganizationId(70);
pub const ANNA: OperatorId = OperatorId(700);

/// How the remote answers.
#[derive(Clone, Debug)]
pub enum Manner {
    /// As it should.
    Well,
    Status(u16),
    /// With this, as if all were well.
    Says(&'static str),
    /// Headers and a few bytes, and then more of them for ever.
    Endless,
    /// Nothing, for longer than anybody waits.
    Silent,
    Redirects(String),
}

/// What the remote is.
pub struct Remote {
    pub manner: Manner,
    /// The company token that it gives and takes.
    pub token: String,
    pub password: String,
    pub organizations: Value,
    pub operators: Value,
    /// What it says of any operator token.
    pub verdict: Value,
    /// The calls that reached it.
    pub calls: Vec<String>,
}

/// A running fake.
#[derive(Clone)]
pub struct Fake {
    pub base: String,
    remote: Arc<Mutex<Remote>>,
}

impl Fake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self { base, remote: Arc::new(Mutex::new(Remote::new())) };
        let app = fake.app();
        tokio::spawn(async move { axum::serve(listener, app).await });
        fake
    }

    /// The same at another address.
    pub fn at(base: String) -> Self {
        Self { base, remote: Arc::new(Mutex::new(Remote::new())) }
    }

    pub fn app(&self) -> Router {
        Router::new().fallback(answer).with_state(self.clone())
    }

    pub fn set(&self, change: impl FnOnce(&mut Remote)) {
        change(&mut self.remote.lock().unwrap());
    }

    pub fn manner(&self, manner: Manner) {
        self.set(|remote| remote.manner = manner);
    }

    /// The calls since this was last asked.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.remote.lock().unwrap().calls)
    }
}

impl Remote {
    fn new() -> Self {
        Self {
            manner: Manner::Well,
            token: FIRST_TOKEN.into(),
            password: PASSWORD.into(),
            organizations: json!([{ "id": SALES, "name": "Sales" }]),
            operators: json!([{ "id": ANNA, "name": "Anna", "status": 0 }]),
            verdict: json!({ "isValid": true, "operatorId": ANNA, "clientId": 9 }),
            calls: Vec::new(),
        }
    }

    fn well(&self, path: &str, authorization: &str, body: &Value) -> (u16, Value) {
        if path == "/api/company/get-token" {
            return match body["password"] == self.password.as_str() {
                true => (200, json!(self.token)),
                false => (401, json!({ "code": "login_refused" })),
            };
        }
        if authorization != format!("Bearer {}", self.token) {
            return (401, json!({}));
        }
        match path {
            "/api/company/organization" => (200, self.organizations.clone()),
            "/api/operator" => (200, self.operators.clone()),
            "/api/operator/get-token" => (200, json!("remote.operator.token")),
            "/api/operator/validate-token" => (200, self.verdict.clone()),
            "/api/operator/status" => (200, Value::Null),
            "/api/operator/synchronize" => (200, json!([{ "id": 701, "name": "Boris", "status": 0 }])),
            _ => (404, json!({})),
        }
    }
}

async fn answer(State(fake): State<Fake>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let authorization = request.headers().get(header::AUTHORIZATION);
    let authorization = authorization.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let call = format!("{} {path}", request.method());
    let body = axum::body::to_bytes(request.into_body(), 1024 * 1024).await.unwrap();
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let (manner, well) = {
        let mut remote = fake.remote.lock().unwrap();
        remote.calls.push(call);
        (remote.manner.clone(), remote.well(&path, &authorization, &body))
    };
    match manner {
        Manner::Well => {
            let (status, body) = well;
            (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
        }
        Manner::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Manner::Says(text) => text.into_response(),
        Manner::Endless => {
            let chunk = Ok::<_, Infallible>(Bytes::from(vec![b'['; 64 * 1024]));
            let endless = futures::stream::repeat(chunk);
            Body::from_stream(endless).into_response()
        }
        Manner::Silent => std::future::pending().await,
        Manner::Redirects(to) => {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, format!("{to}{path}"))]).into_response()
        }
    }
}

/// The directory under test, and where it remembers.
pub struct Front {
    pub directory: Arc<Upstream>,
    pub folder: TempDir,
    ahead: Arc<AtomicI64>,
}

impl Front {
    /// In front of `fake`, with or without a sign-in of its own.
    pub async fn of(fake: &Fake, own: bool) -> Self {
        Self::with(own, settings(fake)).await
    }

    pub async fn with(own: bool, settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Sqlite::open(folder.path()).await.unwrap());
        let ahead = Arc::new(AtomicI64::new(0));
        let offset = Arc::clone(&ahead);
        let clock = Clock::new(move || now().plus(offset.load(Ordering::SeqCst)));
        let credentials = own.then(|| Credentials { login: "acme".into(), password: PASSWORD.into() });
        let settings = Settings { credentials, ..settings };
        let seal = Seal::new(&[vec![7; 32]]);
        let directory = Arc::new(Upstream::new(settings, store, seal, clock).unwrap());
        Self { directory, folder, ahead }
    }

    /// Signed in as the remote's company, with its people known.
    pub async fn signed_in(fake: &Fake, own: bool) -> (Self, CompanyId) {
        let front = Self::of(fake, own).await;
        let company = front.sign_in().await.unwrap();
        front.directory.operators(company, Some(SALES)).await.unwrap();
        fake.calls();
        (front, company)
    }

    pub async fn sign_in(&self) -> Option<CompanyId> {
        match self.directory.sign_in("acme", PASSWORD, Peer::UNKNOWN).await.unwrap() {
            SignIn::Judged(record) => record.map(|record| record.id),
            SignIn::ByHash(_) => panic!("the remote shows no hashes"),
        }
    }

    pub fn skip(&self, milliseconds: i64) {
        self.ahead.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub async fn generation(&self, company: CompanyId) -> i64 {
        self.directory.company(company).await.unwrap().unwrap().generation
    }
}

pub fn settings(fake: &Fake) -> Settings {
    Settings {
        address: Address::parse(&fake.base, false).unwrap(),
        credentials: None,
        authority: None,
        connect_within: ANSWER_WITHIN,
        answer_within: ANSWER_WITHIN,
    }
}

pub fn now() -> Timestamp {
    Clock::system().now()
}

/// An hour from now.
pub fn in_an_hour() -> Timestamp {
    now().plus(3_600_000)
}
