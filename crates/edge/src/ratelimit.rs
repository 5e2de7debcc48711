//! Limits as HTTP says them: `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), and
//! `Retry-After`.

use chathub_hub::pace::{Exceeded, Policy, Standing};
use http::{HeaderName, HeaderValue, header};

pub const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
pub const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// A member of `RateLimit-Policy`: so many (`q`) in so many seconds (`w`).
#[must_use]
pub fn policy_field(policy: &Policy) -> String {
    let Policy { name, quota, window } = policy;
    format!("\"{name}\";q={quota};w={}", window.as_secs())
}

/// A member of `RateLimit`: so many are left (`r`), and all are there again in so many seconds (`t`).
#[must_use]
pub fn standing_field(standing: &Standing) -> String {
    format!("\"{}\";r={};t={}", standing.policy.name, standing.remaining, standing.reset())
}

/// What goes with a refusal.
pub fn refusal_headers(exceeded: &Exceeded) -> impl Iterator<Item = (HeaderName, HeaderValue)> + use<> {
    let seconds = exceeded.retry_after();
    let fields = [
        (RATELIMIT_POLICY, policy_field(&exceeded.policy)),
        (RATELIMIT, format!("\"{}\";r=0;t={seconds}", exceeded.policy.name)),
        (header::RETRY_AFTER, seconds.to_string()),
    ];
    // Names of ours and numbers: always a header value.
    fields.into_iter().filter_map(|(name, text)| Some((name, HeaderValue::from_str(&text).ok()?)))
}
