//! How many requests an address and a token may send: REST, server functions, the panel's route and the stream's
//! upgrade. Files for browsers are not counted, nor what goes over an established stream, where messages have limits
//! of their own, as everywhere (`hub/src/pace.rs`).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chathub_domain::error::ErrorCode;
use chathub_edge::cookies::Cookies;
use chathub_edge::ratelimit::{RATELIMIT, RATELIMIT_POLICY, policy_field, standing_field};
use chathub_edge::token;
use chathub_hub::audit::Action;
use chathub_hub::pace::{Exceeded, Limiter, Peer, PeerLimiter, Policy, Standing};
use chathub_hub::{Error, Hub};

use crate::http::problem::Failure;

/// The two limits; none when there are to be none.
pub struct Requests(Option<(PeerLimiter, Limiter)>);

impl Requests {
    /// So many a second for each address and for each token. All of a second's may come at once, since programs and
    /// pages ask in bursts: a panel that opens, a list that is gone through.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        let policy = |name| Policy { name, quota: per_second, window: Duration::from_secs(1) };
        Self(PeerLimiter::new(policy("address")).zip(Limiter::new(policy("token"))))
    }

    /// Counts a request. What the token is worth is not known yet: it is a name like another, and a made-up one
    /// still counts for its address.
    fn count(
        &self,
        peer: Peer,
        headers: &HeaderMap,
        cookies: Cookies,
    ) -> Result<(Option<Standing>, Option<Standing>), Exceeded> {
        let Some((addresses, tokens)) = &self.0 else { return Ok((None, None)) };
        let address = addresses.check(peer)?;
        let token = Some(token::sent(headers))
            .filter(|token| !token.is_empty())
            .map(|token| chathub_domain::token::tidy(&token));
        let token = token.or_else(|| cookies.session(headers).filter(|token| !token.is_empty()));
        Ok((Some(address), token.map(|token| tokens.check(&token)).transpose()?))
    }
}

/// Counts every request, and says in its answer what is left.
pub(crate) async fn count(
    State(requests): State<Arc<Requests>>,
    State(cookies): State<Cookies>,
    State(hub): State<Hub>,
    request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get().copied().unwrap_or(Peer::UNKNOWN);
    match requests.count(peer, request.headers(), cookies) {
        Ok((address, token)) => {
            let mut response = next.run(request).await;
            let standings = address.iter().chain(&token);
            let (policies, left): (Vec<_>, Vec<_>) =
                standings.map(|standing| (policy_field(&standing.policy), standing_field(standing))).unzip();
            for (name, members) in [(RATELIMIT_POLICY, policies), (RATELIMIT, left)] {
                if let (false, Ok(value)) = (members.is_empty(), HeaderValue::from_str(&members.join(", "))) {
                    // Beside what a use case may have said of its own limit.
                    response.headers_mut().append(name, value);
                }
            }
            response
        }
        Err(exceeded) => {
            hub.note_refusal(Action::Request, ErrorCode::TooManyRequests);
            Failure(Error::too_many("Too many requests.", exceeded)).into_response()
        }
    }
}
