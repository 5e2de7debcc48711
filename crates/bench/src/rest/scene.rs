//! A company with its staff, our server over its database, and a bare one that knows the answers by heart.

use std::future::pending;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::{get, post};
use chathub_domain::{OrganizationId, Timestamp};
use chathub_hub::Clock;
use chathub_hub::pace::Peer;
use chathub_hub::ports::NewOperator;
use chathub_server::config::{Common, Config, Serve};
use chathub_server::http::connections;
use chathub_server::http::connections::places::Places;
use chathub_server::{routes, run};
use tempfile::{Builder, TempDir};
use tokio::net::TcpListener;

use super::client::{Address, Client};
use crate::report::Result;

/// Operators of the one organization: a list as a middling department has it.
const STAFF: usize = 20;

const PASSWORD: &str = "correct horse";

pub struct Scene {
    pub ours: Address,
    pub bare: Address,
    /// A sign-in with a wrong password.
    pub attempt: Arc<[u8]>,
    calls: Vec<Call>,
    folder: TempDir,
    _kept: run::Prepared,
}

#[derive(Clone)]
pub struct Call {
    pub name: &'static str,
    pub request: Arc<[u8]>,
    pub answer: Arc<[u8]>,
}

impl Scene {
    /// With the limits that a server has by default, but for the requests that are to be measured; or without those
    /// on sign-ins.
    pub async fn start(limited: bool) -> Result<Self> {
        let folder = Builder::new().prefix("chathub-bench-").tempdir()?;
        furnish(&folder.path().join("assets"))?;
        let common = Common { data_dir: Some(folder.path().join("data")), config: None };
        let serve = Serve {
            assets: Some(folder.path().join("assets")),
            limit_requests: Some(1_000_000),
            limit_logins: (!limited).then_some(0),
            ..Serve::default()
        };
        let config = Config::new(common, serve)?;
        let prepared = run::prepare(&config, Clock::system()).await?;
        let state = prepared.state.clone();
        let hub = &state.hub;
        hub.add_company("acme", "Acme Tools", PASSWORD.into()).await?;
        let acme = hub.find_company("acme").await?;
        let organization_id: OrganizationId = hub.add_organization(&acme, "Sales", &[]).await?;
        let names =
            (1..=STAFF).map(|number| NewOperator { organization_id, name: format!("Anna Meyer {number}") });
        let staff = hub.synchronize(&acme, names.collect()).await?;
        let company = hub.company_token("acme", PASSWORD.into(), Peer::UNKNOWN).await?;
        let (operator, _) = hub.operator_token(&acme, staff[0].id, Timestamp(i64::MAX)).await?;
        let ours = listen(routes::router(state.clone())).await?;
        let validate = format!("{{\"token\":\"{operator}\"}}");
        let requests = [
            (
                "POST /api/operator/validate-token",
                request("POST", "/api/operator/validate-token", &company, &validate),
            ),
            (
                "GET /api/operator",
                request("GET", &format!("/api/operator?organizationId={organization_id}"), &company, ""),
            ),
        ];
        let mut client = Client::connect(Ipv4Addr::LOCALHOST.into(), ours).await?;
        let mut calls = Vec::new();
        for (name, request) in requests {
            let answer = client.send(&request).await?.body.into();
            calls.push(Call { name, request, answer });
        }
        let [validation, list] =
            [0, 1].map(|place: usize| Bytes::from_owner(Arc::clone(&calls[place].answer)));
        let json = || [(header::CONTENT_TYPE, "application/json")];
        // The body is read, as ours is.
        let bare = Router::new()
            .route("/api/operator/validate-token", post(async move |_: Bytes| (json(), validation.clone())))
            .route("/api/operator", get(async move || (json(), list.clone())));
        let bare = listen(routes::surrounded(routes::counted(bare, &state), state)).await?;
        let attempt =
            request("POST", "/api/company/get-token", "", "{\"login\":\"acme\",\"password\":\"wrong\"}");
        Ok(Self { ours, bare, attempt, calls, folder, _kept: prepared })
    }

    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    pub fn directory(&self) -> &Path {
        self.folder.path()
    }
}

/// What passes for the scripts and styles of a build.
fn furnish(assets: &Path) -> std::io::Result<()> {
    let scripts = [
        "pkg/chathub.a.js",
        "pkg/chathub.b.wasm",
        "pkg/chathub.c.css",
        "operator-chat-panel/widget-script.js",
        "operator-chat-panel/stream.js",
    ];
    for folder in ["pkg", "operator-chat-panel"] {
        std::fs::create_dir_all(assets.join(folder))?;
    }
    for script in scripts {
        std::fs::write(assets.join(script), script)?;
    }
    std::fs::write(assets.join("hash.txt"), "js: a\nwasm: b\ncss: c\n")
}

async fn listen(app: Router) -> Result<Address> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let places = Arc::new(Places::new(0, 0, Arc::default()));
    tokio::spawn(connections::serve(listener, app, places, pending()));
    Ok(address)
}

fn request(method: &str, path: &str, token: &str, body: &str) -> Arc<[u8]> {
    let text = format!(
        "{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Accept: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    text.into_bytes().into()
}
