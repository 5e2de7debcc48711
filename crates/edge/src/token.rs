//! The token of a request.

use http::HeaderMap;

/// The token in either header, as it was sent, or nothing.
#[must_use]
pub fn sent(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let bearer = text("authorization").map(|value| match value.split_at_checked(6) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.to_owned(),
        _ => value,
    });
    bearer.or_else(|| text("x-authorization-key")).unwrap_or_default()
}
