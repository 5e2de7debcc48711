//! What must be true of the log, whatever happened: told by those who wrote and by one who watched.

use std::collections::HashMap;
use std::path::Path;

use chathub_domain::{Event, OrganizationId};
use chathub_hub::ports::{Log, Portion};
use chathub_server::run::Opened;
use serde_json::Value;

use crate::support::{Client, Talker, hub};

/// Events read at once.
const PAGE: usize = 1_000;

/// An organization's messages as they stand in its log.
pub struct History {
    /// The place and the name of each.
    messages: Vec<(u64, String)>,
    chats: usize,
}

/// Reads the log of a server that has ended, and sees that neither counting has a hole.
pub async fn of(data: &Path, organization: i64) -> History {
    let Opened { store, running, .. } = hub(data).await;
    let mut history = History { messages: Vec::new(), chats: 0 };
    let (mut head, mut customers) = (0, HashMap::<_, u64>::new());
    loop {
        let page = store.events(OrganizationId(organization), head, Portion::rows(PAGE)).await.unwrap();
        if page.is_empty() {
            break;
        }
        for recorded in page {
            head += 1;
            assert_eq!(recorded.seq, head, "a hole in the log");
            if let Some(told) = recorded.customer {
                let counted = customers.entry(told.customer_id).or_default();
                *counted += 1;
                assert_eq!(told.seq, *counted, "a hole in a customer's counting");
            }
            match recorded.event {
                Event::Message { message, .. } => {
                    history.messages.push((recorded.seq, message.client_id.to_string()));
                }
                Event::ChatCreated { .. } => history.chats += 1,
                _ => {}
            }
        }
    }
    running.stop().await;
    store.close().await;
    history
}

impl History {
    /// Every word of every talker, all of which were acknowledged: there once, at the place of its ack, in the order of
    /// sending; nothing else; and one chat for each customer. Returns how many.
    pub fn check(&self, talkers: &[Talker]) -> usize {
        let mut places = HashMap::new();
        for (seq, name) in &self.messages {
            assert!(places.insert(name, *seq).is_none(), "{name} is there twice");
        }
        for talker in talkers {
            let mut last = 0;
            for name in &talker.sent {
                let place = *places.get(name).unwrap_or_else(|| panic!("{name} is lost"));
                assert!(
                    place > last,
                    "{name} at {place} stands before the one at {last} that was sent earlier"
                );
                last = place;
                if !talker.is_customer() {
                    assert_eq!(talker.acked[name], place);
                }
            }
        }
        assert_eq!(self.messages.len(), talkers.iter().map(|talker| talker.sent.len()).sum::<usize>());
        assert_eq!(self.chats, talkers.iter().filter(|talker| talker.is_customer()).count());
        self.messages.len()
    }

    /// The names of all messages, in their order.
    pub fn names(&self) -> Vec<String> {
        self.messages.iter().map(|(_, name)| name.clone()).collect()
    }
}

/// An operator who watches by one cursor from the first event on.
pub struct Watcher {
    pub hello: Value,
    cursor: Option<Value>,
    seen: Vec<String>,
}

impl Watcher {
    pub fn new(hello: Value) -> Self {
        Self { hello, cursor: None, seen: Vec::new() }
    }

    async fn connect(&mut self, base: &str) -> Client {
        let mut hello = self.hello.clone();
        if let Some(cursor) = &self.cursor {
            hello["cursor"] = cursor.clone();
        }
        let client = Client::welcomed(base, hello).await;
        if self.cursor.is_none() {
            self.cursor = Some(client.cursor_at(0));
        }
        client
    }

    /// A chat that there is at the beginning.
    pub async fn first_chat(&mut self, base: &str) -> i64 {
        self.connect(base).await.reset["snapshot"]["chats"][0]["id"].as_i64().unwrap()
    }

    /// Watches until the connection is lost: no event is missed, comes twice, or is taken back.
    pub async fn watch(mut self, base: String) -> Self {
        let mut client = self.connect(&base).await;
        while let Some(frame) = client.next().await {
            self.see(&frame);
        }
        self
    }

    /// The names of all messages that were told, once nobody writes any more and there are so many.
    pub async fn finish(mut self, base: &str, all: usize) -> Vec<String> {
        let mut client = self.connect(base).await;
        while self.seen.len() < all {
            self.see(&client.next().await.expect("the connection was lost"));
        }
        self.seen
    }

    fn see(&mut self, frame: &Value) {
        assert_ne!(frame["type"], "reset", "what was told is not in the log any more");
        if frame["type"] == "event" {
            let cursor = self.cursor.as_mut().unwrap();
            assert_eq!(frame["prev"], cursor["seq"], "{frame}");
            cursor["seq"] = frame["seq"].clone();
            if frame["event"]["kind"] == "message" {
                self.seen.push(frame["event"]["message"]["client_id"].as_str().unwrap().to_owned());
            }
        }
    }
}
