//! The one host that is ever called.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

/// Where the remote ChatHub is: scheme, host, port and perhaps a path, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Url);

/// Why an address can't be used.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    #[error("must be an address like https://chat.example.com; “{0}” is not")]
    NotAnAddress(String),
    #[error("must not hold a login, a query or a fragment")]
    TooMuch,
    #[error(
        "must begin with https://, because passwords and tokens go there; http:// is for this machine alone"
    )]
    Plain,
}

impl Address {
    /// Reads an address. Without TLS it must be this machine's, or `plain` must be asked for.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn parse(text: &str, plain: bool) -> Result<Self, AddressError> {
        let wrong = || AddressError::NotAnAddress(text.to_owned());
        let url = Url::parse(text.trim().trim_end_matches('/')).map_err(|_| wrong())?;
        if !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(AddressError::TooMuch);
        }
        let host = url.host_str().ok_or_else(wrong)?;
        match url.scheme() {
            "https" => {}
            "http" if plain || is_loopback(host) => {}
            "http" => return Err(AddressError::Plain),
            _ => return Err(wrong()),
        }
        Ok(Self(url))
    }

    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address of a call, whose path begins with a slash.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}{path}"));
        url
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_in_one_form() {
        for (text, expected, call) in [
            ("https://Chat.Example.com/", "https://chat.example.com", "https://chat.example.com/api/x"),
            ("https://chat.example.com:443", "https://chat.example.com", "https://chat.example.com/api/x"),
            (" http://localhost:3000 ", "http://localhost:3000", "http://localhost:3000/api/x"),
            ("http://[::1]:3000", "http://[::1]:3000", "http://[::1]:3000/api/x"),
            ("https://example.com/chat/", "https://example.com/chat", "https://example.com/chat/api/x"),
        ] {
            let address = Address::parse(text, false).unwrap();
            assert_eq!((address.to_string().as_str(), address.join("/api/x").as_str()), (expected, call));
        }
    }

    #[test]
    fn without_tls_only_this_machine_is_called() {
        for text in ["http://chat.example.com", "http://10.0.0.1", "http://localhost.example.com"] {
            assert!(matches!(Address::parse(text, false), Err(AddressError::Plain)), "{text}");
            assert!(Address::parse(text, true).is_ok(), "{text}");
        }
        for text in ["chat.example.com", "ftp://chat.example.com", "", "https://"] {
            assert!(matches!(Address::parse(text, true), Err(AddressError::NotAnAddress(_))), "{text}");
        }
        for text in
            ["https://a:b@chat.example.com", "https://chat.example.com/?x=1", "https://chat.example.com#x"]
        {
            assert!(matches!(Address::parse(text, true), Err(AddressError::TooMuch)), "{text}");
        }
    }
}
