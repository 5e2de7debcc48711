//! Where a request's page comes from, and by which name it was sent here.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chathub_domain::error::ErrorCode;
use chathub_hub::audit::Action;
use chathub_hub::{Error, Hub, Origin};

use crate::http::problem::Failure;

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What probes ask, by whatever name.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];

/// The names of this server. A page of anybody's can have its own name lead here (DNS rebinding), and would then be of one
/// origin with us; it can't do so with an address or with `localhost`, so those are always right.
#[derive(Debug, Default)]
pub struct Hosts {
    /// The address that browsers use, if one was configured.
    public_url: Option<String>,
    /// Empty when no public address was configured: then every name is ours.
    names: Vec<String>,
    /// Whether the log has said that TLS is in front of a server that does not know it.
    told: AtomicBool,
}

impl Hosts {
    /// The public address's, and those that are allowed besides.
    #[must_use]
    pub fn new(public_url: Option<&str>, allowed: &[String]) -> Self {
        let public =
            public_url.and_then(|url| url.split_once("://")).map(|(_, authority)| name_of(authority));
        let names = public
            .into_iter()
            .flat_map(|public| allowed.iter().map(|name| name_of(name)).chain([public]))
            .collect();
        Self { public_url: public_url.map(str::to_owned), names, told: AtomicBool::new(false) }
    }

    fn know(&self, request: &Request) -> bool {
        if self.names.is_empty() || PROBES.contains(&request.uri().path()) {
            return true;
        }
        let Some(name) = only(request.headers(), &header::HOST).map(name_of) else { return false };
        let is_address = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        is_address || name == "localhost" || self.names.contains(&name)
    }

    /// Without a public address nothing tells that browsers come by TLS, so our own pages would look like another's.
    fn warn_of_tls(&self, headers: &HeaderMap, origin: &Origin) {
        let host = only(headers, &header::HOST).unwrap_or_default();
        let by_tls = headers.get(FORWARDED_PROTO).is_some_and(|proto| proto == "https")
            || matches!(origin, Origin::Foreign(origin) if *origin == format!("https://{host}"));
        if by_tls && !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "browsers come by TLS, and this server was not told its address: start it with --public-url \
                 https://{host}, else the console can't be used and cookies are not Secure",
                host = host.escape_debug()
            );
        }
    }
}

/// Puts the [`Origin`] beside every request, and turns away what was sent to another name.
pub(crate) async fn note(
    State(hosts): State<Arc<Hosts>>,
    State(hub): State<Hub>,
    mut request: Request,
    next: Next,
) -> Response {
    if !hosts.know(&request) {
        hub.note_refusal(Action::Request, ErrorCode::Misdirected);
        return Failure(Error::new(
            ErrorCode::Misdirected,
            "This server is not called by that name. Use its public address; whoever runs it can allow another name \
             with --allowed-host.",
        ))
        .into_response();
    }
    let origin = of(request.headers(), hosts.public_url.as_deref());
    if hosts.public_url.is_none() {
        hosts.warn_of_tls(request.headers(), &origin);
    }
    request.extensions_mut().insert(origin);
    next.run(request).await
}

/// Own is the public address where one is configured, else the one that the request was sent to, without TLS: whoever
/// has TLS in front says so by the public address.
fn of(headers: &HeaderMap, public_url: Option<&str>) -> Origin {
    if !headers.contains_key(header::ORIGIN) {
        return Origin::Absent;
    }
    // Browsers send one. `null` is on nobody's list.
    let Some(origin) = only(headers, &header::ORIGIN) else { return Origin::Foreign("null".into()) };
    let own = match public_url {
        Some(public) => origin.eq_ignore_ascii_case(public),
        None => only(headers, &header::HOST)
            .is_some_and(|host| !host.is_empty() && origin.eq_ignore_ascii_case(&format!("http://{host}"))),
    };
    if own { Origin::Own } else { Origin::Foreign(origin.to_ascii_lowercase()) }
}

/// A header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// The name in `name[:port]`, in small letters; empty when it is none.
fn name_of(authority: &str) -> String {
    let parsed = authority.parse::<Authority>().ok().filter(|_| !authority.contains('@'));
    let name = parsed.as_ref().map_or("", Authority::host);
    name.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn own_is_the_public_address_or_else_the_host() {
        let foreign = |text: &str| Origin::Foreign(text.into());
        for (origins, host, public, expected) in [
            (&[][..], "a.test", None, Origin::Absent),
            (&["http://a.test"], "a.test", None, Origin::Own),
            (&["HTTP://A.test"], "a.test", None, Origin::Own),
            (&["https://a.test"], "a.test", None, foreign("https://a.test")),
            (&["http://a.test:81"], "a.test", None, foreign("http://a.test:81")),
            (&["https://B.test"], "a.test", None, foreign("https://b.test")),
            (&["http://"], "", None, foreign("http://")),
            (&["https://a.test"], "127.0.0.1:3000", Some("https://a.test"), Origin::Own),
            (&["http://a.test"], "a.test", Some("https://a.test"), foreign("http://a.test")),
            (
                &["http://127.0.0.1:3000"],
                "127.0.0.1:3000",
                Some("https://a.test"),
                foreign("http://127.0.0.1:3000"),
            ),
            (&["null"], "a.test", None, foreign("null")),
            (&["http://a.test", "http://b.test"], "a.test", None, foreign("null")),
            (&["http://a.test", "http://a.test"], "a.test", None, foreign("null")),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            for origin in origins {
                headers.append(header::ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(of(&headers, public), expected, "{origins:?}");
        }
    }
}
