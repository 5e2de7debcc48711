//! The demonstration: a company with two organizations, a shop with the customer chat, a back office with the panel.
//! Nothing of it exists without `--demo`.

mod story;

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use chathub_domain::error::ErrorCode;
use chathub_domain::{OperatorStatus, Organization, Timestamp};
use chathub_hub::door::access::{Caller, CompanyAccess};
use chathub_hub::door::development::DEMO_LOGIN;
use chathub_hub::{Error, Hub};
use chathub_store::{Sqlite, on_files};

use crate::http::problem::Failure;
use crate::installation::open::StartError;
use crate::installation::{DEMONSTRATION, files};
use crate::state::AppState;

/// Why a data directory is not served as it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error(
        "{path} holds a demonstration, whose password everybody knows: name another directory with --data-dir, \
         or start with --demo"
    )]
    IsDemonstration { path: PathBuf },
    #[error(
        "{path} holds a real installation, and --demo would add an account whose password everybody knows: \
         name another directory with --data-dir"
    )]
    IsReal { path: PathBuf },
    #[error("can't write to {path}: {source}. {}", on_files(.path, .source))]
    Mark { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Start(#[from] StartError),
}

/// What the mark says until the story is told to its end, and from then on.
const BEGUN: &[u8] = b"being made\n";
const TOLD: &[u8] = b"chathub serve --demo\n";

/// Keeps demonstrations and real installations apart, and fills a new demonstration. One whose filling was cut short is
/// made anew.
pub(crate) async fn prepare(data_dir: &Path, demo: bool) -> Result<(), DemoError> {
    let path = data_dir.join(DEMONSTRATION);
    let is_demonstration = path.exists();
    if !demo {
        return match is_demonstration {
            true => Err(DemoError::IsDemonstration { path: data_dir.to_owned() }),
            false => Ok(()),
        };
    }
    let unmarked = |source| DemoError::Mark { path: path.clone(), source };
    if !is_demonstration {
        if Sqlite::exists(data_dir) {
            return Err(DemoError::IsReal { path: data_dir.to_owned() });
        }
        files::write(&path, BEGUN).map_err(unmarked)?;
    }
    if std::fs::read(&path).map_err(unmarked)? == BEGUN || !Sqlite::exists(data_dir) {
        Sqlite::remove(data_dir).map_err(StartError::from)?;
        story::tell(data_dir).await?;
        files::write(&path, TOLD).map_err(unmarked)?;
    }
    Ok(())
}

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(index))
        .route("/demo/shop", get(shop))
        .route("/demo/back-office", get(back_office))
        .route(
            "/demo/demo.css",
            get(async || ([(header::CONTENT_TYPE, "text/css")], include_str!("demo/demo.css"))),
        )
}

async fn index(State(hub): State<Hub>) -> Result<Response, Failure> {
    let (_, sales, support) = company(&hub).await?;
    let page = include_str!("demo/index.html")
        .replace("{{sales_id}}", &sales.id.to_string())
        .replace("{{support_id}}", &support.id.to_string());
    Ok(html(page))
}

async fn shop(State(hub): State<Hub>) -> Result<Response, Failure> {
    let (_, sales, _) = company(&hub).await?;
    Ok(html(include_str!("demo/shop.html").replace("{{sales_id}}", &sales.id.to_string())))
}

async fn back_office(State(hub): State<Hub>) -> Result<Response, Failure> {
    let (company, sales, _) = company(&hub).await?;
    let staff = hub.operators(&Caller::Company(company.clone()), Some(sales.id)).await?;
    let active = staff.iter().find(|operator| operator.status == OperatorStatus::Active);
    let operator = active.ok_or_else(|| Error::not_found("active operator"))?;
    let (token, _) = hub.operator_token(&company, operator.id, Timestamp(i64::MAX)).await?;
    Ok(html(include_str!("demo/back-office.html").replace("{{operator_token}}", &token)))
}

/// The company and its first two organizations.
async fn company(hub: &Hub) -> Result<(CompanyAccess, Organization, Organization), Error> {
    let company = hub.find_company(DEMO_LOGIN).await?;
    let mut all = hub.organizations(&company).await?.into_iter();
    match (all.next(), all.next()) {
        (Some(sales), Some(support)) => Ok((company, sales, support)),
        _ => Err(Error::new(
            ErrorCode::NotFound,
            "The demonstration's organizations are gone. Start with another --data-dir.",
        )),
    }
}

fn html(page: String) -> Response {
    let mut response = Html(page).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
