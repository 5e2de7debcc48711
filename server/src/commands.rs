//! The commands of `chathub`.

mod company;
mod copies;
mod error;
mod operator;
mod organization;
mod output;
mod people;
mod secret;
mod shell;
mod upstream;
pub mod usage;

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand};
use secrecy::SecretString;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::assets::Assets;
use crate::assets::loaders::Current;
use crate::config::{Common, Config, LogFormat, Serve, data_dir};
use crate::run::{self, ServeError};
use chathub_hub::Clock;
use company::CompanyCommand;
pub use error::CommandError;
use operator::OperatorCommand;
use organization::OrganizationCommand;
pub use output::one_line;
use output::say;
use upstream::UpstreamCommand;

/// Stands under the help of all.
const EXAMPLES: &str = "\
Examples:
  chathub serve --demo
  chathub company add --login acme --name 'Acme Tools'
  chathub organization add --company acme --name Sales
  chathub operator add --company acme --organization Sales --name 'Anna Meyer'";

/// A self-hosted live chat: customers write on a website, operators answer.
#[derive(Parser, Debug)]
#[command(name = "chathub", version = crate::VERSION, max_term_width = 80, after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Start the server
    Serve(Box<Serve>),
    /// Print the script tag that pins this build's loader by its version and what it hashes to
    Loader(LoaderArguments),
    /// Companies: those who sign in
    #[command(subcommand)]
    Company(CompanyCommand),
    /// Organizations of a company: departments or brands, with chats of their own
    #[command(subcommand)]
    Organization(OrganizationCommand),
    /// Operators of an organization: those who answer
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// The other ChatHub that keeps the people, if there is one
    #[command(subcommand)]
    Upstream(UpstreamCommand),
    /// Copy the installation into a new folder, also beside a running server
    Backup(copies::Backup),
    /// Put a backup into an empty data directory
    Restore(copies::Restore),
    /// Look whether the installation is sound, also beside a running server
    ///
    /// A line for each problem, and 1 as the exit status if there is any.
    Check,
    /// Print what a shell needs to complete the commands
    #[command(after_help = "\
Examples:
  chathub completions bash >/etc/bash_completion.d/chathub
  chathub completions zsh >/usr/local/share/zsh/site-functions/_chathub
  chathub completions fish >~/.config/fish/completions/chathub.fish")]
    Completions(shell::Completions),
    /// Print the manual's page of a command
    #[command(after_help = "\
Examples:
  chathub man | man --local-file -
  chathub man organization add | man --local-file -
  chathub man --dir /usr/local/share/man/man1")]
    Man(shell::Man),
}

/// What the tag depends on.
#[derive(Args, Debug)]
struct LoaderArguments {
    /// The address that browsers use: https://chat.example.com
    #[arg(long, env = "CHATHUB_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,

    /// The folder with the scripts and styles for browsers [default: `site` beside the binary]
    #[arg(long, env = "CHATHUB_ASSETS", value_name = "DIR")]
    assets: Option<PathBuf>,
}

/// Does what was asked.
///
/// # Errors
/// See [`CommandError`].
pub async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let Arguments { common, command } = arguments;
    if matches!(command, Command::Company(_) | Command::Organization(_) | Command::Operator(_)) {
        start_log_if_asked()?;
    }
    match command {
        Command::Serve(mut serve) => {
            // Read here and not by clap, which would make a flag of it.
            serve.upstream_password = std::env::var("CHATHUB_UPSTREAM_PASSWORD").ok().map(SecretString::from);
            serve_until_signalled(Config::new(common, *serve)?).await
        }
        Command::Loader(loader) => print_tag(common, loader),
        Command::Company(command) => company::company(&data_dir(common)?, command).await,
        Command::Organization(command) => organization::organization(&data_dir(common)?, command).await,
        Command::Operator(command) => operator::operator(&data_dir(common)?, command).await,
        Command::Upstream(command) => upstream::upstream(&data_dir(common)?, command).await,
        Command::Backup(arguments) => copies::backup(&data_dir(common)?, arguments).await,
        Command::Restore(arguments) => copies::restore(&data_dir(common)?, arguments).await,
        Command::Check => copies::check(&data_dir(common)?).await,
        Command::Completions(arguments) => shell::completions(arguments, Arguments::command()),
        Command::Man(arguments) => shell::man(arguments, Arguments::command()),
    }
}

fn print_tag(common: Common, arguments: LoaderArguments) -> Result<(), CommandError> {
    let LoaderArguments { public_url, assets } = arguments;
    let config = Config::new(common, Serve { public_url, assets, ..Serve::default() })?;
    let assets = Assets::find(config.assets.as_deref()).map_err(ServeError::Assets)?;
    let loader = Current::find(&assets.site).map_err(ServeError::Loaders)?;
    say(&loader.tag(&address(&config, config.listen)))
}

/// Where browsers find this server.
fn address(config: &Config, listen: SocketAddr) -> String {
    config.public_url.clone().unwrap_or_else(|| format!("http://{listen}"))
}

async fn serve_until_signalled(config: Config) -> Result<(), CommandError> {
    start_log(config.log_format)?;
    let stop = run::signalled().map_err(ServeError::Signals)?;
    let listener = run::listen(&config).await?;
    let address = listener.local_addr().map_err(ServeError::Serve)?;
    let prepared = run::prepare(&config, Clock::system()).await?;
    if !config.listen_not.is_empty() {
        let others: Vec<_> = config.listen_not.iter().map(|other| other.ip().to_string()).collect();
        tracing::info!(
            listening = %address,
            not = others.join(" "),
            "the name in --listen has several addresses, and one of them is listened on: name [::] for every one of this \
             machine's, or another address"
        );
    }
    announce(&config, address);
    run::serve_prepared(listener, prepared, stop).await?;
    Ok(())
}

/// The log of a server.
fn start_log(format: LogFormat) -> Result<(), CommandError> {
    log(format, asked_filter()?.unwrap_or_else(|| EnvFilter::new("info,sqlx=warn")));
    Ok(())
}

/// A command that changes who may do what has a log when it is asked for one: whoever typed it sees the outcome anyway.
fn start_log_if_asked() -> Result<(), CommandError> {
    if let Some(filter) = asked_filter()? {
        log(LogFormat::Text, filter);
    }
    Ok(())
}

fn asked_filter() -> Result<Option<EnvFilter>, CommandError> {
    let Ok(filter) = std::env::var("CHATHUB_LOG") else { return Ok(None) };
    filter.parse().map(Some).map_err(|_| CommandError::LogFilter(filter))
}

fn log(format: LogFormat, filter: EnvFilter) {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        // Colours are for people: a journal or a file gets plain text.
        .with_ansi(std::io::stderr().is_terminal());
    let lines = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    tracing_subscriber::registry().with(lines).with(filter).with(filter_fn(is_discreet)).init();
}

/// Whether something may be logged, whatever was asked for. What libraries say below `info` holds what they carry: frames
/// with tokens and texts, addresses with what is searched for. We say nothing of the kind at any level.
fn is_discreet(metadata: &Metadata<'_>) -> bool {
    let is_ours = metadata.target().split("::").next().is_some_and(|name| name.starts_with("chathub"));
    is_ours || *metadata.level() <= Level::INFO
}

/// For the person at the terminal: where to go. A program that reads the log is told there.
#[expect(clippy::print_stdout, reason = "the addresses to open are what the command is for")]
fn announce(config: &Config, listen: SocketAddr) {
    let base = address(config, listen);
    if config.log_format == LogFormat::Json {
        tracing::info!(address = %listen, url = base, "listening");
        return;
    }
    println!("ChatHub is listening on http://{listen}");
    if config.demo {
        println!();
        println!("  What this is     {base}/");
        println!("  A shop           {base}/demo/shop");
        println!("  A back office    {base}/demo/back-office");
        println!("  The console      {base}/console     login demo, password demo");
        println!();
        println!("This is a demonstration: anybody who can reach it can sign in.");
    } else {
        println!("  The console      {base}/console");
    }
}
