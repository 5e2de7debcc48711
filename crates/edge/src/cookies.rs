//! The cookies of the console: the session, the device that has signed in before, the language, and what was typed into a
//! form that was refused. All are out of scripts' reach.
//!
//! Where the public address is https the first two are named `__Host-…`, which no other host can set, be it one of the same
//! domain. A request with two of one name is somebody's trick: it counts as one with none.

use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderValue, header};

/// The session's name where the public address is not https.
pub const SESSION_COOKIE: &str = "chathub_session";

/// The language that was chosen. It is no secret.
const LANGUAGE_COOKIE: &str = "chathub_language";

/// As long as browsers keep a cookie.
const LANGUAGE_LIVES: Duration = Duration::days(400);

/// Holds the login that was typed, for the form that comes back.
const TYPED_COOKIE: &str = "chathub_typed";

/// How long that is needed.
const TYPED_LIVES: Duration = Duration::minutes(1);

/// How cookies are named and set.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    /// The public address is https.
    pub secure: bool,
}

impl Cookies {
    /// The console's session, if there is exactly one.
    #[must_use]
    pub fn session(self, headers: &HeaderMap) -> Option<String> {
        read(self.session_name(), headers)
    }

    /// What makes this browser known, if there is exactly one.
    #[must_use]
    pub fn device(self, headers: &HeaderMap) -> Option<String> {
        read(self.device_name(), headers)
    }

    /// What was typed into the form that was refused, if there is exactly one.
    #[must_use]
    pub fn typed(self, headers: &HeaderMap) -> Option<String> {
        let value = read(TYPED_COOKIE, headers)?;
        form_urlencoded::parse(value.as_bytes()).next().map(|(login, _)| login.into_owned())
    }

    /// The language that was chosen for the console, if there is exactly one.
    #[must_use]
    pub fn language(self, headers: &HeaderMap) -> Option<String> {
        read(LANGUAGE_COOKIE, headers)
    }

    /// Sets the language, by its tag.
    #[must_use]
    pub fn set_language(self, tag: &str) -> Option<HeaderValue> {
        let cookie = Cookie::build((LANGUAGE_COOKIE, tag)).path("/").same_site(SameSite::Lax);
        self.written(cookie.max_age(LANGUAGE_LIVES).into())
    }

    /// Sets the session; an empty one for no time takes it away.
    #[must_use]
    pub fn set_session(self, value: &str, lives_seconds: u64) -> Option<HeaderValue> {
        self.set(self.session_name(), value, lives_seconds)
    }

    /// As [`Cookies::set_session`], the device.
    #[must_use]
    pub fn set_device(self, value: &str, lives_seconds: u64) -> Option<HeaderValue> {
        self.set(self.device_name(), value, lives_seconds)
    }

    /// Sets what was typed, for the console's own pages and a moment.
    #[must_use]
    pub fn set_typed(self, login: &str) -> Option<HeaderValue> {
        let value: String = form_urlencoded::byte_serialize(login.as_bytes()).collect();
        let cookie = Cookie::build((TYPED_COOKIE, value)).path("/console").same_site(SameSite::Strict);
        self.written(cookie.max_age(TYPED_LIVES).into())
    }

    fn session_name(self) -> &'static str {
        if self.secure { "__Host-chathub_session" } else { SESSION_COOKIE }
    }

    fn device_name(self) -> &'static str {
        if self.secure { "__Host-chathub_device" } else { "chathub_device" }
    }

    /// A value is a token, base64url and dots, or nothing; that is always a header.
    fn set(self, name: &'static str, value: &str, lives_seconds: u64) -> Option<HeaderValue> {
        let lives = Duration::seconds(i64::try_from(lives_seconds).ok()?);
        self.written(Cookie::build((name, value)).path("/").same_site(SameSite::Lax).max_age(lives).into())
    }

    fn written(self, mut cookie: Cookie<'_>) -> Option<HeaderValue> {
        cookie.set_http_only(true);
        cookie.set_secure(self.secure);
        HeaderValue::try_from(cookie.to_string()).ok()
    }
}

/// The value under this name, if there is exactly one. Lines that hold anything but ASCII count as none: what surrounds a
/// name is dropped, and a browser lets any page set a `__Host-…` behind a white space that it takes for a letter.
fn read(own: &str, headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut values = lines.flat_map(Cookie::split_parse).flatten().filter(|cookie| cookie.name() == own);
    let value = values.next()?.value().to_owned();
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(lines: &[&str]) -> HeaderMap {
        let lines =
            lines.iter().map(|line| (header::COOKIE, HeaderValue::from_bytes(line.as_bytes()).unwrap()));
        lines.collect()
    }

    #[test]
    fn only_one_cookie_of_a_name_is_one() {
        let cookies = Cookies { secure: true };
        for (lines, expected) in [
            (&[][..], None),
            (&["__Host-chathub_session=eyJ.a-b.c_d"], Some("eyJ.a-b.c_d")),
            (&["other=1; __Host-chathub_session=eyJ; chathub_device=2"], Some("eyJ")),
            (&["broken; __Host-chathub_session=eyJ"], Some("eyJ")),
            (&["other=1", "__Host-chathub_session=eyJ"], Some("eyJ")),
            (&["__Host-chathub_session="], Some("")),
            (&["chathub_session=eyJ"], None),
            (&["__host-chathub_session=eyJ"], None),
            (&["__Host-chathub_session=eyJ; __Host-chathub_session=eyJ"], None),
            (&["__Host-chathub_session=eyJ", "__Host-chathub_session=other"], None),
            (&["\u{2003}__Host-chathub_session=eyJ"], None),
        ] {
            assert_eq!(cookies.session(&sent(lines)).as_deref(), expected, "{lines:?}");
        }
        assert_eq!(Cookies { secure: false }.session(&sent(&["__Host-chathub_session=eyJ"])), None);
    }

    #[test]
    fn a_cookie_is_out_of_reach() {
        for (secure, name) in [(true, "__Host-chathub_device"), (false, "chathub_device")] {
            let line = Cookies { secure }.set_device("eyJ.a.b", 60).unwrap();
            let cookie = Cookie::parse(line.to_str().unwrap()).unwrap();
            assert_eq!((cookie.name(), cookie.value()), (name, "eyJ.a.b"));
            assert_eq!((cookie.path(), cookie.domain()), (Some("/"), None));
            assert_eq!((cookie.http_only(), cookie.same_site()), (Some(true), Some(SameSite::Lax)));
            assert_eq!((cookie.secure().is_some(), cookie.max_age()), (secure, Some(Duration::seconds(60))));
        }
    }

    #[test]
    fn what_was_typed_comes_back_as_it_was() {
        let cookies = Cookies { secure: false };
        for login in ["acme", "a b; c=\"d\", e", "Jānis"] {
            let line = cookies.set_typed(login).unwrap();
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            assert_eq!(cookies.typed(&sent(&[pair])).as_deref(), Some(login));
        }
    }
}
