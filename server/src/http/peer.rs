//! Which address a request comes from. What a proxy says about it is believed from configured proxies only: anybody
//! else could write anything there, and would have as many addresses as they like.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The proxies that are believed.
#[derive(Debug, Default)]
pub struct Proxies {
    trusted: Vec<IpNet>,
    /// Whether the log has said that there is one that is not.
    told: AtomicBool,
}

impl Proxies {
    #[must_use]
    pub fn new(trusted: Vec<IpNet>) -> Self {
        Self { trusted, told: AtomicBool::new(false) }
    }

    /// The address that `peer` speaks for: each proxy appends the one that it was called from, so the last that is
    /// no proxy of ours is the client. What stands before it, the client may have written itself.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !headers.contains_key(FORWARDED_FOR) {
            return client;
        }
        if !self.trusts(client) {
            if !self.told.swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    %client,
                    "X-Forwarded-For comes from an address that is no --trusted-proxy, and is not believed; if it is \
                     your proxy, all its clients count as one until you name it"
                );
            }
            return client;
        }
        let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
        let entries = lines.iter().rev().flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        for entry in entries {
            let Some(address) = parse(entry) else { break };
            client = address;
            if !self.trusts(client) {
                break;
            }
        }
        client
    }

    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }
}

/// An address, as some proxies write it with a port.
fn parse(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let address = entry.parse().ok().or_else(|| Some(entry.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_trusted_proxies_say_is_believed() {
        let proxies = Proxies::new(vec!["127.0.0.1/32".parse().unwrap(), "10.0.0.0/8".parse().unwrap()]);
        for (peer, lines, expected) in [
            ("192.0.2.1", &[][..], "192.0.2.1"),
            ("192.0.2.1", &["198.51.100.1"], "192.0.2.1"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            // What the client wrote stands before what the proxies wrote.
            ("127.0.0.1", &["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", &["6.6.6.6", "198.51.100.1, 10.1.2.3"], "198.51.100.1"),
            ("127.0.0.1", &["nonsense, 10.1.2.3"], "10.1.2.3"),
            ("127.0.0.1", &["10.1.2.3"], "10.1.2.3"),
            ("127.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
            ("127.0.0.1", &["[2001:db8::1]:4711"], "2001:db8::1"),
            ("127.0.0.1", &["2001:db8::1"], "2001:db8::1"),
            ("127.0.0.1", &[""], "127.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, line.parse().unwrap());
            }
            let client = proxies.client(peer.parse().unwrap(), &headers);
            assert_eq!(client, expected.parse::<IpAddr>().unwrap(), "{peer} {lines:?}");
        }
    }
}
