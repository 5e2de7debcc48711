//! Every setting, said once: its flag, its variable, its place in the TOML file, and its help.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ipnet::IpNet;
use merge::Merge;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

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
#[derive(Args, Clone, Debug, Default, Deserialize, Merge)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[merge(strategy = merge::option::overwrite_none)]
pub struct Serve {
    /// Of the file; [`Common`] has the flag, which every command knows.
    #[arg(skip)]
    pub data_dir: Option<PathBuf>,

    /// A demonstration: a company `demo` with the password `demo`, a shop and a back office; pages of this machine
    /// may embed everything. Never on a server that others can reach
    #[arg(long)]
    #[serde(skip)]
    #[merge(skip)]
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
    #[serde(rename = "trusted-proxy", deserialize_with = "networks")]
    #[merge(strategy = merge::vec::overwrite_empty)]
    pub trusted_proxies: Vec<IpNet>,

    /// A name besides the public address's by which this server may be called, like that of its container; may be given
    /// again. Addresses and localhost always may
    #[arg(long = "allowed-host", env = "CHATHUB_ALLOWED_HOST", value_name = "NAME", value_delimiter = ',')]
    #[serde(rename = "allowed-host")]
    #[merge(strategy = merge::vec::overwrite_empty)]
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
    #[merge(strategy = merge::bool::overwrite_false)]
    pub upstream_insecure_http: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

impl Serve {
    /// What is set here, else what the file says.
    pub(super) fn or(mut self, mut file: Self) -> Self {
        // A password that is given goes before one from the file, however either is given.
        if self.upstream_password.is_some() || self.upstream_password_file.is_some() {
            file.upstream_password = None;
            file.upstream_password_file = None;
        }
        self.merge(file);
        self
    }
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(|address| address.to_canonical().into()))
        .map_err(|_| "name an address or a network, like 127.0.0.1 or 10.0.0.0/8".to_owned())
}

/// The networks of the file, each as on the command line.
fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let named = texts
        .iter()
        .map(|text| network(text).map_err(|message| serde::de::Error::custom(format!("{text}: {message}"))));
    named.collect()
}
