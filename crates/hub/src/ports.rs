//! What the use cases need from outside, as traits. Adapters live in other crates and pass the suites in
//! [`contract`](crate::contract).

mod chats;
mod directory;
mod door;
mod erase;
mod ids;
mod log;
mod login;
mod mirror;
mod paging;
mod register;
mod search;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use chathub_domain::error::ErrorCode;

pub use chats::{Chats, CountedChat, CustomerPage, MessagePage, Overview, Span, Unread, UnreadChat};
pub use directory::{
    CompanyRecord, Directory, Health, NewOperator, OperatorRecord, OriginsChange, SignIn, Vouch,
};
pub use door::{Block, Door, KnownAddress, SessionId, SessionRecord};
pub use erase::Erase;
pub use ids::{Ids, NewRows};
pub use log::{
    Actor, Batch, Changes, ChatHead, CustomerHead, CustomerRecord, ErasedChat, Log, LogState, Mark, MarkAt,
    MessageRow, Portion, Posted, Recorded, Sender, Wanted,
};
pub use login::{Login, LoginMistake, character, odd_logins};
pub use mirror::{Account, Mirror};
pub use paging::{ChatCursor, ChatOrder, ChatPage, ChatStart, FoundPage};
pub use register::{CompanyEntry, Register};
pub use search::{ChatFilter, FoundChat, Search, SearchText};

pub use crate::folding::{FOLDING, folded, words};

/// What a hub works with.
#[derive(Clone)]
pub struct Ports {
    pub directory: Arc<dyn Directory>,
    pub log: Arc<dyn Log>,
    pub chats: Arc<dyn Chats>,
    pub search: Arc<dyn Search>,
    pub erase: Arc<dyn Erase>,
    pub door: Arc<dyn Door>,
}

impl Ports {
    /// All of them on one database.
    pub fn of<S: Directory + Log + Chats + Search + Erase + Door + 'static>(store: &Arc<S>) -> Self {
        Self {
            directory: store.clone(),
            log: store.clone(),
            chats: store.clone(),
            search: store.clone(),
            erase: store.clone(),
            door: store.clone(),
        }
    }
}

/// What is wrong with a storage, and what an administrator does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("the disk is full: make room on it")]
    Full,
    #[error("the data directory is read-only: make it writable again for the server's user")]
    ReadOnly,
    #[error("the disk fails to write or to read: see what the system's own log says of it")]
    Failing,
    #[error("another process keeps the database locked: end it, a backup or a database tool most likely")]
    Locked,
    #[error("more waits for the database than it can do")]
    Busy,
    #[error("the database can't be opened: see that its files are there and are the server's user's")]
    Unreachable,
    #[error("the database takes nothing that is written: see what this server's log says of it")]
    Unknown,
}

/// How an adapter fails.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// A name that must be unique is in use.
    #[error("this {what} is taken")]
    Taken { what: &'static str },
    /// A search that was given up after seconds.
    #[error("searching took too long")]
    TooBroad,
    /// The storage does not do what is asked of it, whoever asks; it may later.
    #[error("{operation}: {trouble}")]
    Unavailable {
        operation: &'static str,
        trouble: Trouble,
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
