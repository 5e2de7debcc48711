//! Those who answer, and where they belong.

use serde::{Deserialize, Serialize};
use serde_repr::{Deserialize_repr, Serialize_repr};

use crate::decode::Decode;
use crate::ids::{OperatorId, OrganizationId};

/// Whether an operator may work. The numbers are the published API's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_repr, Deserialize_repr, Decode)]
#[repr(u8)]
pub enum OperatorStatus {
    Active = 0,
    /// Keeps the name and the history, loses every token at once.
    Inactive = 1,
    /// Like inactive, and no longer listed.
    Deleted = 2,
}

impl OperatorStatus {
    /// The status that a stored or received number means.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Active),
            1 => Some(Self::Inactive),
            2 => Some(Self::Deleted),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
pub struct OrganizationRef {
    pub id: OrganizationId,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
pub struct OperatorRef {
    pub id: OperatorId,
    pub name: String,
}

/// An organization and the web origins that may embed its panel and its customer chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
    pub allowed_origins: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    pub id: OperatorId,
    pub name: String,
    pub status: OperatorStatus,
    pub organization: OrganizationRef,
}
