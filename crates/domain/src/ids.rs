//! Names of things. Integers are given out by the database; UUIDs are made by whoever speaks first.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::decode::Decode;

macro_rules! integer_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Decode)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Decode)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

integer_id! {
    /// A company: the tenant, which owns organizations.
    CompanyId,
    /// An organization of a company: a department or a brand, with its own operators and chats.
    OrganizationId,
    /// A person (or program) who answers.
    OperatorId,
    /// A conversation of one customer with an organization.
    ChatId,
    /// One message of a chat.
    MessageId,
    /// The one who asks, as an organization knows them.
    CustomerId,
}

uuid_id! {
    /// A message's name, given by its sender, so that sending it again is the same as sending it once.
    ClientId,
    /// A browser that speaks to an organization, before and after it becomes a customer.
    VisitorId,
}
