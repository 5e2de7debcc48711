//! What is done for a frame, and what comes of it.

use std::sync::Arc;

use chathub_domain::error::ErrorCode;
use futures::future::BoxFuture;

use super::farewell::Farewell;
use crate::door::access::OperatorAccess;
use crate::error::{Error, Result};
use crate::unread::Counted;

/// What came of a frame.
pub(super) enum Answer {
    Frame(Arc<str>),
    Nothing,
    Farewell(Farewell),
    /// The token was renewed: the client is welcomed again, where it is.
    Renewed(Box<OperatorAccess>, String),
    /// Still the same operator, as the directory knows them now.
    Known(Box<OperatorAccess>),
    /// It was not renewed: the refusal, as a frame.
    NotRenewed(Arc<str>),
    /// What waits to be read was counted.
    Counted(Result<Counted, Error>),
}

/// Where the answer to a frame comes from.
pub(super) enum Work {
    Done(Answer),
    /// The writer, which has the command in its queue by now.
    Receipt(BoxFuture<'static, Answer>),
    /// The log.
    Read(BoxFuture<'static, Answer>),
    /// The directory, in the order of the frames.
    Inquiry(BoxFuture<'static, Answer>),
    /// Anything that concerns no other frame.
    Errand(BoxFuture<'static, Answer>),
    Renewal(BoxFuture<'static, Answer>),
}

/// What a check came to. A failure of the server's own, or of its directory, is no reason to send anybody away.
pub(super) fn still_welcome(outcome: Result<()>) -> Answer {
    match outcome {
        Ok(()) => Answer::Nothing,
        Err(error) if matches!(error.code, ErrorCode::Internal | ErrorCode::Unavailable) => Answer::Nothing,
        Err(error) => Answer::Farewell(Farewell::refused(&error)),
    }
}
