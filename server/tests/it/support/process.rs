//! The real binary, as an administrator starts it.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Output, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;

use super::{PASSWORD, within};

/// A server as a process of its own; killed when dropped.
pub struct Process {
    pub base: String,
    child: Child,
    /// Held, because a server whose standard output is gone can't print to it.
    _output: Option<Lines<BufReader<ChildStdout>>>,
    /// What copies its log into a file.
    copying: Option<JoinHandle<()>>,
}

/// The binary with nothing of this environment's settings, nor the width of its terminal.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chathub"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CHATHUB_") || name == "COLUMNS") {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Runs a command to its end, with a line on its standard input.
pub async fn chathub(arguments: &[&str], input: &str) -> Output {
    let mut command = command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that asks for nothing may end before it is told.
    let _ = stdin.write_all(format!("{input}\n").as_bytes()).await;
    drop(stdin);
    within("the command", child.wait_with_output()).await.unwrap()
}

/// Runs a script of the shell, in which `$0` is the binary.
pub async fn shell(script: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_chathub")]).args(arguments).stdin(Stdio::null());
    within("the script", command.output()).await.unwrap()
}

/// What a command printed, when it went well.
#[track_caller]
pub fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap().trim().to_owned()
}

/// The one line of a command that failed.
#[track_caller]
pub fn failed(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    // Log lines may be above it.
    let line = text.lines().last().unwrap_or_default().to_owned();
    assert!(line.starts_with("chathub: "), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    line
}

/// Runs a command, given in one line, on a data directory.
pub async fn run(data: &Path, arguments: &str, input: &str) -> Output {
    let data = data.to_str().unwrap();
    let mut all: Vec<_> = arguments.split(' ').collect();
    all.extend(["--data-dir", data]);
    chathub(&all, input).await
}

impl Process {
    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Starts `chathub serve` on port 0 and waits until it says where it listens.
    pub async fn serve(data: &Path, assets: &Path) -> Self {
        Self::start(data, assets, &[], |_| ()).await
    }

    /// The same with more in its environment, without limits for those who write, and with its log in a file.
    pub async fn serve_with(
        data: &Path,
        assets: &Path,
        environment: Vec<(&'static str, PathBuf)>,
        log: &Path,
    ) -> Self {
        let log = OpenOptions::new().create(true).append(true).open(log).unwrap();
        let settle = |command: &mut Command| {
            command.envs(environment).env("CHATHUB_LOG", "info").stderr(log);
        };
        Self::start(data, assets, &["--limit-messages", "0"], settle).await
    }

    /// The same with these flags, and with what the filter asks to be logged in a file.
    pub async fn logging(data: &Path, assets: &Path, flags: &[&str], filter: &str, log: &Path) -> Self {
        let log = OpenOptions::new().create(true).write(true).truncate(true).open(log).unwrap();
        let settle = |command: &mut Command| {
            command.env("CHATHUB_LOG", filter).env("CHATHUB_UPSTREAM_PASSWORD", PASSWORD).stderr(log);
        };
        Self::start(data, assets, flags, settle).await
    }

    /// The same as a demonstration.
    pub async fn demonstrate(data: &Path, assets: &Path) -> Self {
        Self::start(data, assets, &["--demo"], |_| ()).await
    }

    async fn start(data: &Path, assets: &Path, flags: &[&str], settle: impl FnOnce(&mut Command)) -> Self {
        let (data, assets) = (data.to_str().unwrap(), assets.to_str().unwrap());
        let common = ["serve", "--listen", "127.0.0.1:0", "--data-dir", data, "--assets", assets];
        let mut command = command(&[&common, flags].concat());
        command.env("CHATHUB_LOG", "error").stdout(Stdio::piped());
        settle(&mut command);
        let mut child = command.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let line =
            within("the address", output.next_line()).await.unwrap().expect("the server did not start");
        let base = line.strip_prefix("ChatHub is listening on ").expect(&line).to_owned();
        Self { base, child, _output: Some(output), copying: None }
    }

    /// The same with a log in JSON, which says where it listens.
    pub async fn logging_json(data: &Path, assets: &Path, flags: &[&str], filter: &str, log: &Path) -> Self {
        let (data, assets) = (data.to_str().unwrap(), assets.to_str().unwrap());
        let common = ["serve", "--listen", "127.0.0.1:0", "--data-dir", data, "--assets", assets];
        let mut command = command(&[&common, flags, &["--log-format", "json"]].concat());
        command.env("CHATHUB_LOG", format!("{filter},chathub_server::commands=info"));
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut log = std::fs::File::create(log).unwrap();
        let base = loop {
            let line =
                within("the address", lines.next_line()).await.unwrap().expect("the server did not start");
            writeln!(log, "{line}").unwrap();
            let line: serde_json::Value = serde_json::from_str(&line).expect(&line);
            if line["fields"]["message"] == "listening" {
                break line["fields"]["url"].as_str().unwrap().to_owned();
            }
        };
        let copying = tokio::spawn(async move {
            while let Some(line) = lines.next_line().await.unwrap() {
                writeln!(log, "{line}").unwrap();
            }
        });
        Self { base, child, _output: None, copying: Some(copying) }
    }

    /// SIGKILL: no goodbye, nothing flushed.
    pub async fn kill(mut self) {
        within("the end", self.child.kill()).await.unwrap();
    }

    /// SIGTERM, and how it ended.
    pub async fn terminate(mut self) -> ExitStatus {
        let id = self.child.id().unwrap();
        let status = Command::new("sh").args(["-c", &format!("kill -TERM {id}")]).status().await.unwrap();
        assert!(status.success());
        let status = within("the end", self.child.wait()).await.unwrap();
        if let Some(copying) = self.copying {
            within("the log's end", copying).await.unwrap();
        }
        status
    }
}
