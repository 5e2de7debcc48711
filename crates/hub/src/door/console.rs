//! The console's sessions. The cookie is a signed token, so that nobody can try any; which of them are still sessions,
//! the server knows.

use std::time::Duration;

use chathub_domain::error::ErrorCode;
use chathub_domain::{CompanyId, Timestamp};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::audit::{Action, Deed};
use crate::clock::{seconds, whole_seconds};
use crate::door::access::{CompanyAccess, Session};
use crate::door::tokens::{Claims, SessionClaims};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::pace::Peer;
use crate::ports::{SessionId, SessionRecord};

/// A console session ends by itself after a long working day.
pub const SESSION_LIVES: Duration = Duration::from_secs(12 * 60 * 60);

/// Random bytes of a session's secret.
const SECRET_BYTES: usize = 16;

/// Sessions of one company: more than a large one's people have open in a day.
const SESSIONS: usize = 1_000;

/// Milliseconds after which using a session is noted again. It decides which goes when there are too many.
const NOTED_EVERY: i64 = 60 * 60 * 1_000;

/// What a browser keeps of a sign-in, in HttpOnly cookies.
#[derive(Debug)]
pub struct SignedIn {
    /// For [`SESSION_LIVES`].
    pub session: String,
    /// For [`DEVICE_LIVES`](super::DEVICE_LIVES): opens nothing, and lets this browser sign in with this login when
    /// strangers try to keep everybody from it.
    pub device: String,
}

impl Hub {
    /// A console session, for a browser that may have the `device` of an earlier one.
    ///
    /// # Errors
    /// `login_refused`, the same for an unknown login and a wrong password; `too_many_requests`.
    pub async fn open_session(
        &self,
        login: &str,
        password: String,
        peer: Peer,
        device: Option<&str>,
    ) -> Result<SignedIn> {
        let company = self.let_in(login, password, peer, device).await?;
        let now = self.now();
        let secret = new_secret()?;
        let exp = seconds(now) + whole_seconds(SESSION_LIVES);
        let id = session_id(&secret);
        let claims = SessionClaims { sub: company.id, generation: company.generation, exp, jti: secret };
        let (expires_at, session) = (Timestamp(exp * 1_000), self.inner.keys.sign(claims, now)?);
        let record = SessionRecord { id, company: company.id, created_at: now, expires_at };
        self.inner.door.add_session(&record, SESSIONS).await?;
        Ok(SignedIn { session, device: self.device_token(login)? })
    }

    /// # Errors
    /// When it is no console session that is still good.
    pub async fn company_by_session(&self, session: &str) -> Result<CompanyAccess> {
        let claims: SessionClaims = self.inner.keys.verify(session, self.now())?;
        let company = self.company_of(claims.sub, claims.generation).await?;
        let session = Session { id: session_id(&claims.jti), expires_at: Timestamp(claims.exp * 1_000) };
        let used_at = self.check_session(company.id, session.id).await?;
        let (door, now, id) = (std::sync::Arc::clone(&self.inner.door), self.now(), company.id);
        if used_at.plus(NOTED_EVERY) <= now {
            // Whoever asks does not wait for the disk.
            tokio::spawn(async move {
                if let Err(error) = door.use_session(id, session.id, now).await {
                    tracing::warn!(%error, "could not note that a session is used");
                }
            });
        }
        Ok(CompanyAccess { session: Some(session), ..company })
    }

    /// Ends a session, and the operator tokens that came of it. What is none is none already.
    ///
    /// # Errors
    /// When it can't be stored that it has ended.
    pub async fn close_session(&self, session: &str) -> Result<()> {
        let Ok(claims) = self.inner.keys.verify::<SessionClaims>(session, self.now()) else { return Ok(()) };
        self.inner.door.end_session(claims.sub, session_id(&claims.jti)).await?;
        self.inner.audit.done(Action::SignOut, claims.sub, &Deed::default());
        self.inner.feed.recheck();
        Ok(())
    }

    /// When the session was last used, if it has not ended.
    pub(crate) async fn check_session(&self, company: CompanyId, id: SessionId) -> Result<Timestamp> {
        let used_at = self.inner.door.session(company, id, self.now()).await?;
        used_at.ok_or_else(|| {
            let detail = format!("The {} has ended: sign in again.", SessionClaims::NAME);
            Error::new(ErrorCode::TokenInvalid, detail)
        })
    }
}

/// What nobody can guess.
fn new_secret() -> Result<String> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::internal("taking the system's randomness", error))?;
    Ok(base16ct::lower::encode_string(&bytes))
}

/// The secret stays in the cookie: half of SHA-256 is as hard to turn back as the secret is to guess.
fn session_id(secret: &str) -> SessionId {
    let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    SessionId(Uuid::from_bytes(half))
}
