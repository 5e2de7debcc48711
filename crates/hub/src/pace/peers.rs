//! A limit for each address, and a wider one for the site that an IPv6 address belongs to.

use std::num::NonZeroU32;

use super::limiter::{Limiter, Standing};
use crate::error::{Error, Exceeded, Policy, Result};
use crate::peer::Peer;

/// Times an address's quota that all addresses of one site have together. A household or an office has a /48 or less
/// and comes from few of its networks; some hosters and mobile networks put many customers into one.
const SITE: u32 = 10;

/// A limit for addresses.
pub struct PeerLimiter {
    each: Limiter,
    sites: Limiter,
}

impl PeerLimiter {
    /// None for a quota of nothing, which stands for no limit.
    #[must_use]
    pub fn new(policy: Policy) -> Option<Self> {
        let sites = Policy { quota: policy.quota.saturating_mul(SITE), ..policy };
        Some(Self { each: Limiter::new(policy)?, sites: Limiter::new(sites)? })
    }

    /// Counts one for the address and its site, if both may. How the address stands is told.
    ///
    /// # Errors
    /// [`Exceeded`].
    pub fn check(&self, peer: Peer) -> Result<Standing, Exceeded> {
        self.count(peer, NonZeroU32::MIN)
    }

    /// As [`check`](Self::check), for so many.
    ///
    /// # Errors
    /// [`Exceeded`].
    pub fn count(&self, peer: Peer, number: NonZeroU32) -> Result<Standing, Exceeded> {
        // The address first: what it is refused costs its neighbours nothing.
        let standing = self.each.count(&peer, number)?;
        if let Some(site) = peer.site() {
            self.sites.count(&site, number)?;
        }
        Ok(standing)
    }
}

/// As [`check`](super::limiter::check), by address.
pub(super) fn check_peer(limiter: Option<&PeerLimiter>, peer: Peer, what: &str) -> Result<()> {
    let outcome = limiter.map(|limiter| limiter.check(peer)).transpose();
    outcome.map(drop).map_err(|exceeded| Error::too_many(what, exceeded))
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_site_has_a_multiple_and_ipv4_has_none() {
        let policy = Policy { name: "test", quota: 2, window: Duration::from_secs(60) };
        let limiter = PeerLimiter::new(policy).unwrap();
        let through = |text: String| limiter.check(text.parse::<IpAddr>().unwrap().into()).is_ok();
        // One network uses its quota up, and no more of its site's.
        assert_eq!((0..9).filter(|_| through("2001:db8::1".into())).count(), 2);
        let site = (1..100).filter(|number| through(format!("2001:db8:0:{number:x}::1"))).count();
        assert!((18..=20).contains(&site), "{site}");
        assert!(through("2001:db8:1::1".into()));
        assert_eq!((1..100).filter(|number| through(format!("192.0.2.{number}"))).count(), 99);
    }
}
