//! Judging a sign-in: a password, and how well whoever brings it is known.

use std::time::Duration;

use chathub_domain::error::ErrorCode;
use uuid::Uuid;

use super::known::{EACH, FORGOTTEN_AFTER};
use crate::audit::{Action, Deed};
use crate::clock::{seconds, whole_seconds};
use crate::door::tokens::DeviceClaims;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::pace::{Peer, Trust};
use crate::ports::{CompanyRecord, KnownAddress, SignIn};

/// How long a device is known after its last sign-in: longer than a holiday, shorter than the device.
pub const DEVICE_LIVES: Duration = Duration::from_secs(180 * 24 * 60 * 60);

impl Hub {
    /// The company whose login and password these are. Either way the log says who wanted in.
    pub(crate) async fn let_in(
        &self,
        login: &str,
        password: String,
        peer: Peer,
        device: Option<&str>,
    ) -> Result<CompanyRecord> {
        let login = login.trim();
        let outcome = self.judge(login, password, peer, device).await;
        match &outcome {
            Ok(company) => {
                let deed = Deed { login: Some(login), ..Deed::default() };
                self.inner.audit.done(Action::SignIn, company.id, &deed);
            }
            Err(Error { code: code @ (ErrorCode::LoginRefused | ErrorCode::TooManyRequests), .. }) => {
                self.inner.audit.refused(Action::SignIn, *code, Some(login));
            }
            Err(_) => {}
        }
        outcome
    }

    async fn judge(
        &self,
        login: &str,
        password: String,
        peer: Peer,
        device: Option<&str>,
    ) -> Result<CompanyRecord> {
        // Who is known is known however they write their login, and so are those counted who guess.
        let key = self.inner.exact_logins.key(login);
        let address = self.inner.keys.tag("known address", &format!("{key}\0{peer}"))?;
        let trust = self.trust(&key, &address, device);
        self.inner.limits.sign_in(&key, peer, trust)?;
        let found = match self.inner.directory.sign_in(login, &password, peer).await? {
            SignIn::Judged(found) => found,
            SignIn::ByHash(record) => {
                let hash = record.as_ref().map(|record| record.password_hash.clone());
                let known_as = (trust != Trust::None).then_some(key.as_str());
                let right = self.inner.passwords.verify(password, hash, known_as).await?;
                record.filter(|_| right)
            }
        };
        let record = found.ok_or_else(|| {
            Error::new(ErrorCode::LoginRefused, "The login is unknown or the password is wrong.")
        })?;
        self.remember(key, address).await;
        Ok(record)
    }

    fn trust(&self, login: &str, address: &str, device: Option<&str>) -> Trust {
        let now = self.now();
        let claims = device.map(|device| self.inner.keys.verify::<DeviceClaims>(device, now));
        match claims {
            Some(Ok(claims)) if claims.login == login => Trust::Device(claims.sub),
            _ if self.inner.known.has(login, address, now) => Trust::Address,
            _ => Trust::None,
        }
    }

    /// From now on the login is known at this address.
    async fn remember(&self, login: String, address: String) {
        let now = self.now();
        if !self.inner.known.note(&login, &address, now) {
            return;
        }
        let known = KnownAddress { login, address, seen_at: now };
        // Who is signed in stays so: at worst they are a stranger after a restart.
        if let Err(error) = self.inner.door.keep_address(&known, EACH, now.plus(-FORGOTTEN_AFTER)).await {
            tracing::warn!(%error, "could not keep from where a company signs in");
        }
    }

    /// What makes a device known when it signs in again with this login.
    pub(super) fn device_token(&self, login: &str) -> Result<String> {
        let now = self.now();
        let exp = seconds(now) + whole_seconds(DEVICE_LIVES);
        let login = self.inner.exact_logins.key(login);
        self.inner.keys.sign(DeviceClaims { sub: Uuid::new_v4(), login, exp }, now)
    }
}
