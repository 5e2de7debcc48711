//! Where other pages are, for programs (RFC 8288).

use axum::http::{HeaderMap, HeaderValue, header};

/// The header that holds these links, if there are any.
pub(super) fn link_header(links: &[String]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::try_from(links.join(", "))
        && !value.is_empty()
    {
        headers.insert(header::LINK, value);
    }
    headers
}
