//! What is said in a chat.

use serde::{Deserialize, Serialize};
use serde_repr::{Deserialize_repr, Serialize_repr};

use crate::cursor::Seq;
use crate::decode::{Decode, Value, member};
use crate::ids::{ClientId, MessageId, OperatorId};
use crate::people::OperatorRef;
use crate::time::Timestamp;

/// What became of a message, as its sender sees it. The numbers are the published API's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_repr, Deserialize_repr)]
#[repr(u8)]
pub enum MessageStatus {
    New = 0,
    Delivered = 1,
    Rejected = 2,
    Read = 3,
}

/// Who said it. A kind that is added must be announced by a client in its `hello` before it is told to it: former panels
/// leave out messages of authors that they don't know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[decode(otherwise = Self::of_newer)]
pub enum Author {
    Customer,
    Operator(OperatorRef),
}

impl Author {
    /// Of a newer server: somebody who answers, whatever they are. A message is never left out.
    fn of_newer(json: &Value) -> Self {
        Self::Operator(OperatorRef::decode(json).unwrap_or_else(|| OperatorRef {
            id: OperatorId(0),
            name: String::decode(member(json, "name")).unwrap_or_default(),
        }))
    }
}

/// A part of a text that leads somewhere. The server finds them; windows draw them, and nothing else is a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
pub struct Link {
    /// Where it begins, in UTF-16 code units, as JavaScript counts.
    pub offset: u32,
    /// How long it is, in UTF-16 code units.
    pub length: u32,
    /// Where it leads: `https:`, `http:` or `mailto:`, with the host as browsers resolve it.
    pub url: String,
}

/// What a message says. On the wire its parts stand among the message's own fields, `text` always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Decode)]
pub struct Body {
    pub text: String,
    /// The links in the text, in their order and apart from each other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// As somebody sends it: the server finds the links.
impl<T: Into<String>> From<T> for Body {
    fn from(text: T) -> Self {
        Self { text: text.into(), links: Vec::new() }
    }
}

/// One message, as operators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
pub struct Message {
    pub id: MessageId,
    /// Its event's position in the organization's log.
    pub seq: Seq,
    pub client_id: ClientId,
    pub author: Author,
    #[serde(flatten)]
    pub body: Body,
    pub at: Timestamp,
}

/// One message, as its customer sees it: numbered in the customer's own log, the operator by name alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerMessage {
    pub seq: Seq,
    pub client_id: ClientId,
    /// The operator who wrote it; absent on the customer's own messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    #[serde(flatten)]
    pub body: Body,
    pub at: Timestamp,
}

/// A chat's last line, for lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Decode)]
pub struct LastMessage {
    pub seq: Seq,
    pub from_customer: bool,
    /// The beginning of the text, at most [`PREVIEW_CHARS`](crate::limits::PREVIEW_CHARS) characters, on one line.
    pub text: String,
    pub at: Timestamp,
}
