//! Commands and flags that a person is told to type, in an error, the log, a page or a document, are ones that there
//! are.
//!
//! A command is told between backticks, at the end of a sentence after a colon, or on a line of its own.

mod literals;
mod shell;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chathub_server::commands::Arguments;
use clap::error::ErrorKind;
use clap::{Command, CommandFactory};

use super::shell::commands;
use crate::support::{chathub, said};

/// What looks like one of ours and is none, with why.
const NOT_OURS: [(&str, &str); 2] = [
    ("chathub upstream company token v1", "what a key is for, which nobody types"),
    ("local-file", "the manual's own flag"),
];

/// Variables of ours that are no flag's, with what reads them.
const VARIABLES: [(&str, &str); 8] = [
    ("CHATHUB_LOGIN", "for the samples of the documentation"),
    ("CHATHUB_PASSWORD", "for the samples of the documentation"),
    ("CHATHUB_FORMER", "for the browser tests of an upgrade"),
    ("CHATHUB_FILL", "for measuring the panel"),
    ("CHATHUB_DATE", "set and read while it is built"),
    ("CHATHUB_VERSION", "set and read while it is built"),
    ("CHATHUB_LOG", "read before there is a configuration"),
    ("CHATHUB_UPSTREAM_PASSWORD", "no flag, which the list of processes would show"),
];

/// What stands for a value that is known when it is told.
const FILLED: [(&str, &[&str]); 3] = [
    ("{what}", &["organization", "operator"]),
    // A login that begins with a dash is joined to its flag.
    ("{flag}{company}", &["--company acme", "--company=-acme"]),
    ("<STATUS>", &["active", "inactive", "deleted"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the server is in a folder").to_owned()
}

/// Every document and every piece of code that tells something, by its path from the root.
pub fn files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut ahead: Vec<_> = [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "docs",
        "packaging",
        "server/src",
        "app/src",
        "frontend/src",
    ]
    .map(|name| root().join(name))
    .into();
    let crates = std::fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    // The bench is another program, with flags of its own.
    ahead.extend(crates.filter(|path| !path.ends_with("bench")).map(|path| path.join("src")));
    while let Some(path) = ahead.pop() {
        if path.is_dir() {
            ahead.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            if name.ends_with(".rs") || name.ends_with(".md") || name.starts_with("packaging") {
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// What is told, piece by piece, and where.
async fn told() -> Vec<(String, shell::Told)> {
    let mut all = Vec::new();
    for (path, text) in files() {
        let told = if path.ends_with(".rs") {
            literals::texts(&path, &text).iter().map(|text| shell::in_text(text)).collect()
        } else if path.ends_with(".md") {
            vec![shell::in_document(&text)]
        } else {
            vec![shell::in_file(&text)]
        };
        all.extend(told.into_iter().map(|told| (path.clone(), told)));
    }
    for words in commands() {
        let words: Vec<_> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let help = said(&chathub(&words, "").await);
        all.push((format!("chathub {}", words.join(" ")), shell::in_text(&help)));
    }
    all
}

#[tokio::test]
async fn what_a_person_is_told_to_type_can_be_typed() {
    let root = Arguments::command();
    let (mut flags, mut variables) =
        (BTreeSet::from(["help".to_owned(), "version".to_owned()]), BTreeSet::new());
    let mut ahead = vec![&root];
    while let Some(command) = ahead.pop() {
        flags.extend(command.get_arguments().filter_map(|argument| argument.get_long()).map(str::to_owned));
        let named = command.get_arguments().filter_map(|argument| argument.get_env());
        variables.extend(named.map(|name| name.to_string_lossy().into_owned()));
        ahead.extend(command.get_subcommands());
    }
    variables.extend(VARIABLES.map(|(name, _)| name.to_owned()));

    let (mut wrong, mut count) = (Vec::new(), 0);
    for (place, shell::Told { commands, flags: named, variables: set, loose }) in told().await {
        for line in commands {
            count += 1;
            if let Err(mistake) = typed(&line, &root) {
                wrong.push(format!("{place}: {line}\n    {mistake}"));
            }
        }
        let is_ours = |text: &&String| !NOT_OURS.iter().any(|(known, _)| known == *text);
        for flag in named.iter().filter(|flag| !flags.contains(*flag)).filter(is_ours) {
            wrong.push(format!("{place}: there is no --{flag}"));
        }
        for variable in set.iter().filter(|variable| !variables.contains(*variable)) {
            wrong.push(format!("{place}: nothing reads {variable}"));
        }
        for line in loose.iter().filter(is_ours) {
            wrong.push(format!("{place}: put the command between backticks, or after a colon: {line}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(count > 90, "only {count} were found");
}

/// Whether a line can be typed, with every value that may be filled in. What only names a command needs no values.
fn typed(line: &str, root: &Command) -> Result<(), String> {
    if let Some((hole, values)) = FILLED.iter().find(|(hole, _)| line.contains(hole)) {
        return values.iter().try_for_each(|value| typed(&line.replacen(hole, value, 1), root));
    }
    let words = shell::filled(line).ok_or("a quote is open")?;
    let only_names = words.iter().all(|word| !word.starts_with('-'));
    match root.clone().try_get_matches_from(&words) {
        Ok(_) => Ok(()),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Ok(()),
            ErrorKind::MissingRequiredArgument
            | ErrorKind::MissingSubcommand
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
                if only_names =>
            {
                Ok(())
            }
            _ => Err(error.to_string().lines().next().unwrap_or_default().to_owned()),
        },
    }
}

#[test]
fn commands_are_found_wherever_they_are_told() {
    let commands = |told: shell::Told| told.commands;
    let text = "There is none: chathub company add --login {login}";
    assert_eq!(commands(shell::in_text(text)), ["chathub company add --login {login}"]);
    let text = "say `chathub check`, or:\n  chathub backup \\\n    /backup";
    assert_eq!(commands(shell::in_text(text)), ["chathub check", "chathub backup /backup"]);
    assert_eq!(shell::in_text("put it back with chathub restore.").loose, ["chathub restore."]);
    let page = "Say `chathub\ncheck` or `--demo`, not `curl --retry 5`.\n\n```sh fragment\nsudo -u chathub chathub \
                --config c man | less\nA=b chathub check && ls --all   # chathub off\n```\n";
    let told = shell::in_document(page);
    assert_eq!(told.commands, ["chathub check", "chathub --config c man", "chathub check"]);
    assert_eq!(told.flags, ["demo"]);
    assert_eq!(shell::in_text("name --listen or CHATHUB_LISTEN, e–-x").flags, ["listen"]);
    assert!(typed("chathub company add --login {login}", &Arguments::command()).is_err(), "it has no name");
    assert!(typed("chathub company add", &Arguments::command()).is_ok());
    assert!(typed("chathub company remove", &Arguments::command()).is_err());
}
