//! How often people may do what costs others something: guess a password, make tokens, write, appear.
//!
//! These are rules about people, so they stand beside the use cases and hold on every face. How many requests an
//! address may send is the server's business, and uses the same [`Limiter`].

mod limiter;
mod peers;
mod quotas;
mod searches;
mod sign_ins;
mod stream;
mod visitors;

use std::time::Duration;

use chathub_domain::{CompanyId, OperatorId, OrganizationId, VisitorId};

pub use crate::error::{Exceeded, Policy};
pub use crate::peer::Peer;
pub use limiter::{Limiter, Standing};
pub use peers::PeerLimiter;
pub use quotas::Pace;
pub(crate) use searches::Searches;
use sign_ins::SignIns;
pub(crate) use sign_ins::Trust;
pub(crate) use stream::{Place, Streams, Who};
use visitors::Visitors;

use crate::error::Result;
use limiter::check;

/// The limits of one hub.
pub(crate) struct Limits {
    sign_ins: SignIns,
    tokens: Option<Limiter>,
    operators: Option<Limiter>,
    visitors: Visitors,
    origins: Option<Limiter>,
    pub streams: Streams,
}

impl Limits {
    /// `shared` when another server judges the passwords, and counts what is tried here as one address's.
    pub fn new(pace: Pace, shared: bool) -> Self {
        let limiter =
            |name, quota, seconds| Limiter::new(Policy { name, quota, window: Duration::from_secs(seconds) });
        Self {
            sign_ins: SignIns::new(pace.logins, shared),
            tokens: limiter("tokens", pace.tokens, 60),
            // A pasted list of answers goes through at once; only what goes on and on is slowed.
            operators: limiter("messages", pace.messages.saturating_mul(10), 10),
            visitors: Visitors::new(pace),
            // Lines of the log that strangers cause.
            origins: limiter("origins", 6, 60 * 60),
            streams: Streams::new(pace),
        }
    }

    /// An attempt to sign in, before anything is looked up or hashed.
    pub fn sign_in(&self, login: &str, peer: Peer, trust: Trust) -> Result<()> {
        self.sign_ins.check(login, peer, trust)
    }

    pub fn token(&self, company: CompanyId) -> Result<()> {
        check(self.tokens.as_ref(), &company, "Too many operator tokens; one lives for up to 24 hours.")
    }

    pub fn operator_message(&self, operator: OperatorId) -> Result<()> {
        check(self.operators.as_ref(), &operator, "Too many messages at once.")
    }

    /// A visitor's message of so many bytes.
    pub fn visitor_message(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
        peer: Peer,
        bytes: usize,
    ) -> Result<()> {
        self.visitors.message(organization, visitor, peer, bytes)
    }

    /// Whether a page that an organization does not list is worth a line in the log: a few an hour are.
    pub fn refused_origin(&self, organization: OrganizationId) -> bool {
        self.origins.as_ref().is_some_and(|origins| origins.check(&organization).is_ok())
    }

    /// A visitor who was never here before, before anything is looked up.
    pub fn newcomer(&self, peer: Peer) -> Result<()> {
        self.visitors.newcomer(peer)
    }

    /// The same, in an organization that there is.
    pub fn newcomer_of(&self, organization: OrganizationId) -> Result<()> {
        self.visitors.newcomer_of(organization)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use uuid::Uuid;

    use super::*;

    #[test]
    fn zero_is_no_limit() {
        let limits = Limits::new(Pace::FREE, true);
        let peer = IpAddr::from([192, 0, 2, 1]).into();
        for _ in 0..1_000 {
            limits.sign_in("acme", peer, Trust::None).unwrap();
            limits.token(CompanyId(1)).unwrap();
            limits.operator_message(OperatorId(1)).unwrap();
            limits.visitor_message(OrganizationId(1), VisitorId(Uuid::nil()), peer, 100_000).unwrap();
            limits.newcomer(peer).unwrap();
            limits.newcomer_of(OrganizationId(1)).unwrap();
        }
    }
}
