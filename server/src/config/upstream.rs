//! In front of another ChatHub: where it is, and how this server signs in there.

use std::path::PathBuf;
use std::time::Duration;

use chathub_upstream::{Address, AddressError, Credentials, Settings};
use clap::Args;
use secrecy::SecretString;

/// How long a connection to the remote may take to be made; what takes longer is not there.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// Seconds that one call may take where nothing else is said.
const ANSWER_SECONDS: u32 = 10;

#[derive(Args, Clone, Debug, Default)]
pub struct Upstream {
    /// The ChatHub that keeps the companies, organizations and operators: https://chat.example.com. Chats and messages
    /// stay here. While it does not answer, open panels go on until their tokens end, lists are shown as they were,
    /// and nobody new can sign in; `/readyz` stays up
    #[arg(long, env = "CHATHUB_UPSTREAM", value_name = "URL")]
    pub upstream: Option<String>,

    /// A company's login there, by which operator tokens that it issues are validated; the password comes from
    /// --upstream-password-file or from the variable CHATHUB_UPSTREAM_PASSWORD
    #[arg(long, env = "CHATHUB_UPSTREAM_LOGIN", value_name = "LOGIN")]
    pub upstream_login: Option<String>,

    /// A file whose first line is that company's password
    #[arg(long, env = "CHATHUB_UPSTREAM_PASSWORD_FILE", value_name = "FILE")]
    pub upstream_password_file: Option<PathBuf>,

    /// Not a flag, which the process list would show.
    #[arg(skip)]
    pub upstream_password: Option<SecretString>,

    /// A file of certificates (PEM) to trust there beside the system's
    #[arg(long, env = "CHATHUB_UPSTREAM_CA", value_name = "FILE")]
    pub upstream_ca: Option<PathBuf>,

    /// Seconds that one call to it may take [default: 10]
    #[arg(long, env = "CHATHUB_UPSTREAM_TIMEOUT", value_name = "SECONDS")]
    pub upstream_timeout: Option<u32>,

    /// Call it without TLS, although it is not on this machine: passwords and tokens can be read on the way
    #[arg(long, env = "CHATHUB_UPSTREAM_INSECURE_HTTP")]
    pub upstream_insecure_http: bool,
}

/// Why the remote's settings can't be used.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    #[error("--upstream {0}")]
    Address(#[from] AddressError),
    #[error(
        "--demo and --upstream exclude each other: a demonstration has its own company, whose password everybody knows"
    )]
    Demo,
    #[error("{0} says nothing without --upstream")]
    Alone(&'static str),
    #[error(
        "--upstream-login needs the password: name a file with --upstream-password-file, or set CHATHUB_UPSTREAM_PASSWORD"
    )]
    NoPassword,
    #[error("the upstream password needs --upstream-login")]
    NoLogin,
    #[error("the password file {path} can't be read: {source}")]
    PasswordFile { path: PathBuf, source: std::io::Error },
    #[error("--upstream-timeout must be at least 1")]
    Timeout,
}

impl Upstream {
    /// What is set here, else what `other` says.
    pub(super) fn or(self, other: Self) -> Self {
        // A password that is given goes before one from the file, however either is given.
        let (upstream_password, upstream_password_file) =
            if self.upstream_password.is_some() || self.upstream_password_file.is_some() {
                (self.upstream_password, self.upstream_password_file)
            } else {
                (other.upstream_password, other.upstream_password_file)
            };
        Self {
            upstream: self.upstream.or(other.upstream),
            upstream_login: self.upstream_login.or(other.upstream_login),
            upstream_password_file,
            upstream_password,
            upstream_ca: self.upstream_ca.or(other.upstream_ca),
            upstream_timeout: self.upstream_timeout.or(other.upstream_timeout),
            upstream_insecure_http: self.upstream_insecure_http || other.upstream_insecure_http,
        }
    }

    /// All of it, settled; nothing when no remote is named.
    pub(super) fn settle(self, demo: bool) -> Result<Option<Settings>, UpstreamError> {
        let Some(address) = &self.upstream else {
            return match self.stray() {
                Some(stray) => Err(UpstreamError::Alone(stray)),
                None => Ok(None),
            };
        };
        if demo {
            return Err(UpstreamError::Demo);
        }
        let seconds = self.upstream_timeout.unwrap_or(ANSWER_SECONDS);
        if seconds == 0 {
            return Err(UpstreamError::Timeout);
        }
        let answer_within = Duration::from_secs(seconds.into());
        Ok(Some(Settings {
            address: Address::parse(address, self.upstream_insecure_http)?,
            credentials: self.credentials()?,
            authority: self.upstream_ca,
            connect_within: CONNECT_WITHIN.min(answer_within),
            answer_within,
        }))
    }

    fn credentials(&self) -> Result<Option<Credentials>, UpstreamError> {
        let password = match (&self.upstream_password_file, &self.upstream_password) {
            (Some(path), _) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|source| UpstreamError::PasswordFile { path: path.clone(), source })?;
                let text = SecretString::from(text);
                let line = secrecy::ExposeSecret::expose_secret(&text).lines().next().unwrap_or_default();
                Some(SecretString::from(line))
            }
            (None, given) => given.clone(),
        };
        let login = self.upstream_login.as_deref().map(str::trim).filter(|login| !login.is_empty());
        match (login, password) {
            (None, None) => Ok(None),
            (Some(login), Some(password)) => Ok(Some(Credentials { login: login.to_owned(), password })),
            (Some(_), None) => Err(UpstreamError::NoPassword),
            (None, Some(_)) => Err(UpstreamError::NoLogin),
        }
    }

    /// A setting that has no meaning on its own. The password is not one of them: a variable may be set for all.
    fn stray(&self) -> Option<&'static str> {
        [
            (self.upstream_login.is_some(), "--upstream-login"),
            (self.upstream_password_file.is_some(), "--upstream-password-file"),
            (self.upstream_ca.is_some(), "--upstream-ca"),
            (self.upstream_timeout.is_some(), "--upstream-timeout"),
            (self.upstream_insecure_http, "--upstream-insecure-http"),
        ]
        .into_iter()
        .find_map(|(is_set, name)| is_set.then_some(name))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn remote() -> Upstream {
        Upstream { upstream: Some("https://chat.example.com/".into()), ..Upstream::default() }
    }

    #[test]
    fn a_remote_is_settled_with_its_sign_in() {
        assert!(Upstream::default().settle(true).unwrap().is_none());
        let settings = remote().settle(false).unwrap().unwrap();
        assert_eq!(settings.address.to_string(), "https://chat.example.com");
        assert!(settings.credentials.is_none());
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("password");
        std::fs::write(&path, "from file\nmore\n").unwrap();
        let login = Some("acme".to_owned());
        let given = Upstream { upstream_password: Some("given".into()), ..Upstream::default() };
        let by_file = Upstream { upstream_password_file: Some(path), upstream_login: login, ..remote() };
        for (set, expected) in [(by_file.clone(), "from file"), (given.or(by_file), "given")] {
            let credentials = set.settle(false).unwrap().unwrap().credentials.unwrap();
            assert_eq!(
                (credentials.login.as_str(), credentials.password.expose_secret()),
                ("acme", expected)
            );
            assert!(!format!("{credentials:?}").contains(expected));
        }
    }

    #[test]
    fn what_does_not_fit_together_is_said() {
        let login = Some("acme".to_owned());
        for (set, demo, says) in [
            (remote(), true, "exclude each other"),
            (Upstream { upstream_login: login.clone(), ..remote() }, false, "CHATHUB_UPSTREAM_PASSWORD"),
            (Upstream { upstream_password: Some("x".into()), ..remote() }, false, "--upstream-login"),
            (Upstream { upstream_login: login, ..Upstream::default() }, false, "without --upstream"),
            (Upstream { upstream_timeout: Some(0), ..remote() }, false, "at least 1"),
            (Upstream { upstream: Some("http://chat.example.com".into()), ..remote() }, false, "https://"),
            (Upstream { upstream: Some("chat".into()), ..remote() }, false, "--upstream must be an address"),
        ] {
            let error = set.settle(demo).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
