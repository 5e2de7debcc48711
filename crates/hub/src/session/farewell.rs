//! The last thing that a subscriber is told.

use std::sync::Arc;

use chathub_domain::error::ErrorCode;
use chathub_domain::wire::ServerFrame;

use crate::error::Error;
use crate::log::feed::encode;

/// The last thing a subscriber is told.
#[derive(Clone, Debug)]
pub struct Farewell {
    pub code: ErrorCode,
    pub detail: String,
    /// Whether coming back, as it was, makes sense.
    pub reconnect: bool,
}

impl Farewell {
    /// As it is sent to an operator, and to somebody who has not said who they are.
    #[must_use]
    pub fn frame(&self) -> Arc<str> {
        let Self { code, detail, reconnect } = self.clone();
        encode(&ServerFrame::Bye { code, detail, reconnect })
    }

    pub(super) fn refused(error: &Error) -> Self {
        Self { code: error.code, detail: error.detail.clone(), reconnect: error.code.is_passing() }
    }
}

pub(super) fn too_slow() -> Farewell {
    Farewell {
        code: ErrorCode::TooSlow,
        detail: "The connection could not keep up; connect again to go on.".into(),
        reconnect: true,
    }
}
