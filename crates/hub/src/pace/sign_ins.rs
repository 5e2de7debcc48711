//! How often passwords may be tried, so that nobody guesses one and nobody is kept from using theirs.
//!
//! Strangers are limited by their address, and by the login they try, since many addresses may guess at one. Whoever
//! can use up a login's quota could lock its owner out, so a device and an address from which this login has signed
//! in before have a quota of their own, which no stranger can touch. What remains is that an owner who signs in with
//! a new device at a new address in the middle of a flood may have to try more than once.

use std::time::Duration;

use uuid::Uuid;

use super::limiter::{Limiter, check};
use super::peers::{PeerLimiter, check_peer};
use crate::error::{Policy, Result};
use crate::peer::Peer;

/// Why somebody who signs in is more than a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    None,
    /// The login has signed in from this address before.
    Address,
    /// It has signed in on this device before.
    Device(Uuid),
}

const MINUTE: Duration = Duration::from_secs(60);

/// In front of another ChatHub, which counts all that is tried here as one address's: a third of what it takes from
/// one is for strangers, and the rest for who is known and for this server's own sign-in.
const SHARED: u32 = 3;

const WHAT: &str = "Too many attempts to sign in.";

pub(super) struct SignIns {
    addresses: Option<PeerLimiter>,
    accounts: Option<Limiter>,
    known: Option<Limiter>,
    /// All strangers together.
    strangers: Option<Limiter>,
}

impl SignIns {
    /// `quota` attempts a minute. `shared` when another server judges the passwords.
    pub fn new(quota: u32, shared: bool) -> Self {
        let policy = |name, quota| Policy { name, quota, window: MINUTE };
        // A part of few is one still: 0 would be no limit.
        let part = |of: u32| if quota == 0 { 0 } else { (quota / of).max(1) };
        Self {
            addresses: PeerLimiter::new(policy("logins", if shared { part(2 * SHARED) } else { quota })),
            accounts: Limiter::new(policy("account", quota.saturating_mul(2))),
            known: Limiter::new(policy("logins", quota)),
            strangers: Limiter::new(policy("strangers", if shared { part(SHARED) } else { 0 })),
        }
    }

    pub fn check(&self, login: &str, peer: Peer, trust: Trust) -> Result<()> {
        match trust {
            Trust::Device(id) => check(self.known.as_ref(), &(login, id), WHAT),
            Trust::Address => check(self.known.as_ref(), &(login, peer), WHAT),
            Trust::None => {
                check_peer(self.addresses.as_ref(), peer, WHAT)?;
                check(self.strangers.as_ref(), &(), WHAT)?;
                check(self.accounts.as_ref(), &login, WHAT)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use chathub_domain::error::ErrorCode;
    use uuid::Uuid;

    use super::*;

    fn peer(last: u8) -> Peer {
        IpAddr::from([192, 0, 2, last]).into()
    }

    fn stranger(limits: &SignIns, login: &str, last: u8) -> Result<()> {
        limits.check(login, peer(last), Trust::None)
    }

    #[test]
    fn an_address_and_a_login_have_limits_of_their_own() {
        let limits = SignIns::new(3, false);
        for login in ["a", "b", "c"] {
            stranger(&limits, login, 1).unwrap();
        }
        let refused = stranger(&limits, "d", 1).unwrap_err();
        assert_eq!(refused.code, ErrorCode::TooManyRequests);
        assert!(refused.detail.contains("20 seconds"), "{refused}");
        // Many addresses at one login.
        for last in 10..16 {
            stranger(&limits, "acme", last).unwrap();
        }
        assert_eq!(stranger(&limits, "acme", 20).unwrap_err().code, ErrorCode::TooManyRequests);
        stranger(&limits, "globex", 21).unwrap();
    }

    #[test]
    fn who_is_known_has_a_quota_that_strangers_and_others_can_not_touch() {
        let limits = SignIns::new(2, false);
        for last in 1..20 {
            let _ = stranger(&limits, "acme", last);
        }
        let [one, other] = [1, 2].map(|number| Trust::Device(Uuid::from_u128(number)));
        for trust in [one, other, Trust::Address] {
            for attempt in 0..3 {
                // Even from an address that is used up.
                assert_eq!(limits.check("acme", peer(1), trust).is_ok(), attempt < 2, "{trust:?}");
            }
        }
        limits.check("globex", peer(1), Trust::Address).unwrap();
    }

    #[test]
    fn in_front_of_another_strangers_have_a_part_of_what_it_takes() {
        let limits = SignIns::new(30, true);
        let one = (0..30).filter(|_| stranger(&limits, "acme", 1).is_ok()).count();
        let others = (2..200).filter(|last| stranger(&limits, "acme", *last).is_ok()).count();
        assert_eq!((one, others), (5, 5));
        let few = SignIns::new(1, true);
        assert!(stranger(&few, "acme", 1).is_ok() && stranger(&few, "acme", 2).is_err());
        let free = SignIns::new(0, true);
        assert_eq!((0..100).filter(|_| stranger(&free, "acme", 1).is_ok()).count(), 100);
    }
}
