//! What a customer sees, by the rules of `session.js`: the first picture, and what each event changes of it.

use chathub_domain::message::CustomerMessage;
use chathub_domain::wire::{ClientFrame, CustomerFrame, CustomerSnapshot};
use chathub_domain::{ChatStatus, CustomerEvent};
use chathub_hub::Origin;
use chathub_hub::pace::Peer;
use chathub_hub::session::{Session, Turn};
use futures::FutureExt;
use tokio::task::unconstrained;

use super::Stage;
use crate::support::within;

/// A customer's window and its connection.
pub struct Window {
    customer: usize,
    session: Session,
    seq: u64,
    pub picture: Picture,
}

/// What is on the screen.
#[derive(Debug)]
pub struct Picture {
    pub status: Option<ChatStatus>,
    pub messages: Vec<CustomerMessage>,
    pub read_by_operators: u64,
    read_by_me: u64,
}

impl Window {
    pub async fn open(stage: &Stage, customer: usize) -> Self {
        let hello = ClientFrame::Hello {
            token: None,
            organization: Some(stage.organization),
            visitor: Some(stage.visitors[customer].clone()),
            customer: None,
            cursor: None,
            watch: None,
        };
        let opened = Session::open(&stage.hub, hello, &Origin::Own, Peer::UNKNOWN, true).await;
        let mut session = opened.map_err(|(farewell, _)| farewell).unwrap();
        loop {
            if let Turn::Send(frame) = within("a frame", session.next()).await
                && let CustomerFrame::Reset { cursor, snapshot } = serde_json::from_str(&frame).unwrap()
            {
                return Self { customer, session, seq: cursor.seq, picture: Picture::new(snapshot) };
            }
        }
    }

    /// Takes everything that was told until now. An erasure is answered by asking for a new picture.
    pub async fn catch_up(&mut self, stage: &Stage) {
        // What was committed waits in the session already: nothing has to be awaited.
        while let Some(turn) = unconstrained(self.session.next()).now_or_never() {
            let Turn::Send(frame) = turn else { continue };
            match serde_json::from_str(&frame).unwrap() {
                CustomerFrame::Event { event: CustomerEvent::Erased, .. } => {
                    *self = Self::open(stage, self.customer).await;
                }
                CustomerFrame::Event { seq, prev, event, .. } => {
                    assert_eq!(prev, self.seq);
                    self.seq = seq;
                    self.picture.change(event);
                }
                other => assert!(!matches!(other, CustomerFrame::Bye { .. }), "{other:?}"),
            }
        }
    }
}

impl Picture {
    fn new(snapshot: CustomerSnapshot) -> Self {
        let CustomerSnapshot { messages, status, read_by_me, read_by_operators, .. } = snapshot;
        Self { status, messages, read_by_operators, read_by_me }
    }

    pub fn unread(&self) -> usize {
        self.messages.iter().filter(|m| m.operator.is_some() && m.seq > self.read_by_me).count()
    }

    fn change(&mut self, event: CustomerEvent) {
        match event {
            CustomerEvent::Message { message } => {
                if message.operator.is_none() && self.status.is_none_or(|status| status == ChatStatus::Closed)
                {
                    self.status = Some(ChatStatus::New);
                }
                self.messages.push(message);
            }
            CustomerEvent::ChatStatus { status } => self.status = Some(status),
            CustomerEvent::Read { up_to } => self.read_by_operators = self.read_by_operators.max(up_to),
            _ => {}
        }
    }
}
