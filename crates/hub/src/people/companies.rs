//! Companies: their token, and the organizations they own.

use chathub_domain::error::ErrorCode;
use chathub_domain::limits::NAME_CHARS;
use chathub_domain::text::{self, NameMistake};
use chathub_domain::{CompanyId, Organization, OrganizationId};

use crate::audit::{Action, Deed};
use crate::clock::{seconds, whole_seconds};
use crate::door::access::CompanyAccess;
use crate::door::origin;
use crate::door::tokens::CompanyClaims;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::pace::Peer;
use crate::ports::{self, CompanyRecord, Directory, Login, LoginMistake, OriginsChange, PortError};

/// Characters that a password must have (NIST SP 800-63B's minimum).
const PASSWORD_CHARS: usize = 8;

impl Hub {
    /// A company token, for the company's own server.
    ///
    /// # Errors
    /// `login_refused`, the same for an unknown login and a wrong password; `too_many_requests`.
    pub async fn company_token(&self, login: &str, password: String, peer: Peer) -> Result<String> {
        let company = self.let_in(login, password, peer, None).await?;
        let lives = self.inner.settings.company_token_lives;
        let exp = lives.map(|lives| seconds(self.now()) + whole_seconds(lives));
        let claims = CompanyClaims { sub: company.id, generation: company.generation, exp };
        self.inner.keys.sign(claims, self.now())
    }

    /// The company's organizations, by id.
    ///
    /// # Errors
    /// When the directory fails.
    pub async fn organizations(&self, company: &CompanyAccess) -> Result<Vec<Organization>> {
        Ok(self.inner.directory.organizations(company.id).await?)
    }

    /// A company by its login, for whoever administers the machine.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn find_company(&self, login: &str) -> Result<CompanyAccess> {
        find_company(&*self.inner.directory, login).await
    }

    /// # Errors
    /// `conflict` when the login is taken, also in another way to write it, or a field that is wrong.
    pub async fn add_company(&self, login: &str, name: &str, password: String) -> Result<CompanyId> {
        let (login, name) = (check_login(login)?, check_name("/name", name)?);
        self.check_password(&password)?;
        let hash = self.inner.passwords.hash(password).await?;
        match self.inner.directory.add_company(login, name, &hash).await {
            Ok(id) => {
                self.inner.audit.done(
                    Action::AddCompany,
                    id,
                    &Deed { login: Some(login), ..Deed::default() },
                );
                Ok(id)
            }
            Err(PortError::Taken { .. }) => Err(self.login_taken(login).await),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives a company another login. Its tokens and sessions go on: nothing but a sign-in asks for one.
    ///
    /// # Errors
    /// `conflict` when the login is another company's, also in another way to write it; `not_found`, or a login that
    /// can't be one.
    pub async fn set_company_login(&self, company: &CompanyAccess, login: &str) -> Result<()> {
        let login = check_login(login)?;
        match self.inner.directory.set_login(company.id, login).await {
            Ok(true) => {
                self.inner.audit.done(
                    Action::Login,
                    company.id,
                    &Deed { login: Some(login), ..Deed::default() },
                );
                Ok(())
            }
            Ok(false) => Err(Error::not_found("company")),
            Err(PortError::Taken { .. }) => Err(self.login_taken(login).await),
            Err(error) => Err(error.into()),
        }
    }

    async fn login_taken(&self, login: &str) -> Error {
        let holder = match self.inner.directory.company_by_login(login).await {
            Ok(Some(holder)) => format!("a company has it as “{}”", holder.login),
            // One that is found by its own way to write it alone.
            _ => "a company has it, written in another way".to_owned(),
        };
        let detail = format!(
            "The login “{login}” is already taken: {holder}. Small and capital letters, and other ways to write the \
             same letters, make no difference. Choose another."
        );
        Error::new(ErrorCode::Conflict, detail)
    }

    /// What an administrator should know of logins that earlier versions let in.
    ///
    /// # Errors
    /// When the directory fails.
    pub async fn odd_logins(&self) -> Result<Vec<ports::OddLogins>> {
        Ok(ports::odd_logins(&self.inner.directory.exact_logins().await?))
    }

    /// Sets the password; every token and session of the company ends.
    ///
    /// # Errors
    /// `not_found`, or a password that is too short.
    pub async fn set_company_password(&self, company: &CompanyAccess, password: String) -> Result<()> {
        self.check_password(&password)?;
        let hash = self.inner.passwords.hash(password).await?;
        match self.inner.directory.set_password(company.id, &hash).await? {
            true => {
                // They are over by the new generation as well; what is over need not be kept.
                self.inner.door.end_sessions(company.id).await?;
                self.inner.audit.done(Action::Password, company.id, &Deed::default());
                self.inner.feed.recheck();
                Ok(())
            }
            false => Err(Error::not_found("company")),
        }
    }

    /// # Errors
    /// `conflict` when the company has one of this name, or a field that is wrong.
    pub async fn add_organization(
        &self,
        company: &CompanyAccess,
        name: &str,
        allowed_origins: &[String],
    ) -> Result<OrganizationId> {
        let name = check_name("/name", name)?;
        let origins = normalize_all(allowed_origins)?;
        let id = self.inner.directory.add_organization(company.id, name, &origins).await?;
        let deed = Deed { organization: Some(id), ..Deed::default() };
        self.inner.audit.done(Action::AddOrganization, company.id, &deed);
        Ok(id)
    }

    /// Changes the web origins that may embed the organization's panel and customer chat; answers the whole list. What is
    /// there already, or not there, is no error.
    ///
    /// # Errors
    /// `not_found`, or an origin that is none, or one to add and to remove.
    pub async fn set_allowed_origins(
        &self,
        company: &CompanyAccess,
        organization: OrganizationId,
        change: OriginsChange<'_>,
    ) -> Result<Vec<String>> {
        let (first, remove) = match change {
            OriginsChange::Replace(all) => (normalize_all(all)?, None),
            OriginsChange::Amend { add, remove } => (normalize_all(add)?, Some(normalize_all(remove)?)),
        };
        let change = match &remove {
            None => OriginsChange::Replace(&first),
            Some(remove) => match first.iter().find(|origin| remove.contains(origin)) {
                Some(both) => {
                    let detail = format!("{both} is both to be added and to be removed. Say one of them.");
                    return Err(Error::field("/allowedOrigins", detail));
                }
                None => OriginsChange::Amend { add: &first, remove },
            },
        };
        let origins = self.inner.directory.set_allowed_origins(company.id, organization, change).await?;
        let origins = origins.ok_or_else(|| Error::not_found("organization"))?;
        let deed = Deed { organization: Some(organization), ..Deed::default() };
        self.inner.audit.done(Action::Origins, company.id, &deed);
        self.inner.feed.recheck();
        Ok(origins)
    }

    /// A demonstration's password may be as plain as its name.
    fn check_password(&self, password: &str) -> Result<()> {
        if self.is_demo() { Ok(()) } else { check_password(password) }
    }

    /// The company that an organization belongs to is not known to its id alone; this finds one of the company's
    /// by id or by name, in any case of letters.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn find_organization(&self, company: &CompanyAccess, text: &str) -> Result<Organization> {
        choose_organization(self.organizations(company).await?, text)
    }
}

/// What can be said of a new company before there is a place for it.
///
/// # Errors
/// A field that is wrong.
pub fn check_new_company(login: &str, name: &str, password: &str) -> Result<()> {
    check_login(login)?;
    check_name("/name", name)?;
    check_password(password)
}

fn check_password(password: &str) -> Result<()> {
    if password.chars().count() >= PASSWORD_CHARS {
        return Ok(());
    }
    Err(Error::field("/password", format!("A password has at least {PASSWORD_CHARS} characters.")))
}

pub(crate) async fn find_company(directory: &dyn Directory, login: &str) -> Result<CompanyAccess> {
    match directory.company_by_login(login.trim()).await? {
        Some(CompanyRecord { id, name, .. }) => Ok(CompanyAccess { id, name, session: None }),
        None => {
            Err(Error::new(ErrorCode::NotFound, format!("There is no company with the login “{login}”.")))
        }
    }
}

/// The one that is meant by an id or by a name, in any case of letters.
pub(crate) fn choose_organization(all: Vec<Organization>, text: &str) -> Result<Organization> {
    let wanted = text.trim();
    let id = wanted.parse().ok().map(OrganizationId);
    all.into_iter()
        .find(|organization| {
            Some(organization.id) == id || organization.name.to_lowercase() == wanted.to_lowercase()
        })
        .ok_or_else(|| Error::not_found("organization"))
}

fn normalize_all(origins: &[String]) -> Result<Vec<String>> {
    let mut all = origins.iter().map(|text| origin::normalize(text)).collect::<Result<Vec<_>>>()?;
    all.sort();
    all.dedup();
    Ok(all)
}

/// A name with something in it, not too much, and nothing that is not seen.
pub(crate) fn check_name<'a>(pointer: &str, name: &'a str) -> Result<&'a str> {
    text::check_name(name).map_err(|mistake| {
        let detail = match mistake {
            NameMistake::Blank => "must not be empty.".to_owned(),
            NameMistake::Long(count) => format!("has {count} characters; at most {NAME_CHARS} are possible."),
            NameMistake::Control => "must not hold line breaks or other control characters.".to_owned(),
            NameMistake::Invisible(c) => format!(
                "holds a character that nobody sees (U+{:04X}); type the name anew without it.",
                u32::from(c)
            ),
        };
        Error::field(pointer, detail)
    })
}

/// A login that a company may be given: a name that PRECIS takes for one of a user.
fn check_login(login: &str) -> Result<&str> {
    let login = check_name("/login", login)?;
    Login::check(login).map_err(|mistake| {
        let wrong = match mistake {
            LoginMistake::Character(c) => format!("holds {}, which no login may.", ports::character(c)),
            LoginMistake::Direction => "mixes directions of writing: with letters that are written from right to left \
                                        it begins with one and ends with one or with a digit, and has no others."
                .to_owned(),
        };
        let detail = format!(
            "{wrong} A login is made of letters and digits of any language and of signs like . - _ @ +, without blanks."
        );
        Error::field("/login", detail)
    })?;
    Ok(login)
}
