//! Why the remote gave no answer that can be used, in a form that all who waited for it can have.

use std::time::Duration;

use chathub_domain::error::ErrorCode;
use chathub_hub::ports::PortError;

/// After what time asking again may help where nothing says more.
pub(crate) const AGAIN: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// No answer, or nothing that is one; `sent` when the remote may have done what it was asked for.
    Away { retry_after: Duration, sent: bool },
    /// The remote does not take the company's token, and no other is to be had.
    SignedOut,
    /// Refused with this status.
    Refused(u16),
    /// The mirror failed; it was logged where it did.
    Here,
}

impl Trouble {
    /// The remote was kept from even being asked.
    pub(crate) fn busy(retry_after: Duration) -> Self {
        Self::Away { retry_after, sent: false }
    }

    /// Of a call that only prepares another one.
    pub(crate) fn before_it_was_sent(self) -> Self {
        match self {
            Self::Away { retry_after, .. } => Self::busy(retry_after),
            other => other,
        }
    }

    pub(crate) fn port(self, operation: &'static str) -> PortError {
        match self {
            Self::Away { retry_after, .. } => PortError::Away { operation, retry_after, unsure: false },
            Self::SignedOut => PortError::Refused {
                code: ErrorCode::TokenInvalid,
                detail: "The remote ChatHub no longer takes this company's sign-in: sign in again.".into(),
            },
            Self::Refused(status) => PortError::Refused {
                code: ErrorCode::Conflict,
                detail: format!("The remote ChatHub refused this with the status {status}."),
            },
            Self::Here => PortError::Failed { operation, source: "the mirror of the directory".into() },
        }
    }
}

/// A failure of the mirror, told once.
impl From<PortError> for Trouble {
    fn from(error: PortError) -> Self {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the mirror of the remote directory failed"
        );
        Self::Here
    }
}
