//! Who holds how many connections: nobody so many that none is left for others.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::time::Instant;

use crate::http::peer::Proxies;

/// Whoever has a /48 of IPv6 has 65,536 networks (/64) in it, and is one household or one company: together they have
/// so many times what one address has.
const WIDE: usize = 4;

/// How often the log says that somebody has met the limit.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// The places that there are for connections, and who has them.
pub struct Places {
    /// For each address; none when there is no such limit.
    each: Option<usize>,
    all: usize,
    /// They speak for many.
    proxies: Arc<Proxies>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    all: usize,
    networks: HashMap<Network, usize>,
    told: Option<Instant>,
}

/// An address and how many of its bits count.
type Network = (IpAddr, u8);

/// One connection's place, given back by dropping it.
pub(crate) struct Place {
    places: Arc<Places>,
    networks: Vec<Network>,
}

impl Places {
    /// `each` for an address, where it is not 0, and `all` together, or as many as the system gives.
    #[must_use]
    pub fn new(each: u32, all: u32, proxies: Arc<Proxies>) -> Self {
        let number = |number: u32| usize::try_from(number).ok().filter(|number| *number > 0);
        // Half of the descriptors: a connection may take one for itself and one for the file that it is sent, and the
        // database has some.
        let possible = descriptors() / 2;
        let all = number(all).unwrap_or(possible).min(possible);
        Self { each: number(each), all, proxies, held: Mutex::default() }
    }

    /// A place for a connection from `address`, if there is one left for it.
    pub(crate) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let networks = match self.each {
            Some(_) if !self.proxies.trusts(address) => networks(address),
            _ => Vec::new(),
        };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |held: &Held, network: &Network| {
            let most = self.each.unwrap_or(usize::MAX);
            let most = if network.1 == 48 { most.saturating_mul(WIDE) } else { most };
            held.networks.get(network).is_some_and(|count| *count >= most)
        };
        if held.all >= self.all || networks.iter().any(|network| is_full(&held, network)) {
            if held.told.is_none_or(|at| at.elapsed() > TOLD_EVERY) {
                held.told = Some(Instant::now());
                tracing::warn!(
                    %address,
                    open = held.all,
                    "a connection was closed at once: as many are open as one address or all together may have \
                     (--limit-connections, --limit-connections-total); if the address is your proxy's, name it by \
                     --trusted-proxy"
                );
            }
            return None;
        }
        held.all += 1;
        for network in &networks {
            *held.networks.entry(*network).or_default() += 1;
        }
        drop(held);
        Some(Place { places: Arc::clone(self), networks })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.places.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.all -= 1;
        for network in &self.networks {
            if let Entry::Occupied(mut count) = held.networks.entry(*network) {
                *count.get_mut() -= 1;
                if *count.get() == 0 {
                    count.remove();
                }
            }
        }
    }
}

/// What an address is counted by: an IPv4 address by itself, one of IPv6 by its /64 and its /48.
fn networks(address: IpAddr) -> Vec<Network> {
    match address {
        IpAddr::V4(_) => vec![(address, 32)],
        IpAddr::V6(address) => [64, 48]
            .map(|bits: u8| (Ipv6Addr::from_bits(address.to_bits() & (!0 << (128 - bits))).into(), bits))
            .into(),
    }
}

/// Files and connections that this process may have open, which it sets as high as it may.
fn descriptors() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    // None is no limit.
    let most = if raised.is_ok() { maximum } else { current };
    most.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(each: u32, all: u32) -> Arc<Places> {
        let proxies = Proxies::new(vec!["10.0.0.1/32".parse().unwrap()]);
        Arc::new(Places::new(each, all, Arc::new(proxies)))
    }

    fn take(places: &Arc<Places>, address: &str) -> Option<Place> {
        places.take(address.parse().unwrap())
    }

    #[test]
    fn an_address_has_its_places_and_leaves_the_others_theirs() {
        let places = places(2, 0);
        let held: Vec<_> = (0..2).map(|_| take(&places, "192.0.2.1").unwrap()).collect();
        assert!(take(&places, "192.0.2.1").is_none());
        assert!(take(&places, "::ffff:192.0.2.1").is_none());
        assert!(take(&places, "192.0.2.2").is_some());
        let proxied: Vec<_> = (0..50).map(|_| take(&places, "10.0.0.1").unwrap()).collect();
        drop(held);
        assert!(take(&places, "192.0.2.1").is_some());
        drop(proxied);
        let held = places.held.lock().unwrap();
        assert!(held.all == 0 && held.networks.is_empty(), "{:?}", held.networks);
    }

    #[test]
    fn a_network_of_ipv6_is_one_and_a_wide_one_has_a_few_times_as_many() {
        let places = places(2, 0);
        let one: Vec<_> =
            (1..=2).map(|host| take(&places, &format!("2001:db8:1:1::{host}")).unwrap()).collect();
        assert!(take(&places, "2001:db8:1:1::3").is_none());
        let wide: Vec<_> = (2..=4)
            .flat_map(|net| (0..2).map(move |_| net))
            .map(|net| take(&places, &format!("2001:db8:1:{net}::1")).unwrap())
            .collect();
        assert!(take(&places, "2001:db8:1:9::1").is_none());
        assert!(take(&places, "2001:db8:2::1").is_some());
        drop((one, wide));
        assert!(take(&places, "2001:db8:1:9::1").is_some());
    }

    #[test]
    fn all_together_have_an_end_too() {
        let places = places(0, 3);
        let _held: Vec<_> = (0..3).map(|_| take(&places, "192.0.2.1").unwrap()).collect();
        assert!(take(&places, "10.0.0.1").is_none());
    }
}
