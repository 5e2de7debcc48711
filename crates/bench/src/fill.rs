//! A busy installation to measure the panel with: chats by the thousand, and one that has gone on for long.

use std::path::PathBuf;
use std::sync::Arc;

use chathub_domain::wire::Introduction;
use chathub_domain::{ChatId, ClientId, CompanyId, OperatorRef, OrganizationId, Source, VisitorId};
use chathub_hub::Clock;
use chathub_hub::log::feed::Feed;
use chathub_hub::log::writer::Writer;
use chathub_hub::ports::{Alone, Directory};
use chathub_hub::rules::{Answer, Ask, Command, Guest, Member};
use chathub_store::Sqlite;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::log::LINES;
use crate::report::{Result, say};

#[derive(clap::Args)]
pub struct Arguments {
    /// A data directory whose server is stopped; its first company's first organization gets the chats
    #[arg(long)]
    data_dir: PathBuf,
    /// Chats of one message each
    #[arg(long, default_value_t = 10_000)]
    chats: usize,
    /// Messages of the chat that is at the top in the end, said in turns
    #[arg(long, default_value_t = 5_000)]
    messages: usize,
}

/// Messages on their way at once.
const IN_FLIGHT: usize = 256;

pub fn run(arguments: &Arguments) -> Result<()> {
    Runtime::new()?.block_on(fill(arguments))
}

async fn fill(arguments: &Arguments) -> Result<()> {
    let store = Arc::new(Sqlite::open(&arguments.data_dir).await?);
    let company = CompanyId(1);
    let organization = store.organizations(company).await?.into_iter().next().ok_or("no organization")?;
    let operators = store.operators(company, Some(organization.id)).await?;
    let operator = operators.into_iter().next().ok_or("no operator")?;
    let by = Member {
        organization_id: organization.id,
        operator: OperatorRef { id: operator.id, name: operator.name },
    };
    let feed = Feed::new(store.clone(), Arc::new(Alone));
    let (writer, stopper) = Writer::start(store.clone(), feed, Clock::system());
    let mut asked = JoinSet::new();
    for number in 0..arguments.chats {
        if asked.len() >= IN_FLIGHT
            && let Some(done) = asked.join_next().await
        {
            done??;
        }
        let (writer, command) = (writer.clone(), ask(organization.id, VisitorId(Uuid::new_v4()), number));
        asked.spawn(async move { writer.execute(command).await });
    }
    while let Some(done) = asked.join_next().await {
        done??;
    }
    let visitor = VisitorId(Uuid::new_v4());
    let mut chat = None;
    for number in 0..arguments.messages {
        let command = match chat {
            Some(chat) if number % 2 == 1 => answer(by.clone(), chat, number),
            _ => ask(organization.id, visitor, number),
        };
        chat = writer.execute(command).await?.chat_id.or(chat);
    }
    stopper.stop().await;
    store.close().await;
    say(&format!("{} chats, and {} messages in one more", arguments.chats, arguments.messages));
    Ok(())
}

fn ask(organization_id: OrganizationId, visitor_id: VisitorId, number: usize) -> Command {
    let by = Guest { organization_id, visitor_id, introduction: Introduction::default() };
    Ask { by, client_id: ClientId(Uuid::new_v4()), body: line(number).into(), source: Source::Website }.into()
}

fn answer(by: Member, chat_id: ChatId, number: usize) -> Command {
    Answer { by, chat_id, client_id: ClientId(Uuid::new_v4()), body: line(number).into() }.into()
}

/// What is said, with its number, so that each is found.
fn line(number: usize) -> String {
    format!("{number}: {}", LINES[number % LINES.len()])
}
