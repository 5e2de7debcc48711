//! Operator tokens that the remote has issued: it is asked about each, at most once in the cache's time.

use std::time::Duration;

use chathub_domain::error::ErrorCode;
use chathub_domain::limits::OPERATOR_TOKEN_MS;
use chathub_domain::{CompanyId, OperatorId, Timestamp};
use chathub_hub::pace::{Limiter, Policy};
use chathub_hub::ports::Vouch;
use moka::future::Cache;
use moka::ops::compute::{CompResult, Op};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::calls::{self, Verdict};
use crate::sync::{CACHE, FAILURE, Sync, is_within};
use crate::trouble::{AGAIN, Trouble};

/// Tokens whose verdict is kept; of more, those that are used least are asked about again.
const TOKENS: u64 = 10_000;

/// How long a verdict is kept at the most: for a remote that is away, and no longer than a token may live.
const KEPT: Duration = Duration::from_millis(OPERATOR_TOKEN_MS.unsigned_abs());

/// Questions at once. Anybody may send what looks like a token, and must not take the places of other calls.
const AT_ONCE: usize = 16;

/// Questions a second about tokens that were not good before: a fifth of what a ChatHub takes from one address, so that
/// who makes tokens up does not use up what everybody else needs of the remote.
const NEW_ONES: Policy = Policy { name: "vouching", quota: 20, window: Duration::from_secs(1) };

/// How long a question waits for its turn.
const TURN_WITHIN: Duration = Duration::from_secs(5);

/// Bytes of a token, far above any that was seen.
const TOKEN_BYTES: usize = 8 * 1024;

/// A token is known by its hash: the cache holds nothing that opens a door.
type Key = (CompanyId, [u8; 32]);

#[derive(Clone, Copy)]
struct Asked {
    at: Timestamp,
    /// The last verdict, which counts on while the remote is away.
    found: Option<Found>,
    trouble: Option<Trouble>,
}

#[derive(Clone, Copy)]
enum Found {
    Good { operator: OperatorId, expires_at: Timestamp },
    Bad(ErrorCode),
}

pub(crate) struct Vouching {
    asked: Cache<Key, Asked>,
    places: Semaphore,
    new_ones: Option<Limiter>,
}

impl Vouching {
    pub(crate) fn new() -> Self {
        let asked = Cache::builder().max_capacity(TOKENS).time_to_live(KEPT).build();
        Self { asked, places: Semaphore::new(AT_ONCE), new_ones: Limiter::new(NEW_ONES) }
    }

    /// What the remote says of a token when it is asked for `company`.
    pub(crate) async fn vouch(&self, sync: &Sync, company: CompanyId, token: &str) -> Result<Vouch, Trouble> {
        if !looks_like_one(token) {
            return Ok(Vouch::Unknown);
        }
        let key: Key = (company, Sha256::digest(token).into());
        let computed = self.asked.entry(key).and_compute_with(async |former| {
            let former = former.map(|former| *former.value());
            let now = sync.clock.now();
            if former.is_some_and(|former| former.is_fresh(now)) {
                return Op::Nop;
            }
            let found = former.and_then(|former| former.found);
            Op::Put(match self.ask(sync, company, token, found, now).await {
                Ok(found) => Asked { at: now, found: Some(found), trouble: None },
                // Whoever is away takes nothing back.
                Err(trouble @ Trouble::Away { .. }) => Asked { at: now, found, trouble: Some(trouble) },
                Err(trouble) => Asked { at: now, found: None, trouble: Some(trouble) },
            })
        });
        let asked = match computed.await {
            CompResult::Inserted(entry) | CompResult::ReplacedWith(entry) | CompResult::Unchanged(entry) => {
                entry.into_value()
            }
            // Not possible: nothing is removed, and what is not there is put.
            CompResult::StillNone(_) | CompResult::Removed(_) => return Ok(Vouch::Unknown),
        };
        match (asked.found, asked.trouble) {
            (Some(Found::Good { expires_at, .. }), _) if expires_at <= sync.clock.now() => {
                Ok(Vouch::Bad(ErrorCode::TokenExpired))
            }
            (Some(Found::Good { operator, expires_at }), _) => {
                Ok(Vouch::Good { company, operator, expires_at })
            }
            (Some(Found::Bad(code)), _) => Ok(Vouch::Bad(code)),
            // Nobody is left who could vouch.
            (None, Some(Trouble::SignedOut)) => Ok(Vouch::Bad(ErrorCode::TokenInvalid)),
            (None, Some(trouble)) => Err(trouble),
            (None, None) => Ok(Vouch::Unknown),
        }
    }

    async fn ask(
        &self,
        sync: &Sync,
        company: CompanyId,
        token: &str,
        former: Option<Found>,
        now: Timestamp,
    ) -> Result<Found, Trouble> {
        let was_good = matches!(former, Some(Found::Good { .. }));
        if !was_good && self.new_ones.as_ref().is_some_and(|limiter| limiter.check(&()).is_err()) {
            return Err(Trouble::busy(AGAIN));
        }
        let turn = tokio::time::timeout(TURN_WITHIN, self.places.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(Trouble::busy(AGAIN)) };
        let call = calls::validate(token);
        Ok(match sync.accounts.ask(company, &call, calls::read_verdict).await? {
            Verdict::Bad(code) => Found::Bad(code),
            Verdict::Good { operator, company: remote, expires_at } => {
                remember(sync, company, remote).await?;
                let expires_at = expires_at.unwrap_or(match former {
                    // One that does not say its end has the longest that there is, from when it was first seen.
                    Some(Found::Good { expires_at, .. }) => expires_at,
                    _ => now.plus(OPERATOR_TOKEN_MS),
                });
                Found::Good { operator, expires_at }
            }
        })
    }
}

/// Keeps the id by which the remote's integrators know the company.
pub(crate) async fn remember(
    sync: &Sync,
    company: CompanyId,
    remote: Option<CompanyId>,
) -> Result<(), Trouble> {
    let Some(remote) = remote else { return Ok(()) };
    let known = sync.mirror.account(company).await?.and_then(|account| account.remote_id);
    if known != Some(remote) {
        sync.mirror.keep_remote_id(company, remote).await?;
    }
    Ok(())
}

impl Asked {
    fn is_fresh(&self, now: Timestamp) -> bool {
        is_within(now, self.at, if self.trouble.is_none() { CACHE } else { FAILURE })
    }
}

/// Three parts of base64url: anything else is no token, and nobody is asked about it.
fn looks_like_one(token: &str) -> bool {
    let mut parts = token.split('.');
    let part = |part: Option<&str>| {
        part.is_some_and(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte))
        })
    };
    token.len() <= TOKEN_BYTES
        && part(parts.next())
        && part(parts.next())
        && part(parts.next())
        && parts.next().is_none()
}
