//! What goes over open streams: how many of them, how many frames, and how many pages.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chathub_domain::{OperatorId, VisitorId};

use super::{Limiter, Pace, Peer, Policy};

/// Whose streams these are, through all their connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Operator(OperatorId),
    Visitor(VisitorId),
}

/// The limits of streams.
///
/// Whoever is too fast is listened to more slowly, and nothing is refused: frames wait unread in the socket. Pages (of
/// messages, chats, operators, and pictures of it all) have a limit of their own, since each may be as large as a frame
/// can be: it bounds the bytes that somebody can draw.
pub(crate) struct Streams {
    most: usize,
    /// Open ones by where they come from, as far as a proxy tells: connections alone would all be the proxy's.
    peers: Arc<Mutex<Open>>,
    operators: Traffic,
    visitors: Traffic,
}

struct Traffic {
    frames: Option<Limiter>,
    pages: Option<Limiter>,
}

/// A visitor has one chat and one window before them; an operator works in many.
const VISITORS_SHARE: u32 = 5;

/// Frames for each page: somebody who scrolls through years of messages asks for two or three pages a second.
const FRAMES_A_PAGE: u32 = 5;

/// Streams of one address for each that one person may have: a whole office, or a small provider's customers.
const PEERS_SHARE: usize = 10;

/// Addresses' worth of streams of one IPv6 site (/48).
const SITES_SHARE: usize = 4;

/// Seconds of the long run: the whole of it may be used at once, by a panel that comes back with an hour's outbox.
const SECONDS: u32 = 10;

impl Streams {
    pub fn new(pace: Pace) -> Self {
        let most = match pace.streams {
            0 => usize::MAX,
            most => most as usize,
        };
        Self {
            most,
            peers: Arc::default(),
            operators: Traffic::new(pace.frames),
            visitors: Traffic::new(share(pace.frames, VISITORS_SHARE)),
        }
    }

    /// How many streams one of them may have open.
    pub fn most(&self) -> usize {
        self.most
    }

    /// A place for a stream from `peer`, given back by dropping it; none when its address, or the site that an IPv6
    /// address belongs to, has as many as it may.
    pub fn open(&self, peer: Peer) -> Option<Place> {
        let each = self.most.saturating_mul(PEERS_SHARE);
        let site = peer.site().map(|site| (Network::Site(site), each.saturating_mul(SITES_SHARE)));
        let wanted = [Some((Network::Address(peer), each)), site].into_iter().flatten();
        let mut open = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        if wanted.clone().any(|(network, most)| open.get(&network).is_some_and(|count| *count >= most)) {
            return None;
        }
        let counted: Vec<Network> = wanted.map(|(network, _)| network).collect();
        for network in &counted {
            *open.entry(*network).or_default() += 1;
        }
        Some(Place { peers: Arc::clone(&self.peers), counted })
    }

    /// A frame from a client, and whether it asks for a page.
    ///
    /// # Errors
    /// How long it must wait before it is asked for again.
    pub fn frame(&self, who: Who, is_page: bool) -> Result<(), Duration> {
        let traffic = match who {
            Who::Operator(_) => &self.operators,
            Who::Visitor(_) => &self.visitors,
        };
        let limiter = if is_page { &traffic.pages } else { &traffic.frames };
        let checked = limiter.as_ref().map(|limiter| limiter.check(&who));
        checked.transpose().map(drop).map_err(|exceeded| exceeded.wait)
    }
}

/// An open stream's place.
pub(crate) struct Place {
    peers: Arc<Mutex<Open>>,
    counted: Vec<Network>,
}

/// Open streams, by where they come from.
type Open = HashMap<Network, usize>;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Network {
    Address(Peer),
    Site(Peer),
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        for network in &self.counted {
            if let Some(count) = open.get_mut(network) {
                *count -= 1;
                if *count == 0 {
                    open.remove(network);
                }
            }
        }
    }
}

impl Traffic {
    /// `frames` a second in the long run.
    fn new(frames: u32) -> Self {
        let window = Duration::from_secs(SECONDS.into());
        let limiter =
            |name, each: u32| Limiter::new(Policy { name, quota: each.saturating_mul(SECONDS), window });
        Self { frames: limiter("frames", frames), pages: limiter("pages", share(frames, FRAMES_A_PAGE)) }
    }
}

/// A part of a limit that is still a limit.
fn share(limit: u32, of: u32) -> u32 {
    limit.div_ceil(of)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ANNA: Who = Who::Operator(OperatorId(7));

    #[test]
    fn frames_and_pages_are_counted_apart_and_for_each() {
        let streams = Streams::new(Pace { frames: 5, ..Pace::default() });
        for _ in 0..50 {
            streams.frame(ANNA, false).unwrap();
        }
        assert!(streams.frame(ANNA, false).unwrap_err() <= Duration::from_millis(200));
        for _ in 0..10 {
            streams.frame(ANNA, true).unwrap();
        }
        assert!(streams.frame(ANNA, true).is_err());
        streams.frame(Who::Operator(OperatorId(8)), true).unwrap();
        let visitor = Who::Visitor(VisitorId(Uuid::nil()));
        for _ in 0..10 {
            streams.frame(visitor, false).unwrap();
        }
        assert!(streams.frame(visitor, false).is_err());
    }

    #[test]
    fn an_address_has_so_many_places_and_gives_them_back() {
        let peer = |text: &str| Peer::from(text.parse::<std::net::IpAddr>().unwrap());
        let streams = Streams::new(Pace { streams: 1, ..Pace::default() });
        let mut places: Vec<_> = (0..10).map(|_| streams.open(peer("192.0.2.1")).unwrap()).collect();
        assert!(streams.open(peer("192.0.2.1")).is_none());
        places.push(streams.open(peer("192.0.2.2")).unwrap());
        places.remove(0);
        places.push(streams.open(peer("192.0.2.1")).unwrap());
        let site = (0..50).filter_map(|network| streams.open(peer(&format!("2001:db8:0:{network}::1"))));
        assert_eq!(site.collect::<Vec<_>>().len(), 40);
        drop(places);
        assert!(streams.peers.lock().unwrap().is_empty());
    }

    #[test]
    fn zero_is_no_limit() {
        let streams = Streams::new(Pace::FREE);
        for _ in 0..10_000 {
            streams.frame(ANNA, true).unwrap();
        }
        assert_eq!(streams.most(), usize::MAX);
    }
}
