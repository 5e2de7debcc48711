//! How a form that was refused finds its words again: its page is led to with a code of ours in the address, which the
//! page knows a sentence for, and with what was typed in a cookie. An address could be anybody's, and would be read as
//! ours.

use axum::http::request::Parts;
use chathub_domain::error::ErrorCode;
use leptos::prelude::expect_context;

use super::access::cookies;

/// A refusal that led to this page.
pub(crate) struct Refused {
    pub sentence: &'static str,
    /// What to put into the form again.
    pub login: Option<String>,
}

/// Where a refused form leads.
#[must_use]
pub fn refused_address(code: ErrorCode) -> String {
    format!("/console?refused={}", code.as_str())
}

/// The refusal that the page's address names, if it names one of ours.
pub(crate) fn refused() -> Option<Refused> {
    let Parts { uri, headers, .. } = expect_context::<Parts>();
    let query = uri.query().unwrap_or_default();
    let (_, code) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "refused")?;
    let sentence = match ErrorCode::named(&code) {
        ErrorCode::Unknown => return None,
        ErrorCode::LoginRefused => "The login is unknown or the password is wrong.",
        ErrorCode::TooManyRequests => "Too many attempts to sign in. Wait a minute and try again.",
        ErrorCode::OriginNotAllowed => {
            "This page's address is not this server's own. Open the console at its public address, which whoever runs \
             it names with --public-url."
        }
        ErrorCode::Unavailable | ErrorCode::GoingAway => {
            "Signing in is not possible at the moment. Try again shortly."
        }
        ErrorCode::Malformed | ErrorCode::InvalidField => "The form did not arrive whole. Try again.",
        _ => "Something went wrong on the server; its log says what. Try again shortly.",
    };
    Some(Refused { sentence, login: cookies().typed(&headers) })
}
