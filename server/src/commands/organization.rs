//! Organizations of a company: departments or brands.

use std::path::Path;

use chathub_domain::Organization;
use chathub_hub::people::Administration;
use chathub_hub::ports::OriginsChange;
use clap::{Args, Subcommand};

use super::error::CommandError;
use super::output::{Rows, say};
use super::people::{
    LISTS, OfAnyCompany, OfCompany, changing, company, each_company, looking, organization as chosen,
};

#[derive(Subcommand, Debug)]
pub(super) enum OrganizationCommand {
    /// Add an organization and print its id
    #[command(after_help = "\
Example:
  chathub organization add --company acme --name Sales \\
      --allow-origin https://www.acme.example")]
    Add {
        #[command(flatten)]
        of: OfCompany,
        /// What people call it; no other of the company's has this name
        #[arg(long, value_name = "NAME")]
        name: String,
        /// A web origin like https://shop.example; may be given several times
        #[arg(long = "allow-origin", value_name = "ORIGIN")]
        allow_origin: Vec<String>,
    },
    /// Change or list the web origins whose pages may embed the panel and the customer chat
    #[command(
        override_usage = "\
chathub organization origins [OPTIONS] --company <LOGIN>
       --organization <ID|NAME>",
        after_help = "\
Examples:
  chathub organization origins --company acme --organization Sales
  chathub organization origins --company acme --organization Sales \\
      --add https://www.acme.example --remove https://old.acme.example"
    )]
    Origins(Origins),
    /// List organizations
    ///
    /// A line for each, its fields apart by tabs: id, name, allowed origins (apart by blanks), the company's login.
    #[command(after_help = LISTS)]
    List {
        #[command(flatten)]
        of: OfAnyCompany,
    },
    /// Call an organization by another name
    #[command(
        override_usage = "\
chathub organization rename [OPTIONS] --company <LOGIN>
       --organization <ID|NAME> --name <NAME>",
        after_help = "\
Example:
  chathub organization rename --company acme --organization Sales --name Orders"
    )]
    Rename {
        #[command(flatten)]
        of: OfCompany,
        /// The organization's id, or its name until now
        #[arg(long, value_name = "ID|NAME")]
        organization: String,
        /// What people call it from now on
        #[arg(long, value_name = "NAME")]
        name: String,
    },
}

#[derive(Args, Debug)]
pub(super) struct Origins {
    #[command(flatten)]
    of: OfCompany,
    /// The organization's id or name
    #[arg(long, value_name = "ID|NAME")]
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
}

pub(super) async fn organization(data_dir: &Path, command: OrganizationCommand) -> Result<(), CommandError> {
    match command {
        OrganizationCommand::Add { of, name, allow_origin } => {
            let id = changing(data_dir, async |hub, people| {
                let company = company(people, &of.company).await?;
                Ok(hub.add_organization(&company, &name, &allow_origin).await?)
            });
            say(&id.await?.to_string())
        }
        OrganizationCommand::Origins(origins) => tell(data_dir, origins).await,
        OrganizationCommand::List { of } => looking(data_dir, async |people| list(people, of).await).await,
        OrganizationCommand::Rename { of, organization, name } => {
            changing(data_dir, async |_, people| {
                let company = company(people, &of.company).await?;
                let organization = chosen(people, &company, &organization).await?;
                Ok(people.rename_organization(&company, organization.id, &name).await?)
            })
            .await?;
            say(&format!("The organization is called “{}” now.", name.trim()))
        }
    }
}

async fn tell(data_dir: &Path, origins: Origins) -> Result<(), CommandError> {
    let Origins { of, organization, add, remove, allow_origin } = origins;
    let change = match (&*allow_origin, &*add, &*remove) {
        ([], [], []) => None,
        ([], add, remove) => Some(OriginsChange::Amend { add, remove }),
        (all, ..) => Some(OriginsChange::Replace(all)),
    };
    let (name, allowed) = match change {
        None => {
            looking(data_dir, async |people| {
                let company = company(people, &of.company).await?;
                let found = chosen(people, &company, &organization).await?;
                Ok((found.name, found.allowed_origins))
            })
            .await?
        }
        Some(change) => {
            changing(data_dir, async |hub, people| {
                let company = company(people, &of.company).await?;
                let Organization { id, name, .. } = chosen(people, &company, &organization).await?;
                Ok((name, hub.set_allowed_origins(&company, id, change).await?))
            })
            .await?
        }
    };
    let allowed = if allowed.is_empty() { "no other origin".into() } else { allowed.join(", ") };
    say(&format!("Pages of this server and of {allowed} may use “{name}”."))
}

async fn list(people: &Administration, of: OfAnyCompany) -> Result<(), CommandError> {
    each_company(people, of, async |company| {
        let mut rows = Rows::default();
        for Organization { id, name, allowed_origins } in people.organizations(company.id).await? {
            rows.add([&id.to_string(), &name, &allowed_origins.join(" "), &company.login]);
        }
        rows.print()
    })
    .await
}
