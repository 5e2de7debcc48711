//! Configuration: flags, then `CHATHUB_*` variables, then a TOML file, then the defaults.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chathub_hub::origin;
use clap::{Args, ValueEnum};
use serde::Deserialize;

/// What can be set for every command.
#[derive(Args, Clone, Debug, Default)]
pub struct Common {
    /// Where the database and the token keys are kept [default: data]
    #[arg(long, env = "CHATHUB_DATA_DIR", global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// A TOML file with any of these settings (data-dir, listen, public-url, …)
    #[arg(long, env = "CHATHUB_CONFIG", global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What can be set for the server.
#[derive(Args, Clone, Debug, Default)]
pub struct Serve {
    /// A demonstration: a company `demo` with the password `demo`, a shop and a back office; pages of this machine
    /// may embed everything. Never on a server that others can reach
    #[arg(long)]
    pub demo: bool,

    /// The address to listen on [default: 127.0.0.1:3000]
    #[arg(long, env = "CHATHUB_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,

    /// The address that browsers use, when a TLS proxy is in front: https://chat.example.com
    #[arg(long, env = "CHATHUB_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// The folder with the scripts and styles for browsers [default: `site` beside the binary]
    #[arg(long, env = "CHATHUB_ASSETS", value_name = "DIR")]
    pub assets: Option<PathBuf>,

    /// How log lines look [default: text]
    #[arg(long, env = "CHATHUB_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,

    /// Days until a company token expires; without it, it lives until the password is changed
    #[arg(long, env = "CHATHUB_COMPANY_TOKEN_DAYS", value_name = "DAYS")]
    pub company_token_days: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// The TOML file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    data_dir: Option<PathBuf>,
    listen: Option<SocketAddr>,
    public_url: Option<String>,
    assets: Option<PathBuf>,
    log_format: Option<LogFormat>,
    company_token_days: Option<u32>,
}

/// All of it, settled.
#[derive(Clone, Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    pub demo: bool,
    pub listen: SocketAddr,
    /// The public address without a trailing slash, if one was given.
    pub public_url: Option<String>,
    pub assets: Option<PathBuf>,
    pub log_format: LogFormat,
    pub company_token_lives: Option<Duration>,
}

/// Why the configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration file {path} can't be read: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("the configuration file {path} is wrong: {message}")]
    Parse { path: PathBuf, message: String },
    #[error("--public-url must be an address like https://chat.example.com, without a path; “{url}” is not")]
    PublicUrl { url: String },
}

impl Config {
    /// # Errors
    /// When the file can't be read or a value can't be used.
    pub fn new(common: Common, serve: Serve) -> Result<Self, ConfigError> {
        let file = common.config.as_deref().map(read).transpose()?.unwrap_or_default();
        let public_url = serve.public_url.or(file.public_url);
        let public_url = public_url
            .map(|url| origin::normalize(&url).map_err(|_| ConfigError::PublicUrl { url }))
            .transpose()?;
        let days = serve.company_token_days.or(file.company_token_days);
        Ok(Self {
            data_dir: common.data_dir.or(file.data_dir).unwrap_or_else(|| "data".into()),
            demo: serve.demo,
            listen: serve.listen.or(file.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000))),
            public_url,
            assets: serve.assets.or(file.assets),
            log_format: serve.log_format.or(file.log_format).unwrap_or_default(),
            company_token_lives: days.map(|days| Duration::from_secs(u64::from(days) * 24 * 60 * 60)),
        })
    }
}

fn read(path: &Path) -> Result<File, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|error| ConfigError::Parse {
        path: path.to_owned(),
        // One line: the place and the reason, not the drawing around it.
        message: format!(
            "{}{}",
            error.span().map_or(String::new(), |span| {
                format!("line {}: ", text[..span.start.min(text.len())].lines().count().max(1))
            }),
            error.message().replace('\n', " ")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(file: &str, serve: Serve) -> Result<Config, ConfigError> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("chathub.toml");
        std::fs::write(&path, file).unwrap();
        Config::new(Common { data_dir: None, config: Some(path) }, serve)
    }

    #[test]
    fn flags_go_before_the_file_and_the_file_before_defaults() {
        let file = "listen = '0.0.0.0:80'\npublic-url = 'https://Chat.Example/'\n";
        let listen = Some(SocketAddr::from(([127, 0, 0, 1], 9)));
        let config = config(file, Serve { listen, ..Serve::default() }).unwrap();
        assert_eq!(Some(config.listen), listen);
        assert_eq!(config.public_url.as_deref(), Some("https://chat.example"));
        assert_eq!(config.data_dir, Path::new("data"));
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (file, expected) in [
            ("\nlisten = 5\n", "line 2"),
            ("colour = 'red'", "colour"),
            ("public-url = 'chat.example/path'", "https://chat.example.com"),
        ] {
            let error = config(file, Serve::default()).unwrap_err().to_string();
            assert!(error.contains(expected) && !error.contains('\n'), "{error}");
        }
    }
}
