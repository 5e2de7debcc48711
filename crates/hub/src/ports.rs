//! What the use cases need from outside, as traits. Adapters live in other crates and pass the suites in
//! [`contract`](crate::contract).

mod directory;
mod log;
mod mirror;
mod search;

pub use directory::{CompanyRecord, Directory, Health, NewOperator, OperatorRecord, SignIn, Vouch};
pub use log::{
    Batch, Changes, ChatHead, CustomerHead, CustomerPage, CustomerRecord, ErasedChat, Log, LogState, Mark,
    MarkAt, MessageRow, NextIds, Posted, Recorded, Sender, Wanted,
};
pub use mirror::{Account, Mirror};

pub use search::{ChatFilter, ChatOrder, ChatPage, FoundChat, Search, Span, phone_digits};

use std::error::Error as StdError;
use std::time::Duration;

use chathub_domain::error::ErrorCode;

/// How an adapter fails.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// A name that must be unique is in use.
    #[error("this {what} is taken")]
    Taken { what: &'static str },
    /// A search that was given up after seconds.
    #[error("searching took too long")]
    TooBroad,
    /// The thing behind the port does not answer; it may later.
    #[error("{operation}: unavailable")]
    Unavailable {
        operation: &'static str,
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Somebody else's server does not answer, or not usably; it may after this time. `unsure` whether it has done
    /// what it was asked for.
    #[error("{operation}: no usable answer")]
    Away { operation: &'static str, retry_after: Duration, unsure: bool },
    /// Understood and refused, in words for whoever asked.
    #[error("refused: {detail}")]
    Refused { code: ErrorCode, detail: String },
    #[error("{operation}: {source}")]
    Failed {
        operation: &'static str,
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
}
