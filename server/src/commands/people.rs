//! What the commands for companies, organizations and operators have in common: whose they are, and how they get at
//! them. All are safe beside a running server.

use std::path::Path;
use std::sync::Arc;

use chathub_domain::error::ErrorCode;
use chathub_domain::{CompanyId, Organization};
use chathub_hub::door::access::CompanyAccess;
use chathub_hub::pace::Pace;
use chathub_hub::people::Administration;
use chathub_hub::ports::{CompanyEntry, Register};
use chathub_hub::{Clock, Error, Hub, Settings};
use chathub_store::{LOCAL, Sqlite};
use chathub_upstream::Mirrored;
use clap::Args;

use super::error::CommandError;
use crate::installation::open::{Opened, open};
use crate::installation::{Wish, allow, require};

/// Stands under the help of every list.
pub(super) const LISTS: &str = "\
In names, a control character is written like \\u{1b} and a backslash as two, so
that each row is one line and each name one field.";

#[derive(Args, Debug)]
pub(super) struct OfCompany {
    /// The company's login
    #[arg(long, value_name = "LOGIN")]
    pub company: String,
}

#[derive(Args, Debug)]
pub(super) struct OfAnyCompany {
    /// The login of the company whose they are; without it, those of all
    #[arg(long, value_name = "LOGIN")]
    pub company: Option<String>,
}

/// Looks at what is there, and leaves everything as it is.
pub(super) async fn looking<T>(
    data_dir: &Path,
    work: impl AsyncFnOnce(&Administration) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    require(data_dir, Wish::Read)?;
    let store = Arc::new(Sqlite::open_to_read(data_dir).await?);
    let looked = async { work(&administration(&store).await?).await }.await;
    store.close().await;
    looked
}

/// Changes an installation.
pub(super) async fn changing<T>(
    data_dir: &Path,
    work: impl AsyncFnOnce(&Hub, &Administration) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    require(data_dir, Wish::Write)?;
    begun(data_dir, work).await
}

/// As [`changing`], one that begins with it.
pub(super) async fn beginning<T>(
    data_dir: &Path,
    work: impl AsyncFnOnce(&Hub, &Administration) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    allow(data_dir, Wish::Write)?;
    begun(data_dir, work).await
}

async fn begun<T>(
    data_dir: &Path,
    work: impl AsyncFnOnce(&Hub, &Administration) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let settings = Settings {
        build: String::new(),
        company_token_lives: None,
        demo: false,
        pace: Pace::FREE,
        allow_origin: |_, _, _| None,
    };
    let Opened { hub, store, running } = open(data_dir, Clock::system(), settings).await?;
    let done = async { work(&hub, &administration(&store).await?).await }.await;
    running.stop().await;
    store.close().await;
    done
}

async fn administration(store: &Arc<Sqlite>) -> Result<Administration, CommandError> {
    let address = store.directory().await.map_err(Error::from)?;
    let register: Arc<dyn Register> = match address.as_str() {
        LOCAL => store.clone(),
        _ => Arc::new(Mirrored { mirror: store.clone(), address }),
    };
    Ok(Administration::new(register))
}

/// The company that has a login.
pub(super) async fn company(people: &Administration, login: &str) -> Result<CompanyAccess, CommandError> {
    people.company(login).await.map_err(|error| no_company(error, login))
}

/// Says how one is made.
fn no_company(error: Error, login: &str) -> CommandError {
    match error.code {
        ErrorCode::NotFound => {
            let told = error.detail;
            let detail = format!("{told} Make one with: chathub company add --login {login} --name …");
            Error::new(ErrorCode::NotFound, detail).into()
        }
        _ => error.into(),
    }
}

/// One of the company's organizations, by id or name.
pub(super) async fn organization(
    people: &Administration,
    company: &CompanyAccess,
    text: &str,
) -> Result<Organization, CommandError> {
    people.organization(company, text).await.map_err(|error| missing(error, "organization", text))
}

/// Says where what is not there could be seen.
pub(super) fn missing(error: Error, what: &str, text: &str) -> CommandError {
    match error.code {
        ErrorCode::NotFound => {
            let detail = format!(
                "there is no such {what} as “{text}”: `chathub {what} list --company LOGIN` tells which there are"
            );
            Error::new(ErrorCode::NotFound, detail).into()
        }
        _ => error.into(),
    }
}

/// Goes through one company, or through all of them, page by page.
pub(super) async fn each_company(
    people: &Administration,
    OfAnyCompany { company }: OfAnyCompany,
    mut visit: impl AsyncFnMut(&CompanyEntry) -> Result<(), CommandError>,
) -> Result<(), CommandError> {
    if let Some(login) = company {
        let entry = people.company_entry(&login).await.map_err(|error| no_company(error, &login))?;
        return visit(&entry).await;
    }
    let mut last = CompanyId(0);
    loop {
        let page = people.companies(last).await?;
        let Some(end) = page.last() else { return Ok(()) };
        last = end.id;
        for company in &page {
            visit(company).await?;
        }
    }
}
