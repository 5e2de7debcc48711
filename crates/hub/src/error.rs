//! How a use case fails: a code that clients may match on, a sentence that says what to do, and the cause for the
//! log. It knows nothing of HTTP; the edges turn it into a problem document, a frame or a line on the terminal.

pub(crate) mod exceeded;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use chathub_domain::error::{ErrorCode, FieldError};
use chathub_domain::wire::Missing;

use crate::ports::PortError;

pub use exceeded::{Exceeded, Policy};

/// A refused or failed use case.
#[derive(Debug)]
pub struct Error {
    pub code: ErrorCode,
    /// For the person who called: what happened and what to do.
    pub detail: String,
    /// The fields at fault, by JSON pointer.
    pub fields: Vec<FieldError>,
    /// What was not found, when that is what happened.
    pub missing: Option<Missing>,
    /// The limit that was met, when it was one.
    pub exceeded: Option<Box<Exceeded>>,
    /// When trying again may help.
    pub retry_after: Option<Duration>,
    /// For the log: what lies beneath, never shown to the caller.
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What use cases answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            fields: Vec::new(),
            missing: None,
            exceeded: None,
            retry_after: None,
            source: None,
        }
    }

    /// A field that is missing or wrong, named by JSON pointer.
    #[must_use]
    pub fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let field = FieldError { pointer: pointer.into(), detail: detail.into() };
        Self::new(ErrorCode::InvalidField, sentence(&field)).with_fields(vec![field])
    }

    /// All the fields that are missing or wrong; none when none are.
    #[must_use]
    pub fn fields(fields: Vec<FieldError>) -> Option<Self> {
        let detail = fields.iter().map(sentence).collect::<Vec<_>>().join(" ");
        (!fields.is_empty()).then(|| Self::new(ErrorCode::InvalidField, detail).with_fields(fields))
    }

    /// The same, with the fields at fault.
    #[must_use]
    pub fn with_fields(self, fields: Vec<FieldError>) -> Self {
        Self { fields, ..self }
    }

    /// What another tenant's thing and a thing that does not exist have in common.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        let missing = match what {
            "chat" => Missing::Chat,
            "operator" => Missing::Operator,
            _ => Missing::Other,
        };
        let error = Self::new(ErrorCode::NotFound, format!("There is no such {what}."));
        Self { missing: Some(missing), ..error }
    }

    /// Somebody is faster than they may be.
    #[must_use]
    pub fn too_many(what: &str, exceeded: Exceeded) -> Self {
        let detail = match exceeded.retry_after() {
            1 => format!("{what} Try again in a second."),
            seconds => format!("{what} Try again in {seconds} seconds."),
        };
        let mut error = Self::new(ErrorCode::TooManyRequests, detail);
        error.exceeded = Some(Box::new(exceeded));
        error
    }

    /// A failure of the server's own.
    #[must_use]
    pub fn internal(operation: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        PortError::Failed { operation, source: source.into() }.into()
    }
}

fn sentence(FieldError { pointer, detail }: &FieldError) -> String {
    let place = if pointer.is_empty() { "The body" } else { pointer };
    format!("{place}: {detail}")
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<PortError> for Error {
    fn from(error: PortError) -> Self {
        let (code, detail) = match &error {
            PortError::Taken { what } => (ErrorCode::Conflict, format!("This {what} is already taken.")),
            PortError::TooBroad => (
                ErrorCode::Unavailable,
                "The search took too long. Search for a longer word, or in one organization.".to_owned(),
            ),
            PortError::Unavailable { .. } => {
                (ErrorCode::Unavailable, "Not available at the moment. Try again shortly.".to_owned())
            }
            PortError::Away { unsure: true, .. } => (
                ErrorCode::Unavailable,
                "The directory of companies and operators did not say whether this was done. Look before you \
                 try again."
                    .to_owned(),
            ),
            PortError::Away { .. } => (
                ErrorCode::Unavailable,
                "The directory of companies and operators does not answer. Try again shortly.".to_owned(),
            ),
            PortError::Refused { code, detail } => (*code, detail.clone()),
            PortError::Failed { .. } => (
                ErrorCode::Internal,
                "Something went wrong on the server; its log says what. Nothing was changed.".to_owned(),
            ),
        };
        let retry_after = match &error {
            PortError::Away { retry_after, unsure: false, .. } => Some(*retry_after),
            _ => None,
        };
        Self { retry_after, source: Some(Box::new(error)), ..Self::new(code, detail) }
    }
}
