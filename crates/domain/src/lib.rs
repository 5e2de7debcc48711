//! The ground floor: what a live chat is made of.
//!
//! Ids, people, chats, messages, the events of the log, the cursor that names a place in it, the frames of the
//! wire and the codes of the errors. Plain data with serde: no I/O, no clock, no randomness, so that the server,
//! the panel's WASM and the tests share one definition of everything that crosses a boundary.

// What a derive writes names this crate, in this crate as in others.
extern crate self as chathub_domain;

pub mod chat;
pub mod cursor;
pub mod decode;
pub mod error;
pub mod event;
pub mod ids;
pub mod limits;
pub mod lookalike;
pub mod message;
pub mod note;
pub mod people;
pub mod text;
pub mod time;
pub mod token;
pub mod wire;

pub use chat::{Chat, ChatStatus, Source};
pub use cursor::{Cursor, Epoch, Seq};
pub use error::{ErrorCode, Problem};
pub use event::{CustomerEvent, Event};
pub use ids::{ChatId, ClientId, CompanyId, CustomerId, MessageId, OperatorId, OrganizationId, VisitorId};
pub use message::{Author, Body, Message, MessageStatus};
pub use people::{Operator, OperatorRef, OperatorStatus, Organization, OrganizationRef};
pub use time::Timestamp;
