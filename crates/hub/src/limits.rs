//! How often people may do what costs others something: guess a password, make tokens, write, appear.
//!
//! These are rules about people, so they stand beside the use cases and hold on every face. How many requests an
//! address may send is the server's business, and uses the same [`Limiter`].

mod limiter;
mod peer;
mod searches;
mod stream;

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chathub_domain::error::ErrorCode;
use chathub_domain::{CompanyId, OperatorId, VisitorId};

pub use limiter::{Exceeded, Limiter, Policy, Standing};
pub use peer::Peer;
pub(crate) use searches::Searches;
pub(crate) use stream::{Streams, Who};

use crate::error::{Error, Result};

/// How fast each may be; 0 is without a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Attempts to sign in, a minute and address.
    pub logins: u32,
    /// Operator tokens, a minute and company.
    pub tokens: u32,
    /// Messages, a second and operator.
    pub messages: u32,
    /// New website visitors, a minute and address.
    pub visitors: u32,
    /// Frames over streams, a second and operator.
    pub frames: u32,
    /// Streams that one operator, or one visitor, may have open.
    pub streams: u32,
}

impl Pace {
    /// For what no stranger can reach: the command line, the demonstration's story.
    pub const FREE: Self = Self { logins: 0, tokens: 0, messages: 0, visitors: 0, frames: 0, streams: 0 };
}

impl Default for Pace {
    /// Nobody who works or writes should ever meet one of these: a large office behind one address signs in within
    /// a minute, a company's staff all open their panels at nine.
    fn default() -> Self {
        Self { logins: 30, tokens: 600, messages: 10, visitors: 120, frames: 50, streams: 50 }
    }
}

/// The limits of one hub.
pub(crate) struct Limits {
    logins: Option<Limiter>,
    accounts: Option<Limiter>,
    /// Who signed in lately, and from where: see [`login`](Self::login).
    known: Mutex<VecDeque<(String, Peer)>>,
    tokens: Option<Limiter>,
    operators: Option<Limiter>,
    visitors: Option<Limiter>,
    newcomers: Option<Limiter>,
    pub streams: Streams,
}

/// Logins with their address that are remembered.
const KNOWN: usize = 1_024;

const MINUTE: Duration = Duration::from_secs(60);

impl Limits {
    pub fn new(pace: Pace) -> Self {
        let per_minute = |name, quota| Limiter::new(Policy { name, quota, window: MINUTE });
        // A pasted list of answers or an hour's outbox goes through at once; only what goes on and on is slowed.
        let messages = |quota: u32, seconds| {
            Limiter::new(Policy { name: "messages", quota, window: Duration::from_secs(seconds) })
        };
        Self {
            logins: per_minute("logins", pace.logins),
            accounts: per_minute("account", pace.logins.saturating_mul(2)),
            known: Mutex::default(),
            tokens: per_minute("tokens", pace.tokens),
            operators: messages(pace.messages.saturating_mul(10), 10),
            // A fifth of an operator's pace: nobody types more than two messages a second for long.
            visitors: messages(pace.messages.saturating_mul(3), 15),
            newcomers: per_minute("visitors", pace.visitors),
            streams: Streams::new(pace),
        }
    }

    /// An attempt to sign in, before anything is looked up or hashed.
    ///
    /// An address has its own limit, and so has a login, because many addresses may guess at one. But whoever can
    /// use up a login's limit could lock its owner out. So the login's is twice an address's, it comes back evenly
    /// (one attempt a second at the defaults) and not after a penalty, and an address from which this login has
    /// signed in before is counted apart: strangers can't keep out who is known. What remains is that an owner who
    /// signs in from a new address, or after a restart, in the middle of a flood may have to try more than once.
    /// Tokens and sessions that exist are not concerned.
    pub fn login(&self, login: &str, peer: Peer) -> Result<()> {
        const WHAT: &str = "Too many attempts to sign in.";
        check(self.logins.as_ref(), &peer, WHAT)?;
        let login = login.trim().to_lowercase();
        let known = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.iter().any(|(other, from)| *from == peer && *other == login)
        };
        check(self.accounts.as_ref(), &(login, known.then_some(peer)), WHAT)
    }

    /// Somebody has signed in.
    pub fn let_in(&self, login: &str, peer: Peer) {
        let entry = (login.trim().to_lowercase(), peer);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|other| *other != entry);
        known.push_back(entry);
        if known.len() > KNOWN {
            known.pop_front();
        }
    }

    pub fn token(&self, company: CompanyId) -> Result<()> {
        check(self.tokens.as_ref(), &company, "Too many operator tokens; one lives for up to 24 hours.")
    }

    pub fn operator_message(&self, operator: OperatorId) -> Result<()> {
        check(self.operators.as_ref(), &operator, "Too many messages at once.")
    }

    pub fn visitor_message(&self, visitor: VisitorId) -> Result<()> {
        check(self.visitors.as_ref(), &visitor, "Too many messages at once.")
    }

    /// A visitor who was never here before.
    pub fn newcomer(&self, peer: Peer) -> Result<()> {
        check(self.newcomers.as_ref(), &peer, "Too many new visitors from this address.")
    }
}

fn check(limiter: Option<&Limiter>, key: &impl std::hash::Hash, what: &str) -> Result<()> {
    match limiter.map(|limiter| limiter.check(key)) {
        None | Some(Ok(_)) => Ok(()),
        Some(Err(exceeded)) => Err(Error::too_many(what, exceeded)),
    }
}

impl Error {
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
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn peer(last: u8) -> Peer {
        IpAddr::from([192, 0, 2, last]).into()
    }

    #[test]
    fn an_address_and_a_login_have_limits_of_their_own() {
        let limits = Limits::new(Pace { logins: 3, ..Pace::default() });
        for login in ["a", "b", "c"] {
            limits.login(login, peer(1)).unwrap();
        }
        let refused = limits.login("d", peer(1)).unwrap_err();
        assert_eq!(refused.code, ErrorCode::TooManyRequests);
        assert!(refused.detail.contains("20 seconds"), "{refused}");
        // Many addresses at one login, however it is written.
        for (number, login) in ["acme", "Acme", " ACME ", "acme", "acme", "aCme"].iter().enumerate() {
            limits.login(login, peer(10 + u8::try_from(number).unwrap())).unwrap();
        }
        assert_eq!(limits.login("acme", peer(20)).unwrap_err().code, ErrorCode::TooManyRequests);
        limits.login("globex", peer(21)).unwrap();
    }

    #[test]
    fn strangers_do_not_lock_out_who_is_known() {
        let limits = Limits::new(Pace { logins: 2, ..Pace::default() });
        limits.let_in("Acme", peer(1));
        for stranger in 10..20 {
            let _ = limits.login("acme", peer(stranger));
        }
        assert!(limits.login("acme", peer(20)).is_err());
        limits.login("acme", peer(1)).unwrap();
        // Only so many are remembered: the oldest is a stranger again.
        for number in 0..KNOWN {
            limits.let_in(&format!("other {number}"), peer(2));
        }
        assert!(limits.login("acme", peer(1)).is_err());
    }

    #[test]
    fn zero_is_no_limit() {
        let limits = Limits::new(Pace::FREE);
        for _ in 0..1_000 {
            limits.login("acme", peer(1)).unwrap();
            limits.token(CompanyId(1)).unwrap();
            limits.operator_message(OperatorId(1)).unwrap();
            limits.newcomer(peer(1)).unwrap();
        }
    }
}
