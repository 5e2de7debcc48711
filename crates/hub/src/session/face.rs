//! Whom a session speaks with.

use std::sync::Arc;

use chathub_domain::{ChatId, ClientId, Cursor, Seq};
use futures::future::BoxFuture;
use tokio::time::Instant;

use super::behind::Stretch;
use super::customer::{self, Customer};
use super::farewell::Farewell;
use super::operator::{self, Desk};
use super::reply;
use super::watcher::Watcher;
use super::work::Answer;
use crate::door::origin::Origin;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::log::feed::encode;
use crate::pace::Who;
use crate::ports::Unread;
use crate::unread::{Change, Counted};

/// Whom the session speaks with, and therefore which frames it uses.
pub(super) enum Face {
    Operator(Desk),
    Customer(Customer),
    Watcher(Watcher),
}

impl Face {
    pub(super) fn who(&self) -> Who {
        match self {
            Self::Operator(desk) | Self::Watcher(Watcher { desk, .. }) => Who::Operator(desk.access().id()),
            Self::Customer(customer) => Who::Visitor(customer.visitor()),
        }
    }

    pub(super) fn desk(&mut self) -> Option<&mut Desk> {
        match self {
            Self::Operator(desk) | Self::Watcher(Watcher { desk, .. }) => Some(desk),
            Self::Customer(_) => None,
        }
    }

    /// Whether the subscriber may go on; none where nothing that may be taken back is needed.
    pub(super) fn check(&self, hub: &Hub, origin: &Origin) -> Option<BoxFuture<'static, Answer>> {
        match self {
            Self::Operator(desk) | Self::Watcher(Watcher { desk, .. }) => Some(desk.check(hub, origin)),
            Self::Customer(customer) => customer.check(hub, origin),
        }
    }

    /// The events after the cursor; none for who is not told events.
    pub(super) fn stretch(&self, hub: &Hub, cursor: Cursor) -> Option<BoxFuture<'static, Result<Stretch>>> {
        match self {
            Self::Operator(desk) => Some(desk.stretch(hub, cursor)),
            Self::Customer(customer) => Some(customer.stretch(hub, cursor)),
            Self::Watcher(_) => None,
        }
    }

    /// What is there now.
    pub(super) fn picture(&self, hub: &Hub) -> Option<BoxFuture<'static, Result<Stretch>>> {
        match self {
            Self::Operator(desk) => Some(desk.picture(hub)),
            Self::Customer(customer) => Some(customer.picture(hub)),
            Self::Watcher(_) => None,
        }
    }

    /// When there is something to tell or to ask about what waits to be read, if there is.
    pub(super) fn due(&self) -> Option<Instant> {
        match self {
            Self::Operator(desk) | Self::Watcher(Watcher { desk, .. }) => desk.unread.due(),
            Self::Customer(_) => None,
        }
    }

    /// An event has been told.
    pub(super) fn told(&mut self, seq: Seq, change: Option<Change>) {
        if let Self::Operator(desk) = self {
            desk.unread.see(seq, change);
        }
    }

    /// A picture was told, with what waits to be read at `seq`: the frame that tells it.
    pub(super) fn begin(&mut self, unread: Option<Unread>, seq: Seq) -> Option<Arc<str>> {
        let desk = self.desk()?;
        desk.unread.begin(unread?, seq);
        desk.unread.tell().map(|frame| encode(&frame))
    }

    /// What waits to be read was counted: the frames that can be told now.
    pub(super) fn counted(&mut self, answer: Result<Counted>) -> Vec<Arc<str>> {
        match self {
            Self::Operator(desk) => {
                desk.unread.counted(answer);
                desk.unread.tell().iter().map(encode).collect()
            }
            Self::Watcher(watcher) => watcher.counted(answer),
            Self::Customer(_) => Vec::new(),
        }
    }

    pub(super) fn bye(&self, farewell: &Farewell) -> Arc<str> {
        match self {
            Self::Operator(_) | Self::Watcher(_) => farewell.frame(),
            Self::Customer(_) => customer::bye(farewell),
        }
    }

    pub(super) fn reject(
        &self,
        error: &Error,
        client_id: Option<ClientId>,
        chat_id: Option<ChatId>,
    ) -> Arc<str> {
        match self {
            Self::Operator(_) | Self::Watcher(_) => reply::reject(error, client_id, chat_id),
            Self::Customer(_) => customer::reject(error, client_id),
        }
    }

    pub(super) fn heartbeat(&self, cursor: Cursor) -> Arc<str> {
        match self {
            Self::Operator(_) | Self::Watcher(_) => operator::heartbeat(cursor),
            Self::Customer(_) => customer::heartbeat(cursor),
        }
    }
}
