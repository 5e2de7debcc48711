//! Somebody who keeps talking, and remembers what became of every word.

use std::collections::HashMap;
use std::future::pending;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::{Client, post, uuid};

/// Messages that a talker lets wait for their acks.
const IN_FLIGHT: usize = 8;

/// Talkers do as our clients do when a message is refused for the moment: they pause, and say again what was refused
/// and all that came after it.
const PAUSE: Duration = Duration::from_millis(500);

pub struct Talker {
    pub hello: Value,
    chat: Option<i64>,
    /// By name, in the order of sending. The text of each is its place here, so that an order can be seen.
    pub sent: Vec<String>,
    /// Where each acknowledged one is.
    pub acked: HashMap<String, u64>,
    /// All before this one are acknowledged.
    done: usize,
    /// How many acks there have been.
    progress: watch::Sender<usize>,
}

impl Talker {
    /// A customer; an operator with the chat to answer in.
    pub fn new(hello: Value, chat: Option<i64>) -> Self {
        let progress = watch::Sender::new(0);
        Self { hello, chat, sent: Vec::new(), acked: HashMap::new(), done: 0, progress }
    }

    pub fn is_customer(&self) -> bool {
        self.chat.is_none()
    }

    /// The number of acks, as it grows.
    pub fn progress(&self) -> watch::Receiver<usize> {
        self.progress.subscribe()
    }

    pub async fn connect(&self, base: &str) -> Client {
        Client::welcomed(base, self.hello.clone()).await
    }

    fn unacked(&mut self) -> Vec<usize> {
        let acked = |id: &String| self.acked.contains_key(id);
        while self.sent.get(self.done).is_some_and(acked) {
            self.done += 1;
        }
        (self.done..self.sent.len()).filter(|place| !acked(&self.sent[*place])).collect()
    }

    fn post(&self, place: usize) -> Value {
        post(self.chat, &self.sent[place], &place.to_string())
    }

    /// Says one more thing; whether the connection is still there.
    pub async fn say(&mut self, client: &mut Client) -> bool {
        self.sent.push(uuid());
        client.try_send(&self.post(self.sent.len() - 1)).await
    }

    /// Whether the frame said that a message is refused for the moment.
    pub fn take(&mut self, frame: &Value) -> bool {
        if frame["type"] == "ack" {
            let seq = frame["seq"].as_u64().unwrap();
            let before = self.acked.insert(frame["client_id"].as_str().unwrap().to_owned(), seq);
            assert!(before.is_none_or(|before| before == seq), "{frame}");
            self.progress.send_replace(self.acked.len());
        }
        let passing =
            matches!(frame["code"].as_str(), Some("too_many_requests" | "unavailable" | "going_away"));
        assert!(frame["type"] != "reject" || passing, "{frame}");
        frame["type"] == "reject"
    }

    /// Says all that is not acknowledged, in order; whether the connection is still there.
    async fn say_again(&mut self, client: &mut Client) -> bool {
        for place in self.unacked() {
            if !client.try_send(&self.post(place)).await {
                return false;
            }
        }
        true
    }

    /// Talks until the connection is lost.
    pub async fn talk(mut self, mut client: Client) -> Self {
        let mut resumes = None;
        loop {
            while resumes.is_none() && self.unacked().len() < IN_FLIGHT {
                if !self.say(&mut client).await {
                    return self;
                }
            }
            tokio::select! {
                frame = client.next() => match frame {
                    Some(frame) if self.take(&frame) => resumes = Some(Instant::now() + PAUSE),
                    Some(_) => {}
                    None => return self,
                },
                () = until(resumes) => {
                    resumes = None;
                    if !self.say_again(&mut client).await {
                        return self;
                    }
                }
            }
        }
    }

    /// Comes back, says again what was not acknowledged, and waits until all is.
    pub async fn catch_up(&mut self, base: &str) {
        let mut client = self.connect(base).await;
        let mut resumes = Some(Instant::now());
        while !self.unacked().is_empty() {
            tokio::select! {
                frame = client.next() => {
                    if self.take(&frame.expect("the connection was lost")) {
                        resumes = Some(Instant::now() + PAUSE);
                    }
                }
                () = until(resumes) => {
                    resumes = None;
                    assert!(self.say_again(&mut client).await);
                }
            }
        }
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => pending().await,
    }
}
