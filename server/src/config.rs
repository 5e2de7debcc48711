//! Configuration: flags, then `CHATHUB_*` variables, then a TOML file, then the defaults.

mod upstream;

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chathub_hub::door::origin;
use chathub_hub::pace::Pace;
use clap::{Args, ValueEnum};
use ipnet::IpNet;
use secrecy::SecretString;
use serde::Deserialize;

pub use upstream::{Upstream, UpstreamError};

/// Where everything is kept when nothing else is said.
const DATA_DIR: &str = "data";

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

    /// The address to listen on, or a name of this machine like localhost:3000 [default: 127.0.0.1:3000]
    #[arg(long, env = "CHATHUB_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,

    /// The address that browsers use, when a TLS proxy is in front: https://chat.example.com
    #[arg(long, env = "CHATHUB_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// The folder with the scripts and styles for browsers [default: `site` beside the binary]
    #[arg(long, env = "CHATHUB_ASSETS", value_name = "DIR")]
    pub assets: Option<PathBuf>,

    /// A proxy whose X-Forwarded-For is believed, as an address or a network like 10.0.0.0/8; may be given again
    #[arg(long = "trusted-proxy", env = "CHATHUB_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',',
        value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,

    /// A name besides the public address's by which this server may be called, like that of its container; may be given
    /// again. Addresses and localhost always may
    #[arg(long = "allowed-host", env = "CHATHUB_ALLOWED_HOST", value_name = "NAME", value_delimiter = ',')]
    pub allowed_hosts: Vec<String>,

    /// Connections open at once from each address; 0 is no limit [default: 512]
    #[arg(long, env = "CHATHUB_LIMIT_CONNECTIONS", value_name = "N")]
    pub limit_connections: Option<u32>,

    /// Connections open at once altogether; never more than half of the files that the system lets this process have
    /// [default: 20000]
    #[arg(long, env = "CHATHUB_LIMIT_CONNECTIONS_TOTAL", value_name = "N")]
    pub limit_connections_total: Option<u32>,

    /// Requests a second from each address and with each token; 0 is no limit, here and below [default: 100]
    #[arg(long, env = "CHATHUB_LIMIT_REQUESTS", value_name = "N")]
    pub limit_requests: Option<u32>,

    /// Attempts to sign in a minute from each address, and twice as many for each login [default: 30]
    #[arg(long, env = "CHATHUB_LIMIT_LOGINS", value_name = "N")]
    pub limit_logins: Option<u32>,

    /// Operator tokens a minute for each company [default: 600]
    #[arg(long, env = "CHATHUB_LIMIT_TOKENS", value_name = "N")]
    pub limit_tokens: Option<u32>,

    /// Messages a second from each operator in the long run; a fifth from each website visitor, ten visitors' from each
    /// address, twenty addresses' in each organization [default: 10]
    #[arg(long, env = "CHATHUB_LIMIT_MESSAGES", value_name = "N")]
    pub limit_messages: Option<u32>,

    /// New website visitors a minute from each address, and twenty times as many in each organization [default: 120]
    #[arg(long, env = "CHATHUB_LIMIT_VISITORS", value_name = "N")]
    pub limit_visitors: Option<u32>,

    /// Frames a second from each operator over streams in the long run, and a fifth from each website visitor; who is
    /// faster is listened to more slowly [default: 50]
    #[arg(long, env = "CHATHUB_LIMIT_FRAMES", value_name = "N")]
    pub limit_frames: Option<u32>,

    /// Streams that one operator, or one website visitor, may have open [default: 50]
    #[arg(long, env = "CHATHUB_LIMIT_STREAMS", value_name = "N")]
    pub limit_streams: Option<u32>,

    /// MiB of website visitors' messages an hour from each address, and twenty times as many in each organization
    /// [default: 8]
    #[arg(long, env = "CHATHUB_LIMIT_BYTES", value_name = "N")]
    pub limit_bytes: Option<u32>,

    /// How log lines look [default: text]
    #[arg(long, env = "CHATHUB_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,

    /// Days until a company token expires; without it, it lives until the password is changed
    #[arg(long, env = "CHATHUB_COMPANY_TOKEN_DAYS", value_name = "DAYS")]
    pub company_token_days: Option<u32>,

    #[command(flatten)]
    pub upstream: Upstream,
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
    listen: Option<String>,
    public_url: Option<String>,
    assets: Option<PathBuf>,
    log_format: Option<LogFormat>,
    company_token_days: Option<u32>,
    #[serde(default)]
    trusted_proxy: Vec<String>,
    #[serde(default)]
    allowed_host: Vec<String>,
    limit_connections: Option<u32>,
    limit_connections_total: Option<u32>,
    limit_requests: Option<u32>,
    limit_logins: Option<u32>,
    limit_tokens: Option<u32>,
    limit_messages: Option<u32>,
    limit_visitors: Option<u32>,
    limit_frames: Option<u32>,
    limit_streams: Option<u32>,
    limit_bytes: Option<u32>,
    upstream: Option<String>,
    upstream_login: Option<String>,
    upstream_password: Option<SecretString>,
    upstream_password_file: Option<PathBuf>,
    upstream_ca: Option<PathBuf>,
    upstream_timeout: Option<u32>,
    #[serde(default)]
    upstream_insecure_http: bool,
}

/// Requests a second from each address and with each token.
const LIMIT_REQUESTS: u32 = 100;

/// Connections of one address: an office of 80 people behind one, each with a panel and the six that a browser opens.
const LIMIT_CONNECTIONS: u32 = 512;

/// Connections altogether: some hundred megabytes, if all of them are slow.
const LIMIT_CONNECTIONS_TOTAL: u32 = 20_000;

/// All of it, settled.
#[derive(Clone, Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    pub demo: bool,
    pub listen: SocketAddr,
    /// Further addresses of the name that was given for it, which are not listened on.
    pub listen_not: Vec<SocketAddr>,
    /// The public address without a trailing slash, if one was given.
    pub public_url: Option<String>,
    pub assets: Option<PathBuf>,
    pub log_format: LogFormat,
    pub company_token_lives: Option<Duration>,
    pub trusted_proxies: Vec<IpNet>,
    /// Names by which the server may be called besides its public one, in small letters.
    pub allowed_hosts: Vec<String>,
    /// For each address, and altogether; 0 is no limit.
    pub limit_connections: u32,
    pub limit_connections_total: u32,
    pub limit_requests: u32,
    pub pace: Pace,
    /// The remote that keeps the people, if there is one.
    pub upstream: Option<chathub_upstream::Settings>,
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
    #[error("listen: {message}")]
    Listen { message: String },
    #[error("--trusted-proxy {text}: {message}")]
    TrustedProxy { text: String, message: String },
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
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
        let mut trusted_proxies = serve.trusted_proxies;
        if trusted_proxies.is_empty() {
            let named = file.trusted_proxy.into_iter();
            let named = named
                .map(|text| network(&text).map_err(|message| ConfigError::TrustedProxy { text, message }));
            trusted_proxies = named.collect::<Result<_, _>>()?;
        }
        let listen = serve.listen.or(file.listen).as_deref().map(addresses).transpose();
        let listen = listen.map_err(|message| ConfigError::Listen { message })?.unwrap_or_default();
        let mut allowed_hosts = serve.allowed_hosts;
        if allowed_hosts.is_empty() {
            allowed_hosts = file.allowed_host;
        }
        let pace = Pace::default();
        let pace = Pace {
            logins: serve.limit_logins.or(file.limit_logins).unwrap_or(pace.logins),
            tokens: serve.limit_tokens.or(file.limit_tokens).unwrap_or(pace.tokens),
            messages: serve.limit_messages.or(file.limit_messages).unwrap_or(pace.messages),
            visitors: serve.limit_visitors.or(file.limit_visitors).unwrap_or(pace.visitors),
            frames: serve.limit_frames.or(file.limit_frames).unwrap_or(pace.frames),
            streams: serve.limit_streams.or(file.limit_streams).unwrap_or(pace.streams),
            bytes: serve.limit_bytes.or(file.limit_bytes).unwrap_or(pace.bytes),
        };
        let upstream = serve.upstream.or(Upstream {
            upstream: file.upstream,
            upstream_login: file.upstream_login,
            upstream_password_file: file.upstream_password_file,
            upstream_password: file.upstream_password,
            upstream_ca: file.upstream_ca,
            upstream_timeout: file.upstream_timeout,
            upstream_insecure_http: file.upstream_insecure_http,
        });
        let days = serve.company_token_days.or(file.company_token_days);
        Ok(Self {
            data_dir: common.data_dir.or(file.data_dir).unwrap_or_else(|| DATA_DIR.into()),
            demo: serve.demo,
            listen: listen.first().copied().unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000))),
            listen_not: listen.into_iter().skip(1).collect(),
            public_url,
            assets: serve.assets.or(file.assets),
            log_format: serve.log_format.or(file.log_format).unwrap_or_default(),
            company_token_lives: days.map(|days| Duration::from_secs(u64::from(days) * 24 * 60 * 60)),
            trusted_proxies,
            allowed_hosts: allowed_hosts.iter().map(|name| name.trim().to_ascii_lowercase()).collect(),
            limit_connections: serve
                .limit_connections
                .or(file.limit_connections)
                .unwrap_or(LIMIT_CONNECTIONS),
            limit_connections_total: serve
                .limit_connections_total
                .or(file.limit_connections_total)
                .unwrap_or(LIMIT_CONNECTIONS_TOTAL),
            limit_requests: serve.limit_requests.or(file.limit_requests).unwrap_or(LIMIT_REQUESTS),
            pace,
            upstream: upstream.settle(serve.demo)?,
        })
    }
}

/// An address with a port, or those of a name with one. The first of them is listened on, one of IPv4 where there is any:
/// whoever calls the name tries that one too.
fn addresses(text: &str) -> Result<Vec<SocketAddr>, String> {
    let text = text.trim();
    let Some((name, port)) = text.rsplit_once(':').filter(|(name, _)| !name.is_empty()) else {
        return Err(format!(
            "“{text}” names no address and port. Write them like 127.0.0.1:3000 or localhost:3000."
        ));
    };
    if port.parse::<u16>().is_err() {
        return Err(format!("“{port}” is no port: name one from 0 to 65535, like {name}:3000."));
    }
    let found = text.to_socket_addrs().map_err(|_| {
        format!(
            "“{name}” is no address or name of this machine. An IPv6 address stands in brackets: [::1]:3000."
        )
    })?;
    let mut all: Vec<_> = found.collect();
    all.sort_by_key(SocketAddr::is_ipv6);
    all.dedup();
    if all.is_empty() { Err(format!("“{name}” has no address.")) } else { Ok(all) }
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(|address| address.to_canonical().into()))
        .map_err(|_| "name an address or a network, like 127.0.0.1 or 10.0.0.0/8".to_owned())
}

/// The data directory alone: what a command needs, whatever the server's settings lack.
///
/// # Errors
/// When the file can't be read.
pub fn data_dir(common: Common) -> Result<PathBuf, ConfigError> {
    let file = common.config.as_deref().map(read).transpose()?.unwrap_or_default();
    Ok(common.data_dir.or(file.data_dir).unwrap_or_else(|| DATA_DIR.into()))
}

fn read(path: &Path) -> Result<File, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|error| ConfigError::Parse {
        path: path.to_owned(),
        // One line: the place and the reason, not the drawing around it.
        message: format!(
            "{}{}",
            error.span().map_or(String::new(), |span| place(&text, span.start)),
            error.message().replace('\n', " ")
        ),
    })
}

/// Where a byte of a text is, as editors count: both from 1.
fn place(text: &str, byte: usize) -> String {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}: ")
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
        let listen = Some("127.0.0.1:9".to_owned());
        let config = config(file, Serve { listen, ..Serve::default() }).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:9");
        assert_eq!(config.public_url.as_deref(), Some("https://chat.example"));
        assert_eq!(config.data_dir, Path::new("data"));
    }

    #[test]
    fn the_file_to_begin_with_is_one() {
        let config = config(include_str!("../../packaging/chathub.toml"), Serve::default()).unwrap();
        assert_eq!(config.data_dir, Path::new("/var/lib/chathub"));
        assert_eq!(config.public_url.as_deref(), Some("https://chat.acme.example"));
    }

    #[test]
    fn a_name_of_this_machine_is_an_address_to_listen_on() {
        for (text, expected) in
            [("localhost:4320", "127.0.0.1:4320"), ("[::1]:3000", "[::1]:3000"), (" 0.0.0.0:0 ", "0.0.0.0:0")]
        {
            assert_eq!(addresses(text).unwrap()[0], expected.parse().unwrap());
            let config = config(&format!("listen = '{text}'"), Serve::default()).unwrap();
            assert_eq!(config.listen.to_string(), expected);
        }
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (file, expected) in [
            ("\nlisten = 5\n", "line 2, column 10: "),
            ("listen = 'ä:1'\n\n  colour = 1", "line 3, column 3: "),
            ("# ä\r\nlisten = ", "line 2, column 10: "),
            ("colour = 'red'", "colour"),
            ("listen = 'localhost'", "localhost:3000"),
            ("listen = ':3000'", "127.0.0.1:3000"),
            ("listen = 'localhost:http'", "no port"),
            ("listen = '::1:70000'", "no port"),
            ("listen = 'no such name:3000'", "no address or name"),
            ("trusted-proxy = ['10.0.0.0/8', 'proxy']", "proxy: name an address"),
            ("limit-logins = -1", "line 1"),
            ("public-url = 'chat.example/path'", "https://chat.example.com"),
        ] {
            let error = config(file, Serve::default()).unwrap_err().to_string();
            assert!(error.contains(expected) && !error.contains('\n'), "{error}");
        }
    }
}
