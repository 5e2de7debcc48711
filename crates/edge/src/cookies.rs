//! The two cookies of the console: the session, and the device that has signed in before. Both are out of scripts' reach.
//!
//! Where the public address is https they are named `__Host-…`, which no other host can set, be it one of the same
//! domain. A request with two of one name is somebody's trick: it counts as one with none.

use axum::http::{HeaderMap, HeaderValue, header};

/// The session's name where the public address is not https.
pub const SESSION_COOKIE: &str = "chathub_session";

/// How cookies are named and set.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    /// The public address is https.
    pub secure: bool,
}

/// One of them.
#[derive(Clone, Copy, Debug)]
enum Cookie {
    Session,
    Device,
}

impl Cookies {
    /// The console's session, if there is exactly one.
    #[must_use]
    pub fn session(self, headers: &HeaderMap) -> Option<String> {
        self.read(Cookie::Session, headers)
    }

    /// What makes this browser known, if there is exactly one.
    #[must_use]
    pub fn device(self, headers: &HeaderMap) -> Option<String> {
        self.read(Cookie::Device, headers)
    }

    /// Sets the session; an empty one for no time takes it away.
    pub(super) fn set_session(self, value: &str, lives_seconds: u64) -> Option<HeaderValue> {
        self.write(Cookie::Session, value, lives_seconds)
    }

    pub(super) fn set_device(self, value: &str, lives_seconds: u64) -> Option<HeaderValue> {
        self.write(Cookie::Device, value, lives_seconds)
    }

    fn name(self, cookie: Cookie) -> &'static str {
        match (cookie, self.secure) {
            (Cookie::Session, true) => "__Host-chathub_session",
            (Cookie::Session, false) => SESSION_COOKIE,
            (Cookie::Device, true) => "__Host-chathub_device",
            (Cookie::Device, false) => "chathub_device",
        }
    }

    fn read(self, cookie: Cookie, headers: &HeaderMap) -> Option<String> {
        let own = self.name(cookie);
        let pairs = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs.filter(|(name, _)| *name == own).map(|(_, value)| value);
        let value = values.next()?;
        values.next().is_none().then(|| value.to_owned())
    }

    /// A value is a token, base64url and dots, or nothing; that is always a header.
    fn write(self, cookie: Cookie, value: &str, lives_seconds: u64) -> Option<HeaderValue> {
        let name = self.name(cookie);
        let secure = if self.secure { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; Max-Age={lives_seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&text).ok()
    }
}
