//! What the use cases need from outside, as traits. Adapters live in other crates and pass the suites in
//! [`contract`](crate::contract).

mod chats;
mod directory;
mod door;
mod erase;
mod failure;
mod ids;
mod log;
mod login;
mod mirror;
mod paging;
mod register;
mod relay;
mod search;

use std::sync::Arc;

pub use chats::{Chats, CountedChat, CustomerPage, MessagePage, Overview, Span, Unread, UnreadChat};
pub use directory::{
    CompanyRecord, Directory, Health, NewOperator, OperatorRecord, OriginsChange, SignIn, Vouch,
};
pub use door::{Block, Door, KnownAddress, SessionId, SessionRecord};
pub use erase::Erase;
pub use failure::{PortError, Trouble};
pub use ids::{Ids, NewRows};
pub use log::{
    Actor, Batch, Changes, ChatHead, CustomerHead, CustomerRecord, ErasedChat, Log, LogState, Mark, MarkAt,
    MessageRow, Portion, Posted, Recorded, Sender, Wanted,
};
pub use login::{Login, LoginMistake, OddLogins, character, odd_logins};
pub use mirror::{Account, Mirror};
pub use paging::{ChatCursor, ChatOrder, ChatPage, ChatStart};
pub use register::{CompanyEntry, Register};
pub use relay::{Alone, Notice, Relay};
pub use search::{ChatFilter, FoundChat, FoundPage, Search, SearchText};

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
    pub relay: Arc<dyn Relay>,
}

impl Ports {
    /// All of them on one database, which no other node works on.
    pub fn of<S: Directory + Log + Chats + Search + Erase + Door + 'static>(store: &Arc<S>) -> Self {
        Self {
            directory: store.clone(),
            log: store.clone(),
            chats: store.clone(),
            search: store.clone(),
            erase: store.clone(),
            door: store.clone(),
            relay: Arc::new(Alone),
        }
    }
}
