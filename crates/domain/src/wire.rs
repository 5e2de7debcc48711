//! The frames of the stream: JSON text, one object each, named by its `type`.
//!
//! Panels and customer chats speak these over one WebSocket, and over the streaming server function where
//! WebSockets are blocked. The first frame from a client is `hello`; no token is ever in a URL. The wire is only
//! ever added to: an old panel must work with a new server, so unknown fields and unknown frames are ignored.

use serde::{Deserialize, Serialize};

use crate::chat::{Chat, ChatStatus};
use crate::cursor::{Cursor, Seq};
use crate::decode::Decode;
use crate::error::ErrorCode;
use crate::event::{CustomerEvent, Event};
use crate::ids::{ChatId, ClientId, OperatorId, OrganizationId};
use crate::message::{CustomerMessage, Message};
use crate::people::{OperatorRef, OrganizationRef};
use crate::time::Timestamp;

/// What a client says.
///
/// A customer has one thread and leaves `chat_id` out; an operator names the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// Who is speaking: an operator by `token`, a customer by `organization` and, from the second time on, `visitor`.
    Hello {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        organization: Option<OrganizationId>,
        /// The visitor token of an earlier `welcome`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        visitor: Option<String>,
        /// What the customer's page knows of them. Unverified: a name to show and a number to search for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer: Option<Introduction>,
        /// Where the client is; without one it gets a `reset`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<Cursor>,
        /// What an operator wants to be told; everything when it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        watch: Option<Watch>,
    },
    /// A fresh token for the same operator, in place.
    Token {
        token: String,
    },
    /// A message. The same `client_id` again is the same message, and gets the same `ack`.
    Post {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat_id: Option<ChatId>,
        client_id: ClientId,
        text: String,
    },
    /// Everything up to and including `seq` has been read.
    Read {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat_id: Option<ChatId>,
        seq: Seq,
    },
    Typing {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat_id: Option<ChatId>,
    },
    SetStatus {
        chat_id: ChatId,
        status: ChatStatus,
    },
    Assign {
        chat_id: ChatId,
        operator_id: Option<OperatorId>,
    },
    /// Erases a chat and all that was said in it, for good.
    Erase {
        chat_id: ChatId,
    },
    /// Keeps the chat's visitor out for a time, and with `address` everybody who comes from where they write.
    Block {
        chat_id: ChatId,
        hours: u32,
        #[serde(default)]
        address: bool,
    },
    /// Lets the chat's visitor write again.
    Unblock {
        chat_id: ChatId,
    },
    /// The messages before `before`, or the last ones.
    History {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat_id: Option<ChatId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Seq>,
    },
    /// The next page of the chat list.
    Chats {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<ChatsBefore>,
    },
    /// The next page of the organization's active operators, by name.
    Operators {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<OperatorId>,
    },
    /// The client is there. It is answered at once by a heartbeat of the server's.
    Heartbeat,
    /// Of a newer client.
    #[serde(other)]
    Unknown,
}

/// How a customer is introduced by their page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduction {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
}

/// Less than everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Watch {
    /// Only how much waits to be read: `badge` and `notice`, and neither events nor a `reset`.
    Badge,
    /// Of a newer client: it gets everything.
    #[serde(other)]
    Unknown,
}

/// A place in the chat list: the last chat of the page before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatsBefore {
    pub updated_at: Timestamp,
    pub id: ChatId,
}

/// What the server says to an operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The first frame. Events since the client's cursor follow, or a `reset`.
    Welcome {
        me: Me,
        cursor: Cursor,
        /// Names the server's build, so that an open panel can offer a reload.
        build: String,
        /// When the token expires.
        expires_at: Timestamp,
    },
    /// A committed change. `prev` is the event before it for this subscriber: another one is a gap.
    Event { seq: Seq, prev: Seq, at: Timestamp, event: Event },
    /// The post is on disk. Its event has this `seq`.
    Ack { client_id: ClientId, chat_id: ChatId, seq: Seq },
    /// A frame was refused, and nothing changed.
    Reject {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<ClientId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat_id: Option<ChatId>,
        code: ErrorCode,
        detail: String,
        /// With `not_found`: what was not there. Only a missing chat is an erased one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missing: Option<Missing>,
    },
    /// Somebody is writing; fades by itself.
    Typing {
        chat_id: ChatId,
        /// The operator who writes; absent when it is the customer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        operator: Option<OperatorRef>,
    },
    /// An answer to `history`, oldest first; fewer than a page where they are long. `more` says that there are older ones.
    History { chat_id: ChatId, messages: Vec<Message>, more: bool },
    /// An answer to `chats`.
    Chats { chats: Vec<Chat>, more: bool },
    /// An answer to `operators`.
    Operators { operators: Vec<OperatorRef>, more: bool },
    /// An answer to `block` and `unblock`: until when the chat's visitor is kept out, and whether their address is.
    Blocked {
        chat_id: ChatId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        address: bool,
    },
    /// The client's picture can't be continued: here is a new one. Not only after `welcome`: a client that has fallen far
    /// behind gets one as well.
    Reset { cursor: Cursor, snapshot: Snapshot },
    /// To operators, at the beginning and whenever it changes: the customers' messages in the whole organization that this
    /// operator has not read, and how many chats have some.
    Badge { unread: u32, chats: u32 },
    /// To who watches the badge: a customer has written.
    Notice { chat_id: ChatId, customer: String, preview: String },
    /// The server is there, and this is where the subscriber is.
    Heartbeat { cursor: Cursor },
    /// The last frame. `reconnect` says whether coming back (with the same token) makes sense.
    Bye { code: ErrorCode, detail: String, reconnect: bool },
    #[serde(other)]
    Unknown,
}

/// What a refusal could not find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    Chat,
    Operator,
    /// Something else, or of a newer server.
    #[serde(other)]
    Other,
}

/// Whom the server takes an operator's panel for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
pub struct Me {
    pub operator: OperatorRef,
    pub organization: OrganizationRef,
}

/// All that a panel needs to begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
pub struct Snapshot {
    /// The first page of the list, newest first.
    pub chats: Vec<Chat>,
    /// There are older chats.
    pub more: bool,
    /// The organization's active operators, by name: the first page of them.
    pub operators: Vec<OperatorRef>,
    /// The customers' messages in the whole organization that this operator has not read, also in chats that are further
    /// down.
    #[serde(default)]
    pub unread: u32,
}

/// What the server says to a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CustomerFrame {
    Welcome {
        /// Names this visitor from now on; to be stored before the first `post`.
        visitor: String,
        organization: OrganizationRef,
        cursor: Cursor,
        build: String,
    },
    Event {
        seq: Seq,
        prev: Seq,
        at: Timestamp,
        event: CustomerEvent,
    },
    Ack {
        client_id: ClientId,
        seq: Seq,
    },
    Reject {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<ClientId>,
        code: ErrorCode,
        detail: String,
    },
    /// An operator is writing.
    Typing {
        operator: String,
    },
    History {
        messages: Vec<CustomerMessage>,
        more: bool,
    },
    Reset {
        cursor: Cursor,
        snapshot: CustomerSnapshot,
    },
    Heartbeat {
        cursor: Cursor,
    },
    Bye {
        code: ErrorCode,
        detail: String,
        reconnect: bool,
    },
    #[serde(other)]
    Unknown,
}

/// All that a customer chat needs to begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerSnapshot {
    /// The last page of everything this visitor and the organization said to each other, oldest first.
    pub messages: Vec<CustomerMessage>,
    pub more: bool,
    /// The current chat's status; absent before the first message.
    pub status: Option<ChatStatus>,
    /// How far the visitor has read.
    pub read_by_me: Seq,
    /// How far those who answer have read.
    pub read_by_operators: Seq,
}

#[cfg(test)]
mod tests;
