//! Who speaks with whom, and what they say: the same for both contestants.

use std::path::Path;
use std::sync::Arc;

use chathub_domain::wire::Introduction;
use chathub_domain::{ChatId, ClientId, OperatorRef, OrganizationId, Source, VisitorId};
use chathub_hub::Clock;
use chathub_hub::log::feed::Feed;
use chathub_hub::log::writer::Writer;
use chathub_hub::ports::{Alone, Directory, NewOperator, Sender};
use chathub_hub::rules::{Answer, Ask, Command, Guest, Member};
use chathub_store::Sqlite;
use uuid::Uuid;

use crate::report::Result;

/// The database file in a data directory.
pub const FILE: &str = "chathub.db";

/// A busy installation: conversations under way, each between one customer and one operator.
const ORGANIZATIONS: usize = 4;
const CHATS: usize = 256;

/// Lines as people type them, of 2 to 190 characters, some of them outside ASCII.
pub const LINES: [&str; 8] = [
    "Hi! Is the blue one still in stock?",
    "Let me look, one moment please.",
    "ok",
    "The tracking page says \"in transit\" since Tuesday and the parcel number is 4417-22-9087. Could you ask the \
     carrier what happened to it? I need it for Saturday, otherwise I would rather cancel.",
    "Yes, we have 14 of them in the Brno warehouse; ordered today it arrives on Thursday.",
    "Děkuji, to je přesně ono 👍",
    "I have sent the invoice again.\nPlease check the spam folder, too.",
    "Could you change the address? Müllerstraße 12, 13353 Berlin",
];

pub struct Scene {
    chats: Vec<Conversation>,
}

struct Conversation {
    id: ChatId,
    organization_id: OrganizationId,
    visitor_id: VisitorId,
    operator: OperatorRef,
}

/// One message that somebody sends.
pub struct Post {
    pub chat_id: ChatId,
    pub sender: Sender,
    pub client_id: ClientId,
    pub text: &'static str,
    chat: usize,
}

impl Scene {
    /// Makes the database that every run starts from.
    pub async fn seed(directory: &Path) -> Result<Self> {
        let store = Arc::new(Sqlite::open(directory).await?);
        let company = store.add_company("bench", "Bench", "no password").await?;
        let mut people = Vec::new();
        for number in 0..ORGANIZATIONS {
            let organization_id = store.add_organization(company, &format!("Shop {number}"), &[]).await?;
            let new = NewOperator { organization_id, name: format!("Operator {number}") };
            let operators = store.add_operators(company, &[new]).await?.ok_or("the shop is gone")?;
            let operator = operators.into_iter().next().ok_or("the operator is gone")?;
            people.push((organization_id, OperatorRef { id: operator.id, name: operator.name }));
        }
        let (writer, stopper) =
            Writer::start(store.clone(), Feed::new(store.clone(), Arc::new(Alone)), Clock::system());
        let mut scene = Self { chats: Vec::with_capacity(CHATS) };
        for number in 0..CHATS {
            let (organization_id, operator) = people[number % ORGANIZATIONS].clone();
            let visitor_id = VisitorId(Uuid::new_v4());
            scene.chats.push(Conversation { id: ChatId(0), organization_id, visitor_id, operator });
            let asked = writer.execute(scene.ask(number, ClientId(Uuid::new_v4()), LINES[0])).await?;
            scene.chats[number].id = asked.chat_id.ok_or("a message without a chat")?;
            writer.execute(scene.answer(number, ClientId(Uuid::new_v4()), LINES[1])).await?;
        }
        stopper.stop().await;
        store.close().await;
        Ok(scene)
    }

    /// In every conversation in turn the customer says something, then in every one the operator, and so on.
    pub fn posts(&self, messages: usize) -> Vec<Post> {
        (0..messages)
            .map(|number| {
                let chat = number % CHATS;
                let conversation = &self.chats[chat];
                let sender = match (number / CHATS) % 2 {
                    0 => Sender::Visitor(conversation.visitor_id),
                    _ => Sender::Operator(conversation.operator.id),
                };
                let client_id = ClientId(Uuid::new_v4());
                Post {
                    chat_id: conversation.id,
                    sender,
                    client_id,
                    text: LINES[number * 5 % LINES.len()],
                    chat,
                }
            })
            .collect()
    }

    /// The post as the hub is told it.
    pub fn command(&self, post: &Post) -> Command {
        match post.sender {
            Sender::Visitor(_) => self.ask(post.chat, post.client_id, post.text),
            Sender::Operator(_) => self.answer(post.chat, post.client_id, post.text),
        }
    }

    fn ask(&self, chat: usize, client_id: ClientId, text: &str) -> Command {
        let Conversation { organization_id, visitor_id, .. } = self.chats[chat];
        let by = Guest { organization_id, visitor_id, introduction: Introduction::default() };
        Ask { by, client_id, body: text.into(), source: Source::Website }.into()
    }

    fn answer(&self, chat: usize, client_id: ClientId, text: &str) -> Command {
        let Conversation { id, organization_id, operator, .. } = &self.chats[chat];
        let by = Member { organization_id: *organization_id, operator: operator.clone() };
        Answer { by, chat_id: *id, client_id, body: text.into() }.into()
    }
}
