//! What a subscriber is told, and whom they speak for.

use std::sync::Arc;

use chathub_domain::error::ErrorCode;
use chathub_domain::{Event, OperatorId, OrganizationId, Seq, VisitorId};
use serde::Serialize;

use crate::unread::Change;

/// One thing for one subscriber.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// A committed event, encoded, its place in the subscriber's own counting, and, for operators, what it does to what
    /// waits to be read.
    Event { seq: Seq, frame: Arc<str>, change: Option<Change> },
    /// A committed event, as it is, for who tells something else of it.
    Seen { seq: Seq, event: Arc<Event> },
    /// There are events that are not here: they are in the log.
    Behind,
    /// Something that is true only now.
    Signal(Arc<str>),
    /// Tokens have been revoked, or visitors blocked: is this subscriber among them?
    Recheck,
    /// The subscriber must go, and why.
    Dismissed { code: ErrorCode, detail: String, reconnect: bool },
}

/// Whom a subscriber speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    Operator(OrganizationId, OperatorId),
    /// An operator who is told of the events, not the events, and no signals.
    Watcher(OrganizationId, OperatorId),
    Visitor(OrganizationId, VisitorId),
}

impl Audience {
    pub(super) fn organization(self) -> OrganizationId {
        match self {
            Self::Operator(organization, _)
            | Self::Watcher(organization, _)
            | Self::Visitor(organization, _) => organization,
        }
    }
}

/// A frame's JSON.
pub(crate) fn encode(frame: &impl Serialize) -> Arc<str> {
    // Frames are plain data with string keys, which serde_json always writes.
    serde_json::to_string(frame).expect("frames are always representable in JSON").into()
}
