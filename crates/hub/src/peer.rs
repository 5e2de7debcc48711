//! Who is at the other end of the network, as far as limits are concerned.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Bits of an IPv6 address that name a network: whoever has one address of it has all of them.
const NETWORK: u128 = !0 << 64;

/// Bits that name a site: the most that one customer of a provider is usually given (RFC 6177).
const SITE: u128 = !0 << 80;

/// An IPv4 address, or the /64 of an IPv6 one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Peer(IpAddr);

impl Peer {
    /// Where nobody told: all of these are one.
    pub const UNKNOWN: Self = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));

    /// The address, or the first one of the network; none where nobody told.
    #[must_use]
    pub fn address(self) -> Option<IpAddr> {
        (self != Self::UNKNOWN).then_some(self.0)
    }

    /// The /48 around the /64 of an IPv6 address: who has one often has 65,536 networks to come from.
    #[must_use]
    pub fn site(self) -> Option<Self> {
        match self.0 {
            IpAddr::V4(_) => None,
            IpAddr::V6(address) => Some(Self(Ipv6Addr::from_bits(address.to_bits() & SITE).into())),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<IpAddr> for Peer {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK).into(),
            address => address,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_is_one_peer() {
        let peer = |text: &str| Peer::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(peer("2001:db8:0:1::1"), peer("2001:db8:0:1:ffff::2"));
        assert_ne!(peer("2001:db8:0:1::1"), peer("2001:db8:0:2::1"));
        assert_eq!(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
        assert_ne!(peer("192.0.2.1"), peer("192.0.2.2"));
        assert_eq!(peer("2001:db8:0:1::1").site(), peer("2001:db8:0:2::1").site());
        assert_ne!(peer("2001:db8:0:1::1").site(), peer("2001:db8:1:1::1").site());
        assert_eq!((peer("192.0.2.1").site(), Peer::UNKNOWN.address()), (None, None));
    }
}
