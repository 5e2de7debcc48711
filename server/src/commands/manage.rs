//! Setting up an installation: companies, organizations, operators. Safe beside a running server.

use std::path::Path;

use chathub_domain::{Organization, OrganizationId};
use chathub_hub::limits::Pace;
use chathub_hub::ports::{NewOperator, OriginsChange};
use chathub_hub::{Clock, Settings};
use clap::{Args, Subcommand};

use super::{CommandError, say, secret};
use crate::installation::require;
use crate::run::{Opened, open};

#[derive(Subcommand, Debug)]
pub(super) enum CompanyCommand {
    /// Add a company; its password is asked for, or read from standard input
    Add {
        /// What the company signs in with
        #[arg(long)]
        login: String,
        /// What people call it
        #[arg(long)]
        name: String,
    },
    /// Set a company's password; every token and session of the company ends
    Password {
        #[arg(long)]
        login: String,
    },
}

#[derive(Subcommand, Debug)]
pub(super) enum OrganizationCommand {
    /// Add an organization and print its id
    Add {
        /// The company's login
        #[arg(long)]
        company: String,
        #[arg(long)]
        name: String,
        #[command(flatten)]
        origins: AllowedOrigins,
    },
    /// Change or list the web origins whose pages may embed the panel and the customer chat
    Origins {
        /// The company's login
        #[arg(long)]
        company: String,
        /// The organization's id or name
        #[arg(long)]
        organization: String,
        /// One more origin; may be given several times
        #[arg(long, value_name = "ORIGIN", conflicts_with = "allow_origin")]
        add: Vec<String>,
        /// An origin to take off the list; may be given several times
        #[arg(long, value_name = "ORIGIN", conflicts_with = "allow_origin")]
        remove: Vec<String>,
        /// The whole list anew: a web origin like https://shop.example; may be given several times
        #[arg(long, value_name = "ORIGIN")]
        allow_origin: Vec<String>,
    },
    /// List a company's organizations
    List {
        #[arg(long)]
        company: String,
    },
}

#[derive(Args, Debug)]
pub(super) struct AllowedOrigins {
    /// A web origin like https://shop.example; may be given several times
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    allow_origin: Vec<String>,
}

#[derive(Subcommand, Debug)]
pub(super) enum OperatorCommand {
    /// Add an operator and print its id
    Add {
        /// The company's login
        #[arg(long)]
        company: String,
        /// The organization's id or name
        #[arg(long)]
        organization: String,
        #[arg(long)]
        name: String,
    },
    /// List a company's operators
    List {
        #[arg(long)]
        company: String,
    },
}

pub(super) async fn company(data_dir: &Path, command: CompanyCommand) -> Result<(), CommandError> {
    if !matches!(command, CompanyCommand::Add { .. }) {
        require(data_dir)?;
    }
    let Opened { hub, .. } = quiet(data_dir).await?;
    match command {
        CompanyCommand::Add { login, name } => {
            let id = hub.add_company(&login, &name, secret::new_password()?).await?;
            say(&id.to_string());
        }
        CompanyCommand::Password { login } => {
            let company = hub.find_company(&login).await?;
            hub.set_company_password(&company, secret::new_password()?).await?;
            say("The password is set. Every token and session of this company has ended.");
        }
    }
    Ok(())
}

pub(super) async fn organization(data_dir: &Path, command: OrganizationCommand) -> Result<(), CommandError> {
    require(data_dir)?;
    let Opened { hub, .. } = quiet(data_dir).await?;
    match command {
        OrganizationCommand::Add { company, name, origins } => {
            let company = hub.find_company(&company).await?;
            let id = hub.add_organization(&company, &name, &origins.allow_origin).await?;
            say(&id.to_string());
        }
        OrganizationCommand::Origins { company, organization, add, remove, allow_origin } => {
            let company = hub.find_company(&company).await?;
            let Organization { id, name, allowed_origins } =
                hub.find_organization(&company, &organization).await?;
            let allowed = if !allow_origin.is_empty() {
                hub.set_allowed_origins(&company, id, OriginsChange::Replace(&allow_origin)).await?
            } else if add.is_empty() && remove.is_empty() {
                allowed_origins
            } else {
                let change = OriginsChange::Amend { add: &add, remove: &remove };
                hub.set_allowed_origins(&company, id, change).await?
            };
            let allowed = if allowed.is_empty() { "no other origin".into() } else { allowed.join(", ") };
            say(&format!("Pages of this server and of {allowed} may use “{name}”."));
        }
        OrganizationCommand::List { company } => {
            let company = hub.find_company(&company).await?;
            for Organization { id, name, allowed_origins } in hub.organizations(&company).await? {
                say(&format!("{id}\t{name}\t{}", allowed_origins.join(" ")));
            }
        }
    }
    Ok(())
}

pub(super) async fn operator(data_dir: &Path, command: OperatorCommand) -> Result<(), CommandError> {
    require(data_dir)?;
    let Opened { hub, .. } = quiet(data_dir).await?;
    match command {
        OperatorCommand::Add { company, organization, name } => {
            let company = hub.find_company(&company).await?;
            let organization_id: OrganizationId = hub.find_organization(&company, &organization).await?.id;
            let added = hub.synchronize(&company, vec![NewOperator { organization_id, name }]).await?;
            for operator in added {
                say(&operator.id.to_string());
            }
        }
        OperatorCommand::List { company } => {
            let company = hub.find_company(&company).await?;
            for operator in hub.all_operators(&company).await? {
                say(&format!(
                    "{}\t{}\t{}\t{:?}",
                    operator.id, operator.name, operator.organization.name, operator.status
                ));
            }
        }
    }
    Ok(())
}

/// The hub without a server.
async fn quiet(data_dir: &Path) -> Result<Opened, CommandError> {
    let settings =
        Settings { build: String::new(), company_token_lives: None, demo: false, pace: Pace::FREE };
    Ok(open(data_dir, Clock::system(), settings).await?)
}
