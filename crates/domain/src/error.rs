//! What can go wrong, by stable machine-readable codes, and the RFC 9457 document that says it.

use serde::{Deserialize, Serialize};

use crate::decode::{Decode, Value};

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal, $title:literal;)+) => {
        /// A stable name for a kind of failure. Clients match on these, so they are only ever added to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
            /// One that this build does not know: a newer server's.
            #[serde(other, rename = "unknown")]
            Unknown,
        }

        impl ErrorCode {
            /// All that this build knows.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The HTTP status that goes with it.
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ Self::Unknown => 500 }
            }

            /// The problem's title: the same for every occurrence.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ Self::Unknown => "Something went wrong" }
            }

            /// The code of this name on the wire.
            #[must_use]
            pub fn named(name: &str) -> Self {
                match name { $($text => Self::$name,)+ _ => Self::Unknown }
            }

            /// The name on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ Self::Unknown => "unknown" }
            }
        }
    };
}

error_codes! {
    Malformed = "malformed", 400, "The request can't be read";
    InvalidField = "invalid_field", 400, "A field is missing or wrong";
    TokenMissing = "token_missing", 401, "A token is needed";
    TokenInvalid = "token_invalid", 401, "Invalid token";
    TokenExpired = "token_expired", 401, "Token expired";
    LoginRefused = "login_refused", 401, "Unknown login or wrong password";
    /// The token is of another kind than the call needs.
    WrongTokenKind = "wrong_token_kind", 403, "Wrong kind of token";
    OperatorInactive = "operator_inactive", 403, "Operator is not active";
    OriginNotAllowed = "origin_not_allowed", 403, "This web origin is not allowed";
    /// The visitor may not write, for a time.
    Blocked = "blocked", 403, "Blocked";
    NotFound = "not_found", 404, "Not found";
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed";
    Conflict = "conflict", 409, "In conflict with what is there";
    TooLarge = "too_large", 413, "Too large";
    /// The request was sent to a name that is not this server's.
    Misdirected = "misdirected", 421, "Not this server's name";
    UnsupportedMediaType = "unsupported_media_type", 415, "The body must be JSON";
    MessageTooLong = "message_too_long", 422, "The message is too long";
    MessageEmpty = "message_empty", 422, "The message is empty";
    TooManyRequests = "too_many_requests", 429, "Too many requests";
    Internal = "internal", 500, "Something went wrong on the server";
    Unavailable = "unavailable", 503, "Not available at the moment";
    /// A subscriber did not take its frames fast enough; it should come back and resume.
    TooSlow = "too_slow", 503, "The connection was too slow";
    /// The server is going down for a restart.
    GoingAway = "going_away", 503, "The server is restarting";
    /// Nothing was heard for too long.
    Silent = "silent", 408, "Nothing was heard for too long";
}

/// By its name: the derive would write the table once more.
impl Decode for ErrorCode {
    fn decode(json: &Value) -> Option<Self> {
        json.as_str().map(Self::named)
    }
}

impl ErrorCode {
    /// Whether the same request may succeed later, without anybody's doing. A message that met such a code is sent
    /// again by itself.
    #[must_use]
    pub fn is_passing(self) -> bool {
        matches!(
            self,
            Self::TooManyRequests
                | Self::Internal
                | Self::Unavailable
                | Self::TooSlow
                | Self::GoingAway
                | Self::Silent
        )
    }
}

/// RFC 9457 problem details, with our `code`, and JSON pointers for the fields at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `about:blank`: the meaning is in `status` and `code`.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What happened this time and what to do about it.
    pub detail: String,
    pub code: ErrorCode,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// Fields at fault that one problem names: a page of them says enough of a long list.
pub const NAMED_AT_MOST: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// RFC 6901 pointer into the request's body, or `?name` for a query parameter.
    pub pointer: String,
    pub detail: String,
}

impl Problem {
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank".into(),
            title: code.title().into(),
            status: code.status(),
            detail: detail.into(),
            code,
            errors: Vec::new(),
        }
    }
}
