//! Companies at the remote: their sign-in, their token there, and what happens when it is no longer taken.
//!
//! A token of the remote is in memory for the time of a call, and else in the mirror, sealed. When it is refused and no
//! other is to be had, the tokens that we issued for the company end as well.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chathub_domain::{CompanyId, Timestamp};
use chathub_hub::Clock;
use chathub_hub::ports::Mirror;
use secrecy::{ExposeSecret, SecretString};

use crate::calls;
use crate::client::{Call, Client, Refusal};
use crate::seal::Seal;
use crate::settings::Credentials;
use crate::trouble::Trouble;

/// How long our own sign-in rests after it was refused: a remote may lock an account that is tried too often.
const REFUSED_RESTS: Duration = Duration::from_secs(5 * 60);

pub(crate) struct Accounts {
    client: Client,
    mirror: Arc<dyn Mirror>,
    seal: Seal,
    clock: Clock,
    credentials: Option<Credentials>,
    own: Mutex<Own>,
    /// One sign-in of our own at a time; who waited finds its token.
    signing_in: tokio::sync::Mutex<()>,
}

/// What is known of this server's own account.
#[derive(Clone, Copy, Default)]
struct Own {
    company: Option<CompanyId>,
    refused_at: Option<Timestamp>,
}

/// Who may sign in has a company and a token.
type Entry = (CompanyId, SecretString);

impl Accounts {
    pub(crate) fn new(
        client: Client,
        mirror: Arc<dyn Mirror>,
        seal: Seal,
        clock: Clock,
        credentials: Option<Credentials>,
    ) -> Self {
        let (own, signing_in) = Default::default();
        Self { client, mirror, seal, clock, credentials, own, signing_in }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Whether this server's own sign-in is refused.
    pub(crate) fn is_refused(&self) -> bool {
        self.known().refused_at.is_some()
    }

    /// Makes a call as a company, with another token if the one it has is no longer taken.
    pub(crate) async fn ask<T>(
        &self,
        company: CompanyId,
        call: &Call,
        read: fn(&[u8]) -> Result<T, &'static str>,
    ) -> Result<T, Trouble> {
        let token = match self.token(company).await? {
            Some(token) => token,
            None => self.renew(company, None).await.map_err(Trouble::before_it_was_sent)?,
        };
        let refusal = match self.client.make(call, Some(&token), read).await? {
            Ok(answer) => return Ok(answer),
            Err(refusal) if refusal.status == 401 => refusal,
            Err(refusal) => return Err(Trouble::Refused(refusal.status)),
        };
        // Refused before it was done, so it may be asked for again.
        let renewed = self.renew(company, Some((&token, refusal))).await;
        let token = renewed.map_err(Trouble::before_it_was_sent)?;
        match self.client.make(call, Some(&token), read).await? {
            Ok(answer) => Ok(answer),
            Err(refusal) if refusal.status == 401 => {
                self.mirror.revoke(company).await?;
                Err(Trouble::SignedOut)
            }
            Err(refusal) => Err(Trouble::Refused(refusal.status)),
        }
    }

    /// A company's sign-in, judged by the remote; nothing when it is refused.
    pub(crate) async fn sign_in(
        &self,
        credentials: &Credentials,
        from: Option<IpAddr>,
    ) -> Result<Option<CompanyId>, Trouble> {
        let Some((company, former, token)) = self.enter(credentials, from).await? else { return Ok(None) };
        if let Some(former) = former.filter(|former| former.expose_secret() != token.expose_secret())
            && let Err(refusal) =
                self.client.make(&calls::organizations(), Some(&former), calls::read_organizations).await?
            && self.ends_all(company, refusal).await?
        {
            // The password has changed since: what the former one gave must not outlive it.
            self.mirror.revoke(company).await?;
        }
        self.keep(company, &token).await?;
        if self.credentials.as_ref().is_some_and(|own| own.login == credentials.login) {
            *self.lock() = Own { company: Some(company), refused_at: None };
        }
        Ok(Some(company))
    }

    /// The company of this server's own sign-in, if it has one.
    pub(crate) async fn own(&self) -> Result<Option<CompanyId>, Trouble> {
        let Some(credentials) = &self.credentials else { return Ok(None) };
        if let Some(company) = self.own_if_known(credentials).await? {
            return Ok(Some(company));
        }
        let _one = self.signing_in.lock().await;
        if let Some(company) = self.own_if_known(credentials).await? {
            return Ok(Some(company));
        }
        Ok(Some(self.sign_in_ourselves(credentials).await?.0))
    }

    async fn own_if_known(&self, credentials: &Credentials) -> Result<Option<CompanyId>, Trouble> {
        match self.known().company {
            Some(company) => Ok(Some(company)),
            // From an earlier run.
            None => {
                let company = self.mirror.company_of_login(&credentials.login).await?;
                self.lock().company = company;
                Ok(company)
            }
        }
    }

    /// Another token for a company whose former one was refused, or that has none.
    async fn renew(
        &self,
        company: CompanyId,
        refused: Option<(&SecretString, Refusal)>,
    ) -> Result<SecretString, Trouble> {
        let _one = self.signing_in.lock().await;
        let sealed = self.mirror.account(company).await?.and_then(|account| account.token);
        let had_one = sealed.is_some();
        let stored = sealed.and_then(|sealed| self.open(company, &sealed));
        if let Some(stored) = &stored
            && refused.is_none_or(|(refused, _)| refused.expose_secret() != stored.expose_secret())
        {
            return Ok(stored.clone());
        }
        // One that does not open any more, because the keys or the address are others, is as good as refused.
        let ends = match refused {
            Some((_, refusal)) => self.ends_all(company, refusal).await?,
            None => !self.is_own(company).await?,
        };
        if had_one && ends {
            tracing::info!(%company, "the remote directory has ended this company's token: so do ours");
            self.mirror.revoke(company).await?;
        }
        let Some(credentials) = &self.credentials else { return Err(Trouble::SignedOut) };
        if !self.is_own(company).await? {
            return Err(Trouble::SignedOut);
        }
        match self.sign_in_ourselves(credentials).await {
            Ok((same, token)) if same == company => Ok(token),
            // Refused, or let in as somebody else.
            Ok(_) | Err(Trouble::SignedOut) => {
                if had_one && !ends {
                    self.mirror.revoke(company).await?;
                }
                Err(Trouble::SignedOut)
            }
            Err(trouble) => Err(trouble),
        }
    }

    /// Whether what we issued ends with the remote's token: always where no other is to be had, and for our own
    /// company when it was revoked there and not only outlived.
    async fn ends_all(&self, company: CompanyId, refusal: Refusal) -> Result<bool, Trouble> {
        Ok(refusal.status == 401 && (refusal.revoked || !self.is_own(company).await?))
    }

    async fn is_own(&self, company: CompanyId) -> Result<bool, Trouble> {
        match &self.credentials {
            Some(credentials) => Ok(self.own_if_known(credentials).await? == Some(company)),
            None => Ok(false),
        }
    }

    /// With the lock of `signing_in` held.
    async fn sign_in_ourselves(&self, credentials: &Credentials) -> Result<Entry, Trouble> {
        let now = self.clock.now();
        if let Some(at) = self.known().refused_at
            && u64::try_from(now.0 - at.0).is_ok_and(|passed| Duration::from_millis(passed) < REFUSED_RESTS)
        {
            return Err(Trouble::SignedOut);
        }
        let Some((company, _, token)) = self.enter(credentials, None).await? else {
            tracing::error!("the remote directory refuses this server's own login or password");
            self.lock().refused_at = Some(now);
            return Err(Trouble::SignedOut);
        };
        self.keep(company, &token).await?;
        *self.lock() = Own { company: Some(company), refused_at: None };
        Ok((company, token))
    }

    /// Signs in at the remote and finds out which company that is, and the token it had until now.
    async fn enter(
        &self,
        credentials: &Credentials,
        from: Option<IpAddr>,
    ) -> Result<Option<(CompanyId, Option<SecretString>, SecretString)>, Trouble> {
        let call = calls::company_token(credentials, from);
        let token = match self.client.make(&call, None, calls::read_token).await? {
            Ok(token) => token,
            Err(refusal) if matches!(refusal.status, 400 | 401 | 403 | 422) => return Ok(None),
            Err(refusal) => return Err(Trouble::Refused(refusal.status)),
        };
        let call = calls::organizations();
        let organizations = match self.client.make(&call, Some(&token), calls::read_organizations).await? {
            Ok(organizations) => organizations,
            Err(refusal) => return Err(Trouble::Refused(refusal.status)),
        };
        let now = self.clock.now();
        let company = self.mirror.keep_company(&credentials.login, &organizations, now).await?;
        let former = self.token(company).await?;
        Ok(Some((company, former, token)))
    }

    async fn token(&self, company: CompanyId) -> Result<Option<SecretString>, Trouble> {
        let sealed = self.mirror.account(company).await?.and_then(|account| account.token);
        Ok(sealed.and_then(|sealed| self.open(company, &sealed)))
    }

    fn open(&self, company: CompanyId, sealed: &[u8]) -> Option<SecretString> {
        self.seal.open(self.client.address(), company, sealed)
    }

    async fn keep(&self, company: CompanyId, token: &SecretString) -> Result<(), Trouble> {
        let sealed = self.seal.close(self.client.address(), company, token.expose_secret());
        let sealed = sealed.ok_or_else(|| {
            tracing::error!("the system gives no randomness: a token of the remote can't be sealed");
            Trouble::Here
        })?;
        Ok(self.mirror.keep_token(company, &sealed).await?)
    }

    fn known(&self) -> Own {
        *self.lock()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Own> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
