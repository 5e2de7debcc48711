//! Configuration: flags, then `CHATHUB_*` variables, then a TOML file, then the defaults.

mod settings;
mod upstream;

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use chathub_hub::door::origin;
use chathub_hub::pace::Pace;
use ipnet::IpNet;

pub use settings::{Common, LogFormat, Serve};
pub use upstream::UpstreamError;

/// Where everything is kept when nothing else is said.
const DATA_DIR: &str = "data";

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
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
}

impl Config {
    /// # Errors
    /// When the file can't be read or a value can't be used.
    pub fn new(common: Common, serve: Serve) -> Result<Self, ConfigError> {
        let serve = serve.or(file(&common)?);
        let upstream = upstream::settle(&serve)?;
        let public_url = serve
            .public_url
            .map(|url| origin::normalize(&url).map_err(|_| ConfigError::PublicUrl { url }))
            .transpose()?;
        let listen = serve.listen.as_deref().map(addresses).transpose();
        let listen = listen.map_err(|message| ConfigError::Listen { message })?.unwrap_or_default();
        let pace = Pace::default();
        let pace = Pace {
            logins: serve.limit_logins.unwrap_or(pace.logins),
            tokens: serve.limit_tokens.unwrap_or(pace.tokens),
            messages: serve.limit_messages.unwrap_or(pace.messages),
            visitors: serve.limit_visitors.unwrap_or(pace.visitors),
            frames: serve.limit_frames.unwrap_or(pace.frames),
            streams: serve.limit_streams.unwrap_or(pace.streams),
            bytes: serve.limit_bytes.unwrap_or(pace.bytes),
        };
        let days = serve.company_token_days;
        Ok(Self {
            data_dir: common.data_dir.or(serve.data_dir).unwrap_or_else(|| DATA_DIR.into()),
            demo: serve.demo,
            listen: listen.first().copied().unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000))),
            listen_not: listen.into_iter().skip(1).collect(),
            public_url,
            assets: serve.assets,
            log_format: serve.log_format.unwrap_or_default(),
            company_token_lives: days.map(|days| Duration::from_secs(u64::from(days) * 24 * 60 * 60)),
            trusted_proxies: serve.trusted_proxies,
            allowed_hosts: serve.allowed_hosts.iter().map(|name| name.trim().to_ascii_lowercase()).collect(),
            limit_connections: serve.limit_connections.unwrap_or(LIMIT_CONNECTIONS),
            limit_connections_total: serve.limit_connections_total.unwrap_or(LIMIT_CONNECTIONS_TOTAL),
            limit_requests: serve.limit_requests.unwrap_or(LIMIT_REQUESTS),
            pace,
            upstream,
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

/// The data directory alone: what a command needs, whatever the server's settings lack.
///
/// # Errors
/// When the file can't be read.
pub fn data_dir(common: Common) -> Result<PathBuf, ConfigError> {
    let file = file(&common)?;
    Ok(common.data_dir.or(file.data_dir).unwrap_or_else(|| DATA_DIR.into()))
}

/// What the TOML file says, if one is named.
fn file(common: &Common) -> Result<Serve, ConfigError> {
    let Some(path) = common.config.as_deref() else { return Ok(Serve::default()) };
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
    use std::path::Path;

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
    fn each_setting_of_the_file_gives_way_to_its_flag() {
        let file = "data-dir = 'd'\nlimit-logins = 1\nlimit-bytes = 2\nallowed-host = ['a', ' B']\ntrusted-proxy = ['10.0.0.0/8']\n\
            log-format = 'json'\nupstream = 'http://remote.example'\nupstream-insecure-http = true\nupstream-timeout = 3\n";
        let serve = Serve { limit_bytes: Some(0), trusted_proxies: Vec::new(), ..Serve::default() };
        let all = config(file, serve).unwrap();
        assert_eq!((all.data_dir.to_str(), all.log_format), (Some("d"), LogFormat::Json));
        assert_eq!((all.pace.logins, all.pace.bytes), (1, 0));
        assert_eq!(all.allowed_hosts, ["a", "b"]);
        assert_eq!(all.trusted_proxies, ["10.0.0.0/8".parse().unwrap()]);
        assert_eq!(all.upstream.unwrap().answer_within, Duration::from_secs(3));
        let serve = Serve {
            upstream: Some("https://other.example".into()),
            allowed_hosts: vec!["c".into()],
            trusted_proxies: vec!["192.0.2.1/32".parse().unwrap()],
            ..Serve::default()
        };
        let all = config(file, serve).unwrap();
        assert_eq!((all.allowed_hosts.len(), all.trusted_proxies.len()), (1, 1));
        assert_eq!(all.upstream.unwrap().address.to_string(), "https://other.example");
        let demo = config("demo = true", Serve::default()).unwrap_err().to_string();
        assert!(demo.contains("unknown field `demo`"), "{demo}");
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
