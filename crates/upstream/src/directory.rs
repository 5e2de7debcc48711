//! The directory, answered by the remote and remembered in the mirror.

use std::sync::Arc;

use async_trait::async_trait;
use chathub_domain::error::ErrorCode;
use chathub_domain::{
    CompanyId, Operator, OperatorId, OperatorStatus, Organization, OrganizationId, OrganizationRef, Timestamp,
};
use chathub_hub::Clock;
use chathub_hub::pace::Peer;
use chathub_hub::ports::{
    CompanyRecord, Directory, Health, Mirror, NewOperator, OperatorRecord, OriginsChange, PortError, SignIn,
    Vouch,
};
use secrecy::{ExposeSecret, SecretString};

use crate::accounts::Accounts;
use crate::calls::{self, Verdict};
use crate::client::Client;
use crate::mirrored::kept_there;
use crate::seal::Seal;
use crate::settings::{Credentials, Settings, SettingsError};
use crate::sync::{Part, Sync};
use crate::trouble::Trouble;
use crate::vouch::{Vouching, remember};

/// A remote ChatHub as the directory.
pub struct Upstream {
    sync: Sync,
    vouching: Vouching,
}

impl Upstream {
    /// Calls nobody yet.
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn new(
        settings: Settings,
        mirror: Arc<dyn Mirror>,
        seal: Seal,
        clock: Clock,
    ) -> Result<Self, SettingsError> {
        let client = Client::new(&settings, clock.clone())?;
        let accounts = Accounts::new(client, Arc::clone(&mirror), seal, clock.clone(), settings.credentials);
        Ok(Self { sync: Sync::new(accounts, mirror, clock), vouching: Vouching::new() })
    }

    /// Signs this server in, if it has a sign-in, and learns who is there, so that the first customer need not wait
    /// for the first operator. What fails is logged, and tried again when it is needed.
    pub async fn warm_up(&self) {
        if let Ok(Some(company)) = self.sync.accounts.own().await
            && self.sync.fresh_operators(company).await.is_ok()
        {
            tracing::info!("the remote directory answers");
        }
    }

    fn mirror(&self) -> &dyn Mirror {
        self.sync.mirror.as_ref()
    }

    /// For lists: a remote that is away is spoken for by the mirror, for a time.
    async fn or_remembered(
        &self,
        operation: &'static str,
        company: CompanyId,
        outcome: Result<(), Trouble>,
    ) -> Result<(), PortError> {
        let spoken_for = async || self.sync.is_remembered(company).await;
        match outcome {
            Ok(()) => Ok(()),
            Err(Trouble::Away { .. }) if spoken_for().await.map_err(|here| here.port(operation))? => Ok(()),
            Err(trouble) => Err(trouble.port(operation)),
        }
    }
}

#[async_trait]
impl Directory for Upstream {
    async fn company(&self, id: CompanyId) -> Result<Option<CompanyRecord>, PortError> {
        // Who was signed out has another generation now; who can't be asked about stays who they were.
        match self.sync.fresh(Part::Organizations(id)).await {
            Err(Trouble::Here) => Err(Trouble::Here.port("reading a company")),
            _ => self.mirror().company(id).await,
        }
    }

    async fn company_by_organization(&self, id: OrganizationId) -> Result<Option<CompanyRecord>, PortError> {
        self.mirror().company_by_organization(id).await
    }

    async fn company_by_login(&self, login: &str) -> Result<Option<CompanyRecord>, PortError> {
        self.mirror().company_by_login(login).await
    }

    async fn sign_in(&self, login: &str, password: &str, from: Peer) -> Result<SignIn, PortError> {
        let operation = "signing in";
        let credentials = Credentials { login: login.to_owned(), password: SecretString::from(password) };
        let company = self.sync.accounts.sign_in(&credentials, from.address()).await;
        let Some(company) = company.map_err(|trouble| trouble.port(operation))? else {
            return Ok(SignIn::Judged(None));
        };
        // The sign-in has just listed them, whatever was found out with another token.
        self.sync.note_fresh(Part::Organizations(company)).await;
        Ok(SignIn::Judged(self.mirror().company(company).await?))
    }

    async fn add_company(&self, _: &str, _: &str, _: &str) -> Result<CompanyId, PortError> {
        Err(kept_there("Companies", self.sync.accounts.client().address()))
    }

    async fn set_login(&self, _: CompanyId, _: &str) -> Result<bool, PortError> {
        Err(kept_there("Logins", self.sync.accounts.client().address()))
    }

    async fn set_password(&self, _: CompanyId, _: &str) -> Result<bool, PortError> {
        Err(kept_there("Passwords", self.sync.accounts.client().address()))
    }

    async fn organizations(&self, company: CompanyId) -> Result<Vec<Organization>, PortError> {
        let outcome = self.sync.fresh(Part::Organizations(company)).await;
        self.or_remembered("listing organizations", company, outcome).await?;
        self.mirror().organizations(company).await
    }

    async fn organization(&self, id: OrganizationId) -> Result<Option<Organization>, PortError> {
        if let Some(known) = self.mirror().organization(id).await? {
            return Ok(Some(known));
        }
        // Perhaps one that was made a moment ago, of the company whose sign-in is ours.
        let Ok(Some(own)) = self.sync.accounts.own().await else { return Ok(None) };
        match self.sync.fresh(Part::Organizations(own)).await {
            Ok(()) => self.mirror().organization(id).await,
            Err(_) => Ok(None),
        }
    }

    async fn add_organization(
        &self,
        _: CompanyId,
        _: &str,
        _: &[String],
    ) -> Result<OrganizationId, PortError> {
        Err(kept_there("Organizations", self.sync.accounts.client().address()))
    }

    async fn set_allowed_origins(
        &self,
        company: CompanyId,
        organization: OrganizationId,
        change: OriginsChange<'_>,
    ) -> Result<Option<Vec<String>>, PortError> {
        self.mirror().set_allowed_origins(company, organization, change).await
    }

    async fn operators(
        &self,
        company: CompanyId,
        organization: Option<OrganizationId>,
    ) -> Result<Vec<Operator>, PortError> {
        let own = self.mirror().organizations(company).await?;
        let outcome = match organization {
            // Another company's is not asked for.
            Some(id) if !own.iter().any(|own| own.id == id) => return Ok(Vec::new()),
            Some(id) => self.sync.fresh(Part::Operators(company, id)).await,
            None => self.sync.fresh_operators(company).await,
        };
        self.or_remembered("listing operators", company, outcome).await?;
        self.mirror().operators(company, organization).await
    }

    async fn operator(
        &self,
        company: CompanyId,
        id: OperatorId,
    ) -> Result<Option<OperatorRecord>, PortError> {
        let operation = "reading an operator";
        let known = self.mirror().operator(company, id).await?;
        let outcome = match &known {
            Some(known) => {
                let organization = known.operator.organization.id;
                self.sync.fresh(Part::Operators(company, organization)).await
            }
            None => self.sync.fresh_operators(company).await,
        };
        match outcome {
            // Who was signed out has another generation now.
            Ok(()) | Err(Trouble::SignedOut) => self.mirror().operator(company, id).await,
            // Who is known stays who they were.
            Err(Trouble::Away { .. }) if known.is_some() => Ok(known),
            // The organization may be gone, and its operators with it.
            Err(trouble @ Trouble::Refused(_)) => {
                self.sync.fresh(Part::Organizations(company)).await.map_err(|other| other.port(operation))?;
                let now = self.mirror().operator(company, id).await?;
                match now {
                    Some(now) if now.operator.status == OperatorStatus::Active => {
                        Err(trouble.port(operation))
                    }
                    now => Ok(now),
                }
            }
            Err(trouble) => Err(trouble.port(operation)),
        }
    }

    async fn add_operators(
        &self,
        company: CompanyId,
        operators: &[NewOperator],
    ) -> Result<Option<Vec<Operator>>, PortError> {
        let operation = "adding operators";
        let own = self.mirror().organizations(company).await?;
        let places: Option<Vec<_>> = operators
            .iter()
            .map(|new| own.iter().find(|own| own.id == new.organization_id))
            .map(|own| own.map(|own| OrganizationRef { id: own.id, name: own.name.clone() }))
            .collect();
        let Some(places) = places else { return Ok(None) };
        let call = calls::synchronize(operators);
        let answer = match self.sync.accounts.ask(company, &call, calls::read_operators).await {
            Ok(answer) => answer.each_in(&places),
            Err(Trouble::Refused(404)) => return Ok(None),
            Err(trouble) => {
                self.forget_all(company, &places).await;
                return Err(unsure(trouble, operation));
            }
        };
        let Some(added) = answer else {
            self.forget_all(company, &places).await;
            let source = "the remote added another number of operators than it was told".into();
            return Err(PortError::Failed { operation, source });
        };
        let write = async { Ok(self.mirror().keep_added(company, &added).await?) };
        self.sync.change(company, write).await.map_err(|trouble| trouble.port(operation))?;
        Ok(Some(added))
    }

    async fn changes(&self) -> Result<i64, PortError> {
        self.mirror().changes().await
    }

    async fn set_operator_status(
        &self,
        company: CompanyId,
        id: OperatorId,
        status: OperatorStatus,
    ) -> Result<bool, PortError> {
        let operation = "setting an operator's status";
        let known = self.mirror().operator(company, id).await?;
        let places: Vec<_> = known.into_iter().map(|known| known.operator.organization).collect();
        let call = calls::set_status(id, status);
        match self.sync.accounts.ask(company, &call, calls::read_nothing).await {
            Ok(()) => {
                let write = async { Ok(self.mirror().set_operator_status(company, id, status).await?) };
                let written = self.sync.change(company, write).await;
                written.map_err(|trouble| trouble.port(operation))?;
                Ok(true)
            }
            Err(Trouble::Refused(404)) => Ok(false),
            Err(trouble) => {
                self.forget_all(company, &places).await;
                Err(unsure(trouble, operation))
            }
        }
    }

    async fn operator_to_mint(
        &self,
        company: CompanyId,
        id: OperatorId,
        expires_at: Timestamp,
    ) -> Result<Option<OperatorRecord>, PortError> {
        let operation = "asking for an operator token";
        // The remote's own token is only a sign that it agrees: it goes nowhere.
        let call = calls::operator_token(id, expires_at);
        let agreed = match self.sync.accounts.ask(company, &call, calls::read_token).await {
            Ok(token) => Some(token),
            Err(Trouble::Refused(404)) => return Ok(None),
            Err(Trouble::Refused(403)) => None,
            Err(trouble) => return Err(trouble.port(operation)),
        };
        let here = |trouble: Trouble| trouble.port(operation);
        let is_active = |record: &OperatorRecord| record.operator.status == OperatorStatus::Active;
        let mut record = self.mirror().operator(company, id).await?;
        if record.as_ref().is_some_and(is_active) != agreed.is_some() {
            self.sync.refetch_operators(company).await.map_err(here)?;
            record = self.mirror().operator(company, id).await?;
        }
        let Some(token) = agreed else {
            return match record {
                Some(record) if is_active(&record) => Err(PortError::Refused {
                    code: ErrorCode::OperatorInactive,
                    detail: "The remote ChatHub gives this operator no token.".into(),
                }),
                record => Ok(record),
            };
        };
        let account = self.mirror().account(company).await?;
        if account.is_some_and(|account| account.remote_id.is_none()) {
            // Once a company, the only call that tells its id there.
            let call = calls::validate(token.expose_secret());
            let verdict = self.sync.accounts.ask(company, &call, calls::read_verdict).await;
            if let Ok(Verdict::Good { company: remote, .. }) = verdict {
                remember(&self.sync, company, remote).await.map_err(here)?;
            }
        }
        Ok(record)
    }

    async fn vouch(&self, company: Option<CompanyId>, token: &str) -> Result<Vouch, PortError> {
        let operation = "validating an operator token";
        let company = match company {
            Some(company) => company,
            None => match self.sync.accounts.own().await {
                Ok(Some(own)) => own,
                Ok(None) | Err(Trouble::SignedOut) => return Ok(Vouch::Unknown),
                Err(trouble) => return Err(trouble.port(operation)),
            },
        };
        let verdict = self.vouching.vouch(&self.sync, company, token).await;
        verdict.map_err(|trouble| trouble.port(operation))
    }

    async fn public_id(&self, company: CompanyId) -> Result<CompanyId, PortError> {
        let account = self.mirror().account(company).await?;
        Ok(account.and_then(|account| account.remote_id).unwrap_or(company))
    }

    fn is_remote(&self) -> bool {
        true
    }

    fn health(&self) -> Health {
        if self.sync.accounts.client().is_away() {
            Health::Away
        } else if self.sync.accounts.is_refused() {
            Health::Refuses
        } else {
            Health::Well
        }
    }
}

impl Upstream {
    async fn forget_all(&self, company: CompanyId, organizations: &[OrganizationRef]) {
        for organization in organizations {
            self.sync.forget(Part::Operators(company, organization.id)).await;
        }
    }
}

/// A change that was sent and not answered may have been made.
fn unsure(trouble: Trouble, operation: &'static str) -> PortError {
    match trouble {
        Trouble::Away { retry_after, sent: true } => PortError::Away { operation, retry_after, unsure: true },
        other => other.port(operation),
    }
}
