//! Whom a session speaks with.

use std::sync::Arc;

use chathub_domain::error::ErrorCode;
use chathub_domain::{ChatId, ClientId, Cursor, Seq};
use futures::future::BoxFuture;
use tokio::time::Instant;

use super::Farewell;
use super::behind::Stretch;
use super::customer::{self, Customer};
use super::operator::{self, Desk};
use super::watcher::Watcher;
use crate::door::access::OperatorAccess;
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

/// What came of a frame.
pub(super) enum Answer {
    Frame(Arc<str>),
    Nothing,
    Farewell(Farewell),
    /// The token was renewed: the client is welcomed again, where it is.
    Renewed(Box<OperatorAccess>, String),
    /// Still the same operator, as the directory knows them now.
    Known(Box<OperatorAccess>),
    /// It was not renewed: the refusal, as a frame.
    NotRenewed(Arc<str>),
    /// What waits to be read was counted.
    Counted(Result<Counted, Error>),
}

/// Where the answer to a frame comes from.
pub(super) enum Work {
    Done(Answer),
    /// The writer, which has the command in its queue by now.
    Receipt(BoxFuture<'static, Answer>),
    /// The log.
    Read(BoxFuture<'static, Answer>),
    /// The directory, in the order of the frames.
    Inquiry(BoxFuture<'static, Answer>),
    /// Anything that concerns no other frame.
    Errand(BoxFuture<'static, Answer>),
    Renewal(BoxFuture<'static, Answer>),
}

/// What a check came to. A failure of the server's own, or of its directory, is no reason to send anybody away.
pub(super) fn still_welcome(outcome: Result<()>) -> Answer {
    match outcome {
        Ok(()) => Answer::Nothing,
        Err(error) if matches!(error.code, ErrorCode::Internal | ErrorCode::Unavailable) => Answer::Nothing,
        Err(error) => Answer::Farewell(Farewell::refused(&error)),
    }
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
            Self::Operator(_) | Self::Watcher(_) => operator::bye(farewell),
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
            Self::Operator(_) | Self::Watcher(_) => operator::reject(error, client_id, chat_id),
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
