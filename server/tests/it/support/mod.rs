//! What every test here needs: a furnished database, a server on port 0, clients of both kinds.

mod client;
mod process;
mod talker;

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chathub_domain::{OrganizationId, Timestamp};
use chathub_hub::door::access::CompanyAccess;
use chathub_hub::pace::Pace;
use chathub_hub::ports::NewOperator;
use chathub_hub::{Clock, Hub, Settings};
use chathub_server::config::{Common, Config, Serve};
use chathub_server::run::{self, Opened, ServeError};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use client::{Client, post};
pub use process::{Process, chathub, command, failed, run, said, shell};
pub use talker::Talker;

/// Everything here takes milliseconds; what takes this long never comes.
const WITHIN: Duration = Duration::from_secs(20);

pub const PASSWORD: &str = "correct horse";

/// The one origin that Sales allows.
pub const SHOP: &str = "https://shop.example";

/// Two companies: `acme` with Sales (Anna, Boris) and Support (Clara), `globex` with Elsewhere (Eve).
#[derive(Clone, Copy, Debug)]
pub struct People {
    pub sales: i64,
    pub support: i64,
    pub elsewhere: i64,
    pub anna: i64,
    pub boris: i64,
    pub clara: i64,
    pub eve: i64,
}

/// A server in a task of the test.
pub struct Server {
    pub base: String,
    pub people: People,
    pub http: reqwest::Client,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), ServeError>>,
    folder: TempDir,
}

/// A server that was asked to stop.
pub struct Stopping {
    task: JoinHandle<Result<(), ServeError>>,
    folder: TempDir,
}

impl Stopping {
    /// The folder of one that ended well.
    pub async fn left(self) -> TempDir {
        within("the server's end", self.task).await.unwrap().unwrap();
        self.folder
    }

    /// How it ended.
    pub async fn ended(self) -> Result<(), ServeError> {
        within("the server's end", self.task).await.unwrap()
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub text: String,
}

/// What `future` comes to; a wait that does not end is a failure that says what was waited for.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(WITHIN, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: nothing came within {WITHIN:?}"),
    }
}

/// A folder with an empty `data` and an `assets` that passes for a build.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("data")).unwrap();
    for part in ["pkg", "operator-chat-panel"] {
        std::fs::create_dir_all(folder.path().join("assets").join(part)).unwrap();
    }
    for file in [
        "pkg/chathub.aaa.js",
        "pkg/chathub.bbb.wasm",
        "pkg/chathub.ccc.css",
        "operator-chat-panel/widget-script.js",
        "operator-chat-panel/stream.js",
    ] {
        std::fs::write(folder.path().join("assets").join(file), file).unwrap();
    }
    std::fs::write(folder.path().join("assets/hash.txt"), "js: aaa\nwasm: bbb\ncss: ccc\n").unwrap();
    folder
}

/// A hub over the database of a data directory, without a server.
pub async fn hub(data: &Path) -> Opened {
    let settings = Settings {
        build: "test".into(),
        company_token_lives: None,
        demo: false,
        pace: Pace::FREE,
        allow_origin: |_, _, _| None,
    };
    run::open(data, Clock::system(), settings).await.unwrap()
}

/// Puts the two companies into an empty database.
pub async fn furnish(data: &Path) -> People {
    let Opened { hub, store, running } = hub(data).await;
    let acme = company(&hub, "acme").await;
    let globex = company(&hub, "globex").await;
    let sales = hub.add_organization(&acme, "Sales", &[SHOP.to_owned()]).await.unwrap();
    let support = hub.add_organization(&acme, "Support", &[]).await.unwrap();
    let elsewhere = hub.add_organization(&globex, "Elsewhere", &[]).await.unwrap();
    // Together: to whom comes first, whoever comes later is news.
    let [anna, boris] = operators(&hub, &acme, sales, ["Anna", "Boris"]).await;
    let [clara] = operators(&hub, &acme, support, ["Clara"]).await;
    let [eve] = operators(&hub, &globex, elsewhere, ["Eve"]).await;
    let people =
        People { sales: sales.0, support: support.0, elsewhere: elsewhere.0, anna, boris, clara, eve };
    running.stop().await;
    store.close().await;
    people
}

async fn company(hub: &Hub, login: &str) -> CompanyAccess {
    hub.add_company(login, login, PASSWORD.to_owned()).await.unwrap();
    hub.find_company(login).await.unwrap()
}

async fn operators<const N: usize>(
    hub: &Hub,
    company: &CompanyAccess,
    organization_id: OrganizationId,
    names: [&str; N],
) -> [i64; N] {
    let new = names.map(|name| NewOperator { organization_id, name: name.to_owned() });
    let added = hub.synchronize(company, new.to_vec()).await.unwrap();
    std::array::from_fn(|place| added[place].id.0)
}

impl Server {
    pub async fn start() -> Self {
        Self::with(Clock::system(), Serve::default()).await
    }

    /// For tests that write faster than people may.
    pub async fn unhurried() -> Self {
        Self::with(
            Clock::system(),
            Serve {
                limit_messages: Some(0),
                limit_bytes: Some(0),
                limit_frames: Some(0),
                ..Serve::default()
            },
        )
        .await
    }

    pub async fn with_clock(clock: Clock) -> Self {
        Self::with(clock, Serve::default()).await
    }

    pub async fn with(clock: Clock, serve: Serve) -> Self {
        let folder = folder();
        let common = Common { data_dir: Some(folder.path().join("data")), config: None };
        let serve = Serve { assets: Some(folder.path().join("assets")), ..serve };
        let config = Config::new(common, serve).unwrap();
        let people = furnish(&config.data_dir).await;
        Self::launch(folder, config, clock, people).await
    }

    /// A server whose people are those of `remote`, which signs in there as `acme` if it does at all.
    pub async fn in_front_of(remote: &Self, login: Option<&str>, clock: Clock) -> Self {
        Self::in_front(remote, login, clock, Serve::default()).await
    }

    pub async fn in_front(remote: &Self, login: Option<&str>, clock: Clock, serve: Serve) -> Self {
        let folder = folder();
        let common = Common { data_dir: Some(folder.path().join("data")), config: None };
        let serve = Serve {
            assets: Some(folder.path().join("assets")),
            upstream: Some(remote.base.clone()),
            upstream_login: login.map(str::to_owned),
            upstream_password: login.map(|_| PASSWORD.into()),
            ..serve
        };
        let config = Config::new(common, serve).unwrap();
        Self::launch(folder, config, clock, remote.people).await
    }

    async fn launch(folder: TempDir, config: Config, clock: Clock, people: People) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let shutdown = async { drop(stopped.await) };
            run::serve(listener, &config, clock, shutdown).await
        });
        let redirects = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().redirect(redirects).timeout(WITHIN).build().unwrap();
        Self { base, people, http, stop, task, folder }
    }

    /// The same data under another server.
    pub async fn restarted(self, serve: Serve) -> Self {
        self.stop.send(()).unwrap();
        within("the server's end", self.task).await.unwrap().unwrap();
        let common = Common { data_dir: Some(self.folder.path().join("data")), config: None };
        let assets = Some(self.folder.path().join("assets"));
        let config = Config::new(common, Serve { assets, ..serve }).unwrap();
        Self::launch(self.folder, config, Clock::system(), self.people).await
    }

    /// Asks the server to stop.
    pub fn stop(self) -> Stopping {
        self.stop.send(()).unwrap();
        Stopping { task: self.task, folder: self.folder }
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        answer(self.request(Method::POST, path).bearer_auth(token).json(&body)).await
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        answer(self.request(Method::GET, path).bearer_auth(token)).await
    }

    /// A company's token, as a client that reads JSON gets it.
    pub async fn company_token(&self, login: &str) -> String {
        company_token(&self.http, &self.base, login).await
    }

    /// A token of one of acme's operators, for an hour.
    pub async fn operator_token(&self, operator: i64) -> String {
        let company = self.company_token("acme").await;
        operator_token(&self.http, &self.base, &company, operator).await
    }

    /// An operator's panel, welcomed, with its first picture.
    pub async fn panel(&self, operator: i64) -> Client {
        let token = self.operator_token(operator).await;
        Client::welcomed(&self.base, json!({ "type": "hello", "token": token })).await
    }

    /// A customer chat of Sales that was never here before.
    pub async fn visitor(&self) -> Client {
        Client::welcomed(&self.base, json!({ "type": "hello", "organization": self.people.sales })).await
    }
}

pub async fn company_token(http: &reqwest::Client, base: &str, login: &str) -> String {
    let body = json!({ "login": login, "password": PASSWORD });
    let answer = answer(http.post(format!("{base}/api/company/get-token")).json(&body)).await;
    answer.json().as_str().unwrap().to_owned()
}

pub async fn operator_token(http: &reqwest::Client, base: &str, company: &str, operator: i64) -> String {
    let body = json!({ "id": operator, "expiresAt": rfc3339(3_600) });
    let call = http.post(format!("{base}/api/operator/get-token")).bearer_auth(company);
    answer(call.json(&body)).await.json().as_str().unwrap().to_owned()
}

/// Sends a request and reads what comes back.
pub async fn answer(request: RequestBuilder) -> Answer {
    Answer::read(request.send().await.unwrap()).await
}

impl Answer {
    pub async fn read(response: Response) -> Self {
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        Self { status, kind: kind.unwrap_or_default(), text: response.text().await.unwrap() }
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The status and the code of a refusal.
    #[track_caller]
    pub fn refusal(&self) -> (u16, String) {
        assert_eq!(self.kind, "application/problem+json", "{self:?}");
        (self.status, self.json()["code"].as_str().unwrap().to_owned())
    }
}

/// The time in `seconds` from now, as clients write it.
pub fn rfc3339(seconds: i64) -> String {
    (jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds)).to_string()
}

pub fn now() -> Timestamp {
    Clock::system().now()
}

pub fn uuid() -> String {
    uuid::Uuid::new_v4().to_string()
}
