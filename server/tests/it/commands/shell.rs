//! What was typed wrong, and what shells, manuals and people are told of the commands.

use std::process::Output;

use chathub_server::commands::Arguments;
use clap::{Command, CommandFactory};

use crate::support::{chathub, folder, said, within};

/// Characters of a line that everybody's terminal has.
const COLUMNS: usize = 80;

/// Every command, as the words that are typed for it.
pub fn commands() -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let root = Arguments::command();
    let mut ahead: Vec<(&Command, Vec<String>)> = vec![(&root, Vec::new())];
    while let Some((command, path)) = ahead.pop() {
        for next in command.get_subcommands() {
            let path = [&path[..], &[next.get_name().to_owned()]].concat();
            all.push(path.clone());
            ahead.push((next, path));
        }
    }
    all
}

async fn ask(words: &[String], more: &[&str]) -> Output {
    let words: Vec<_> = words.iter().map(String::as_str).chain(more.iter().copied()).collect();
    chathub(&words, "").await
}

#[tokio::test]
async fn what_was_typed_wrong_is_said_in_one_line() {
    let mistakes: [(&[&str], &str); 9] = [
        (&[], "name one of the commands serve, "),
        (&["operator"], "name one of the commands add, list, rename, status (see `chathub operator --help`)"),
        (&["opperator"], "'operator'"),
        (&["company", "add", "--login", "acme"], "--name <NAME> (see `chathub company add --help`)"),
        (&["operator", "list", "--compny", "acme"], "'--company'"),
        (
            &["operator", "status", "--company", "a", "--operator", "1", "gone"],
            "[possible values: active, inactive, deleted]",
        ),
        (&["serve", "--limit-logins", "many\nmore\u{1b}[31m"], "--limit-logins"),
        (&["organization", "list", "extra"], "'extra'"),
        (&["completions", "tcsh"], "bash"),
    ];
    for (arguments, says) in mistakes {
        let output = chathub(arguments, "").await;
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.starts_with("chathub: ") && text.contains(says), "{arguments:?}: {text}");
        let is_one_line = text.ends_with('\n') && text.chars().filter(|c| c.is_control()).count() == 1;
        assert!(is_one_line && output.stdout.is_empty(), "{arguments:?}: {text:?}");
    }
}

#[tokio::test]
async fn every_command_has_a_help_that_reads_well() {
    for words in commands() {
        for flag in ["-h", "--help"] {
            let help = said(&ask(&words, &[flag]).await);
            let called = [&["chathub".to_owned()][..], &words].concat().join(" ");
            assert!(help.contains(&format!("Usage: {called}")), "{help}");
            for line in help.lines() {
                assert!(line.chars().count() <= COLUMNS, "{called} {flag}: {line}");
            }
        }
    }
    let mut ahead = vec![Arguments::command()];
    while let Some(command) = ahead.pop() {
        let name = command.get_name();
        assert!(command.get_about().is_some(), "{name}");
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{name} {}", argument.get_id());
        }
        ahead.extend(command.get_subcommands().cloned());
    }
}

#[tokio::test]
async fn the_version_tells_the_commit_that_was_built() {
    let version = said(&chathub(&["--version"], "").await);
    let plain = format!("chathub {}", env!("CARGO_PKG_VERSION"));
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut git = tokio::process::Command::new("git");
    let asked = git.args(["-C", root, "log", "-1", "--format=%H %cs"]).output().await;
    let commit = asked.ok().filter(|output| output.status.success());
    match commit.filter(|_| std::path::Path::new(root).join(".git").exists()) {
        Some(commit) => {
            let commit = String::from_utf8(commit.stdout).unwrap();
            let (id, date) = commit.trim().split_once(' ').unwrap();
            assert_eq!(version, format!("{plain} ({}, {date})", &id[..12]));
        }
        None => assert!(version.starts_with(&plain), "{version}"),
    }
}

#[tokio::test]
async fn completions_are_scripts_that_know_every_command() {
    let folder = folder();
    for shell in ["bash", "zsh", "fish"] {
        let script = said(&chathub(&["completions", shell], "").await);
        for word in commands().concat() {
            assert!(script.contains(&word), "{shell}: {word}");
        }
        let flag = if shell == "fish" { "-l organization" } else { "--organization" };
        assert!(script.contains(flag), "{shell}");
        let file = folder.path().join(shell);
        std::fs::write(&file, script).unwrap();
        // The other two are looked at where they are.
        let looked = tokio::process::Command::new(shell).arg("-n").arg(&file).output();
        match within("the shell", looked).await {
            Ok(output) => assert!(output.status.success() && output.stderr.is_empty(), "{output:?}"),
            Err(error) => assert!(shell != "bash", "{error}"),
        }
    }
}

#[tokio::test]
async fn every_command_has_a_page_of_the_manual() {
    let folder = folder();
    let pages = folder.path().join("man");
    said(&chathub(&["man", "--dir", pages.to_str().unwrap()], "").await);
    let words: Vec<_> = commands();
    assert_eq!(std::fs::read_dir(&pages).unwrap().count(), words.len());
    for words in words {
        let name = [&["chathub".to_owned()][..], &words].concat().join("-");
        let file = pages.join(format!("{name}.1"));
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(said(&ask(&[&["man".to_owned()][..], &words].concat(), &[]).await), text.trim());
        // A line that begins with a dot is an order to the manual: none is one of ours.
        assert!(text.contains(&format!(".SH NAME\n{}", name.replace('-', "\\-"))), "{text}");
        // Where there is something that reads pages, it has nothing to complain of.
        for (reader, flags) in
            [("mandoc", &["-T", "lint", "-W", "warning"][..]), ("man", &["--warnings", "--local-file"][..])]
        {
            let mut command = tokio::process::Command::new(reader);
            command.args(flags).arg(&file).env("MANWIDTH", COLUMNS.to_string()).env("LC_ALL", "C.UTF-8");
            if let Ok(output) = within("the manual", command.output()).await {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(output.status.success() && said.is_empty(), "{name} {reader}: {said}");
                assert!(reader == "mandoc" || !output.stdout.is_empty(), "{name}");
            }
        }
    }
    let nothing = chathub(&["man", "coffee"], "").await;
    assert!(crate::support::failed(&nothing).contains("no command “coffee”"));
}
