//! Places in a log.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::decode::Decode;

/// A position in a log as one subscriber numbers it: 0 is before the first event, and numbers have no holes.
///
/// Operators number by their organization's log. A customer numbers only the events of their own chats, so that
/// the number tells nothing about the rest of the organization.
pub type Seq = u64;

/// Names one life of a database. A restored or replaced database has another, and cursors of the former one are
/// answered by a reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
#[serde(transparent)]
pub struct Epoch(pub Uuid);

/// Where a subscriber is: everything up to and including `seq` has been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
pub struct Cursor {
    pub epoch: Epoch,
    pub seq: Seq,
}
