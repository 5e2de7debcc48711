//! Companies: those who sign in.

use std::path::Path;

use chathub_domain::CompanyId;
use chathub_hub::people::Administration;
use chathub_hub::people::companies::check_new_company;
use clap::Subcommand;

use super::error::CommandError;
use super::output::{Rows, one_line, say};
use super::people::{LISTS, beginning, changing, company as known, looking};
use super::secret;

#[derive(Subcommand, Debug)]
pub(super) enum CompanyCommand {
    /// Add a company and print its id
    ///
    /// Its password is asked for at the terminal, or is the first line of standard input.
    #[command(after_help = "Example:\n  chathub company add --login acme --name 'Acme Tools'")]
    Add {
        /// What the company signs in with
        #[arg(long, value_name = "LOGIN")]
        login: String,
        /// What people call it
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// List all companies
    ///
    /// A line for each, its fields apart by tabs: id, login, name.
    #[command(after_help = LISTS)]
    List,
    /// Set a company's password; every token and session of the company ends
    ///
    /// The password is asked for at the terminal, or is the first line of standard input.
    #[command(after_help = "\
Examples:
  chathub company password --login acme
  chathub company password --login acme <password-file")]
    Password {
        /// What the company signs in with
        #[arg(long, value_name = "LOGIN")]
        login: String,
    },
    /// Give a company another login; its password, tokens and sessions go on
    #[command(after_help = "Example:\n  chathub company login --login acme --new acme.shop")]
    Login {
        /// What it signs in with until now
        #[arg(long, value_name = "LOGIN")]
        login: String,
        /// What it signs in with from now on
        #[arg(long, value_name = "LOGIN")]
        new: String,
    },
}

pub(super) async fn company(data_dir: &Path, command: CompanyCommand) -> Result<(), CommandError> {
    match command {
        CompanyCommand::Add { login, name } => {
            let password = secret::new_password()?;
            // Nothing is made for what is refused.
            check_new_company(&login, &name, &password)?;
            let id = beginning(data_dir, async |hub, _| Ok(hub.add_company(&login, &name, password).await?));
            say(&id.await?.to_string())
        }
        CompanyCommand::List => looking(data_dir, list).await,
        CompanyCommand::Password { login } => {
            changing(data_dir, async |hub, people| {
                let company = known(people, &login).await?;
                Ok(hub.set_company_password(&company, secret::new_password()?).await?)
            })
            .await?;
            say("The password is set. Every token and session of this company has ended.")
        }
        CompanyCommand::Login { login, new } => {
            changing(data_dir, async |hub, people| {
                let company = known(people, &login).await?;
                Ok(hub.set_company_login(&company, &new).await?)
            })
            .await?;
            let login = one_line(new.trim());
            say(&format!("The company signs in as “{login}” from now on, with the password that it has."))
        }
    }
}

async fn list(people: &Administration) -> Result<(), CommandError> {
    let mut last = CompanyId(0);
    loop {
        let page = people.companies(last).await?;
        let Some(end) = page.last() else { return Ok(()) };
        last = end.id;
        let mut rows = Rows::default();
        for company in &page {
            rows.add([&company.id.to_string(), &company.login, &company.name]);
        }
        rows.print()?;
    }
}
