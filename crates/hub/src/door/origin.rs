//! Which web origins may embed an organization's panel and customer chat.

mod lately;

use chathub_domain::Organization;
use chathub_domain::error::ErrorCode;
use url::{Host, Url};

pub(crate) use lately::RefusedOrigins;

use crate::error::{Error, Result};

/// Where a request's page comes from, as its `Origin` header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// No browser, or a plain navigation.
    Absent,
    /// This server's own pages.
    Own,
    /// Another site's, as `scheme://host[:port]`.
    Foreign(String),
}

impl Origin {
    /// Lets an operator's page in, if the organization lists its origin.
    ///
    /// # Errors
    /// `origin_not_allowed`, naming where the setting is to be found.
    pub fn check(&self, organization: &Organization, demo: bool) -> Result<()> {
        let Some(origin) = self.refused_by(organization, demo) else { return Ok(()) };
        Err(Error::new(
            ErrorCode::OriginNotAllowed,
            format!(
                "Pages of {origin} may not use the organization “{name}”. Whoever runs the server can allow them: the \
                 console, when the company signs in, and the server's log have the command.",
                name = organization.name,
            ),
        ))
    }

    /// Lets a website visitor's page in, if the organization lists its origin. Visitors know nothing of settings, and are
    /// told of none.
    ///
    /// # Errors
    /// `origin_not_allowed`.
    pub fn check_visitors(&self, organization: &Organization, demo: bool) -> Result<()> {
        match self.refused_by(organization, demo) {
            None => Ok(()),
            Some(_) => Err(Error::new(ErrorCode::OriginNotAllowed, "This chat can't be used on this page.")),
        }
    }

    /// The origin of a page that the organization does not let in.
    fn refused_by(&self, organization: &Organization, demo: bool) -> Option<&str> {
        let Self::Foreign(origin) = self else { return None };
        let listed = organization.allowed_origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin));
        let allowed = listed || (demo && is_loopback(origin));
        (!allowed).then_some(origin.as_str())
    }
}

/// `scheme://host[:port]` in the form that browsers send: lower case, no default port, no path.
///
/// # Errors
/// When it is no http or https origin.
pub fn normalize(text: &str) -> Result<String> {
    let wrong = || {
        Error::field(
            "/allowedOrigins",
            format!(
                "“{text}” is not a web origin. Write it like https://shop.example or http://localhost:8080."
            ),
        )
    };
    as_sent(&text.trim().trim_end_matches('/').to_ascii_lowercase()).ok_or_else(wrong)
}

/// An origin in small letters as browsers send it, if it is one: what they would make another of is none.
fn as_sent(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let default_port = match url.scheme() {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let host = url.host_str()?;
    let host_ok = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '[' | ']' | ':'));
    let origin = url.origin().ascii_serialization();
    let is_whole = text.strip_suffix(default_port).unwrap_or(text) == origin;
    (host_ok && is_whole && url.port() != Some(0)).then_some(origin)
}

fn is_loopback(origin: &str) -> bool {
    let url = Url::parse(origin).ok();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use chathub_domain::OrganizationId;

    use super::*;

    fn allows(allowed: &[&str], origin: Origin, demo: bool) -> bool {
        let organization = Organization {
            id: OrganizationId(1),
            name: "Sales".into(),
            allowed_origins: allowed.iter().map(|&origin| origin.into()).collect(),
        };
        origin.check(&organization, demo).is_ok()
    }

    #[test]
    fn listed_origins_and_the_servers_own_are_let_in() {
        let foreign = |text: &str| Origin::Foreign(text.into());
        assert!(allows(&[], Origin::Own, false));
        assert!(allows(&[], Origin::Absent, false));
        assert!(allows(&["https://shop.example"], foreign("https://shop.example"), false));
        for other in
            ["https://shop.example.evil.test", "http://shop.example", "https://shop.example:8443", "null"]
        {
            assert!(!allows(&["https://shop.example"], foreign(other), false), "{other}");
        }
    }

    #[test]
    fn a_demonstration_lets_loopback_in_and_nothing_that_looks_like_it() {
        for (origin, expected) in [
            ("http://localhost:8080", true),
            ("http://127.0.0.1", true),
            ("http://127.8.0.1:5173", true),
            ("http://[::1]:3000", true),
            ("https://app.localhost", true),
            ("http://localhost.evil.test", false),
            ("http://127.0.0.1.evil.test", false),
            ("http://10.0.0.1", false),
            ("null", false),
        ] {
            assert_eq!(allows(&[], Origin::Foreign(origin.into()), true), expected, "{origin}");
            assert!(!allows(&[], Origin::Foreign(origin.into()), false), "{origin} without demo");
        }
    }

    #[test]
    fn origins_are_kept_as_browsers_send_them() {
        for (text, expected) in [
            ("https://Shop.Example/", Some("https://shop.example")),
            ("https://shop.example:443", Some("https://shop.example")),
            ("http://localhost:8080", Some("http://localhost:8080")),
            ("http://[::1]:80", Some("http://[::1]")),
            ("shop.example", None),
            ("ftp://shop.example", None),
            ("https://shop.example/path", None),
            ("https://user@shop.example", None),
            ("https://*.example", None),
            ("https://shop.example:0", None),
            ("https://shop.example:65536", None),
            ("https://shop.example?", None),
            ("https:shop.example", None),
            ("https:\\\\shop.example", None),
            ("https://sh\top.example", None),
            ("http://shop.example:443", Some("http://shop.example:443")),
            ("https://", None),
        ] {
            assert_eq!(normalize(text).ok().as_deref(), expected, "{text}");
        }
    }
}
