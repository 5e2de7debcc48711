//! How a form that was refused finds its words again: its page is led to with a code of ours in the address, which the
//! page knows a sentence for, and with what was typed in a cookie. An address could be anybody's, and would be read as
//! ours.

use axum::http::request::Parts;
use chathub_domain::error::ErrorCode;
use leptos::prelude::expect_context;

use super::access::cookies;

/// A refusal that led to this page.
pub(crate) struct Refused {
    pub code: ErrorCode,
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
    let code = ErrorCode::named(&code);
    (code != ErrorCode::Unknown).then(|| Refused { code, login: cookies().typed(&headers) })
}
