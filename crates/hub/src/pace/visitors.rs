//! What website visitors may cost: anybody can be one, and as many as they like.

use std::num::NonZeroU32;
use std::time::Duration;

use chathub_domain::{OrganizationId, VisitorId};

use super::limiter::{Limiter, check};
use super::peers::{PeerLimiter, check_peer};
use super::quotas::Pace;
use crate::error::{Error, Policy, Result};
use crate::peer::Peer;

/// Visitors who write at once behind one address, as in an office or a mobile network.
const ADDRESS: u32 = 10;

/// Times what an address may do, for all visitors of an organization: beyond a shop's busiest hour, and far below what
/// many machines could do together.
const ORGANIZATION: u32 = 20;

/// What a message costs beside its text: its row, its event, their indexes.
const ROW_BYTES: usize = 256;

const HOUR: Duration = Duration::from_secs(60 * 60);

const TOO_FAST: &str = "Too many messages at once.";
const TOO_MUCH: &str = "Too much was written in a short time.";
const TOO_NEW: &str = "Too many new visitors.";

pub(super) struct Visitors {
    each: Option<Limiter>,
    addresses: Option<PeerLimiter>,
    organizations: Option<Limiter>,
    address_bytes: Option<PeerLimiter>,
    organization_bytes: Option<Limiter>,
    newcomers: Option<PeerLimiter>,
    organization_newcomers: Option<Limiter>,
}

impl Visitors {
    pub fn new(pace: Pace) -> Self {
        // A fifth of an operator's pace: nobody types more than two messages a second for long. An hour's outbox goes
        // through at once.
        let messages = |times: u32| Policy {
            name: "messages",
            quota: pace.messages.saturating_mul(3).saturating_mul(times),
            window: Duration::from_secs(15),
        };
        let bytes = |times: u32| Policy {
            name: "bytes",
            quota: pace.bytes.saturating_mul(1024 * 1024).saturating_mul(times),
            window: HOUR,
        };
        let newcomers = |times: u32| Policy {
            name: "visitors",
            quota: pace.visitors.saturating_mul(times),
            window: Duration::from_secs(60),
        };
        Self {
            each: Limiter::new(messages(1)),
            addresses: PeerLimiter::new(messages(ADDRESS)),
            organizations: Limiter::new(messages(ADDRESS.saturating_mul(ORGANIZATION))),
            address_bytes: PeerLimiter::new(bytes(1)),
            organization_bytes: Limiter::new(bytes(ORGANIZATION)),
            newcomers: PeerLimiter::new(newcomers(1)),
            organization_newcomers: Limiter::new(newcomers(ORGANIZATION)),
        }
    }

    /// A message of so many bytes.
    pub fn message(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
        peer: Peer,
        bytes: usize,
    ) -> Result<()> {
        check(self.each.as_ref(), &visitor, TOO_FAST)?;
        check_peer(self.addresses.as_ref(), peer, TOO_FAST)?;
        check(self.organizations.as_ref(), &organization, TOO_FAST)?;
        let bytes = u32::try_from(bytes.saturating_add(ROW_BYTES)).unwrap_or(u32::MAX);
        let Some(bytes) = NonZeroU32::new(bytes) else { return Ok(()) };
        if let Some(limiter) = &self.address_bytes {
            limiter.count(peer, bytes).map_err(|exceeded| Error::too_many(TOO_MUCH, exceeded))?;
        }
        if let Some(limiter) = &self.organization_bytes {
            limiter.count(&organization, bytes).map_err(|exceeded| Error::too_many(TOO_MUCH, exceeded))?;
        }
        Ok(())
    }

    pub fn newcomer(&self, peer: Peer) -> Result<()> {
        check_peer(self.newcomers.as_ref(), peer, TOO_NEW)
    }

    pub fn newcomer_of(&self, organization: OrganizationId) -> Result<()> {
        check(self.organization_newcomers.as_ref(), &organization, TOO_NEW)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use uuid::Uuid;

    use super::*;

    const SALES: OrganizationId = OrganizationId(1);

    fn peer(number: u32) -> Peer {
        IpAddr::from(number.to_be_bytes()).into()
    }

    fn visitor(number: u32) -> VisitorId {
        VisitorId(Uuid::from_u128(number.into()))
    }

    /// How many of so many attempts go through.
    fn through(attempts: u32, attempt: impl FnMut(u32) -> Result<()>) -> usize {
        (0..attempts).map(attempt).filter(Result::is_ok).count()
    }

    #[test]
    fn messages_are_limited_for_a_visitor_an_address_and_an_organization() {
        let pace = Pace { messages: 1, bytes: 0, ..Pace::default() };
        let limits = Visitors::new(pace);
        assert_eq!(through(10, |_| limits.message(SALES, visitor(0), peer(1), 1)), 3);
        // As many visitors as there are attempts, behind one address. A little comes back meanwhile.
        let many = through(100, |number| limits.message(SALES, visitor(1 + number), peer(2), 1));
        assert!((30..40).contains(&many), "{many}");
        // As many addresses.
        let limits = Visitors::new(pace);
        let all = through(2_000, |number| limits.message(SALES, visitor(number), peer(number), 1));
        assert!((600..800).contains(&all), "{all}");
        limits.message(OrganizationId(2), visitor(9_999), peer(9_999), 1).unwrap();
    }

    #[test]
    fn bytes_are_limited_for_an_address_and_an_organization() {
        let limits = Visitors::new(Pace { messages: 0, bytes: 1, ..Pace::default() });
        let large = 32_000;
        let write = |number, peer| limits.message(SALES, visitor(number), peer, large);
        let whole = 1024 * 1024 / (large + ROW_BYTES);
        assert!((whole..whole + 3).contains(&through(100, |number| write(number, peer(1)))));
        // Messages of nothing cost something as well.
        assert!(through(10_000, |number| limits.message(SALES, visitor(number), peer(2), 0)) <= 4_200);
        let all = through(2_000, |number| write(number, peer(10 + number)));
        assert!((18 * whole..22 * whole).contains(&all), "{all}");
        limits.message(OrganizationId(2), visitor(1), peer(3), large).unwrap();
    }

    #[test]
    fn newcomers_are_limited_for_an_address_and_an_organization() {
        let limits = Visitors::new(Pace { visitors: 3, ..Pace::default() });
        assert_eq!(through(10, |_| limits.newcomer(peer(1))), 3);
        assert!((60..70).contains(&through(200, |_| limits.newcomer_of(SALES))));
        limits.newcomer_of(OrganizationId(2)).unwrap();
    }
}
