//! In front of another ChatHub: where it is, and how this server signs in there.

use std::path::PathBuf;
use std::time::Duration;

use chathub_upstream::{Address, AddressError, Credentials, Settings};
use secrecy::SecretString;

use super::Serve;

/// How long a connection to the remote may take to be made; what takes longer is not there.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// Seconds that one call may take where nothing else is said.
const ANSWER_SECONDS: u32 = 10;

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

/// All of it, settled; nothing when no remote is named.
pub(super) fn settle(serve: &Serve) -> Result<Option<Settings>, UpstreamError> {
    let Some(address) = &serve.upstream else {
        return match stray(serve) {
            Some(stray) => Err(UpstreamError::Alone(stray)),
            None => Ok(None),
        };
    };
    if serve.demo {
        return Err(UpstreamError::Demo);
    }
    let seconds = serve.upstream_timeout.unwrap_or(ANSWER_SECONDS);
    if seconds == 0 {
        return Err(UpstreamError::Timeout);
    }
    let answer_within = Duration::from_secs(seconds.into());
    Ok(Some(Settings {
        address: Address::parse(address, serve.upstream_insecure_http)?,
        credentials: credentials(serve)?,
        authority: serve.upstream_ca.clone(),
        connect_within: CONNECT_WITHIN.min(answer_within),
        answer_within,
    }))
}

fn credentials(serve: &Serve) -> Result<Option<Credentials>, UpstreamError> {
    let password = match (&serve.upstream_password_file, &serve.upstream_password) {
        (Some(path), _) => {
            let text = std::fs::read_to_string(path)
                .map_err(|source| UpstreamError::PasswordFile { path: path.clone(), source })?;
            let text = SecretString::from(text);
            let line = secrecy::ExposeSecret::expose_secret(&text).lines().next().unwrap_or_default();
            Some(SecretString::from(line))
        }
        (None, given) => given.clone(),
    };
    let login = serve.upstream_login.as_deref().map(str::trim).filter(|login| !login.is_empty());
    match (login, password) {
        (None, None) => Ok(None),
        (Some(login), Some(password)) => Ok(Some(Credentials { login: login.to_owned(), password })),
        (Some(_), None) => Err(UpstreamError::NoPassword),
        (None, Some(_)) => Err(UpstreamError::NoLogin),
    }
}

/// A setting that has no meaning on its own. The password is not one of them: a variable may be set for all.
fn stray(serve: &Serve) -> Option<&'static str> {
    [
        (serve.upstream_login.is_some(), "--upstream-login"),
        (serve.upstream_password_file.is_some(), "--upstream-password-file"),
        (serve.upstream_ca.is_some(), "--upstream-ca"),
        (serve.upstream_timeout.is_some(), "--upstream-timeout"),
        (serve.upstream_insecure_http, "--upstream-insecure-http"),
    ]
    .into_iter()
    .find_map(|(is_set, name)| is_set.then_some(name))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn remote() -> Serve {
        Serve { upstream: Some("https://chat.example.com/".into()), ..Serve::default() }
    }

    #[test]
    fn a_remote_is_settled_with_its_sign_in() {
        assert!(settle(&Serve { demo: true, ..Serve::default() }).unwrap().is_none());
        let settings = settle(&remote()).unwrap().unwrap();
        assert_eq!(settings.address.to_string(), "https://chat.example.com");
        assert!(settings.credentials.is_none());
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("password");
        std::fs::write(&path, "from file\nmore\n").unwrap();
        let login = Some("acme".to_owned());
        let given = Serve { upstream_password: Some("given".into()), ..Serve::default() };
        let by_file = Serve { upstream_password_file: Some(path), upstream_login: login, ..remote() };
        for (set, expected) in [(by_file.clone(), "from file"), (given.or(by_file), "given")] {
            let credentials = settle(&set).unwrap().unwrap().credentials.unwrap();
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
            (Serve { upstream_login: login.clone(), ..remote() }, false, "CHATHUB_UPSTREAM_PASSWORD"),
            (Serve { upstream_password: Some("x".into()), ..remote() }, false, "--upstream-login"),
            (Serve { upstream_login: login, ..Serve::default() }, false, "without --upstream"),
            (Serve { upstream_timeout: Some(0), ..remote() }, false, "at least 1"),
            (Serve { upstream: Some("http://chat.example.com".into()), ..remote() }, false, "https://"),
            (Serve { upstream: Some("chat".into()), ..remote() }, false, "--upstream must be an address"),
        ] {
            let error = settle(&Serve { demo, ..set }).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
