//! Operators of an organization: those who answer.

use std::path::Path;

use chathub_domain::{OperatorId, OperatorStatus};
use chathub_hub::people::Administration;
use chathub_hub::ports::NewOperator;
use clap::{Args, Subcommand, ValueEnum};

use super::error::CommandError;
use super::output::{Rows, say};
use super::people::{
    LISTS, OfAnyCompany, OfCompany, changing, company, each_company, looking, missing, organization,
};

#[derive(Subcommand, Debug)]
pub(super) enum OperatorCommand {
    /// Add an operator and print the id
    #[command(
        override_usage = "\
chathub operator add [OPTIONS] --company <LOGIN>
       --organization <ID|NAME> --name <NAME>",
        after_help = "\
Example:
  chathub operator add --company acme --organization Sales --name 'Anna Meyer'"
    )]
    Add {
        #[command(flatten)]
        of: OfCompany,
        /// The organization's id or name
        #[arg(long, value_name = "ID|NAME")]
        organization: String,
        /// What colleagues and customers read
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// List operators that are not deleted
    ///
    /// A line for each, its fields apart by tabs: id, name, organization, status (active or inactive), the company's login.
    #[command(after_help = LISTS)]
    List {
        #[command(flatten)]
        of: OfAnyCompany,
    },
    /// Call an operator by another name, also under what they have written
    #[command(
        override_usage = "\
chathub operator rename [OPTIONS] --company <LOGIN>
       --operator <ID|NAME> --name <NAME>",
        after_help = "\
Example:
  chathub operator rename --company acme --operator 7 --name 'Anna Schmidt'"
    )]
    Rename {
        #[command(flatten)]
        of: OfCompany,
        #[command(flatten)]
        who: Who,
        /// What colleagues and customers read from now on
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// Say whether an operator may work
    ///
    /// One who is not active loses every token and every open panel at once.
    #[command(
        override_usage = "\
chathub operator status [OPTIONS] --company <LOGIN>
       --operator <ID|NAME> <STATUS>",
        after_help = "\
Examples:
  chathub operator status --company acme --operator 7 inactive
  chathub operator status --company acme --operator 'Anna Meyer' active"
    )]
    Status {
        #[command(flatten)]
        of: OfCompany,
        #[command(flatten)]
        who: Who,
        /// What the operator is from now on
        #[arg(value_name = "STATUS")]
        status: Status,
    },
}

#[derive(Args, Debug)]
pub(super) struct Who {
    /// The operator's id, or a name that nobody else has
    #[arg(long, value_name = "ID|NAME")]
    operator: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Status {
    /// May work
    Active,
    /// May not work; keeps the name and the history
    Inactive,
    /// Like inactive, and no longer listed
    Deleted,
}

impl From<Status> for OperatorStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Inactive => Self::Inactive,
            Status::Deleted => Self::Deleted,
        }
    }
}

/// As it is typed and listed.
fn word(status: OperatorStatus) -> &'static str {
    match status {
        OperatorStatus::Active => "active",
        OperatorStatus::Inactive => "inactive",
        OperatorStatus::Deleted => "deleted",
    }
}

pub(super) async fn operator(data_dir: &Path, command: OperatorCommand) -> Result<(), CommandError> {
    match command {
        OperatorCommand::Add { of, organization: place, name } => {
            let added = changing(data_dir, async |hub, people| {
                let company = company(people, &of.company).await?;
                let organization_id = organization(people, &company, &place).await?.id;
                Ok(hub.synchronize(&company, vec![NewOperator { organization_id, name }]).await?)
            });
            added.await?.iter().try_for_each(|operator| say(&operator.id.to_string()))
        }
        OperatorCommand::List { of } => looking(data_dir, async |people| list(people, of).await).await,
        OperatorCommand::Rename { of, who: Who { operator }, name } => {
            changing(data_dir, async |_, people| {
                let company = company(people, &of.company).await?;
                let id = people.operator(&company, &operator).await.map_err(unknown(&operator))?;
                people.rename_operator(&company, id, &name).await.map_err(unknown(&operator))
            })
            .await?;
            say(&format!("The operator is called “{}” now.", name.trim()))
        }
        OperatorCommand::Status { of, who: Who { operator }, status } => {
            let status = OperatorStatus::from(status);
            let id = changing(data_dir, async |_, people| {
                let company = company(people, &of.company).await?;
                let id = people.operator(&company, &operator).await.map_err(unknown(&operator))?;
                people.set_operator_status(&company, id, status).await?;
                Ok(id)
            });
            say(&format!("Operator {} is {} now.", id.await?, word(status)))
        }
    }
}

fn unknown(operator: &str) -> impl Fn(chathub_hub::Error) -> CommandError {
    move |error| missing(error, "operator", operator)
}

async fn list(people: &Administration, of: OfAnyCompany) -> Result<(), CommandError> {
    each_company(people, of, async |company| {
        let mut last = OperatorId(0);
        loop {
            let page = people.operators(company.id, last).await?;
            let Some(end) = page.last() else { return Ok(()) };
            last = end.id;
            let mut rows = Rows::default();
            for operator in &page {
                let (id, organization) = (operator.id.to_string(), &operator.organization.name);
                rows.add([&id, &operator.name, organization, word(operator.status), &company.login]);
            }
            rows.print()?;
        }
    })
    .await
}
