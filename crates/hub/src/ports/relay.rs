//! The port by which the nodes of an installation tell each other what can't wait until each of them looks.

use std::future::pending;
use std::sync::Arc;

use async_trait::async_trait;
use chathub_domain::error::ErrorCode;
use chathub_domain::{OperatorId, OrganizationId, Seq, VisitorId};

/// What one node tells the others. None of it is the truth, which is in the log and in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The organization's log has got this far. Where it is lost, the next look at the log's heads finds the same.
    Reached { organization: OrganizationId, seq: Seq },
    /// Something that is true only now, for the operators of an organization but for one: a frame as it is sent. It may
    /// be lost.
    ForOperators { organization: OrganizationId, except: Option<OperatorId>, frame: Arc<str> },
    /// The same for a visitor.
    ForVisitor { organization: OrganizationId, visitor: VisitorId, frame: Arc<str> },
    /// Everybody is to be looked at again.
    Recheck,
    /// The visitors of an organization are to be looked at again: who is blocked there has changed.
    RecheckVisitors { organization: OrganizationId },
    /// An operator must go, and why.
    Dismissed { organization: OrganizationId, operator: OperatorId, code: ErrorCode, detail: String },
}

/// The way to the other nodes. Notices may be lost, doubled, late or in another order; in the place of rechecks and
/// dismissals that were lost comes a [`Notice::Recheck`].
#[async_trait]
pub trait Relay: Send + Sync {
    /// Tells the other nodes. It never waits: what there is no room for is lost.
    fn tell(&self, notice: &Notice);

    /// What another node has told next. Cancelling it loses nothing.
    async fn hear(&self) -> Notice;
}

/// The way from the only node of an installation: there is nobody else.
pub struct Alone;

#[async_trait]
impl Relay for Alone {
    fn tell(&self, _notice: &Notice) {}

    async fn hear(&self) -> Notice {
        pending().await
    }
}
