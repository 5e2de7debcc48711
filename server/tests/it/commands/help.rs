//! The command line as a whole: each change of it shows here, and in the documents that list it.

use std::collections::BTreeSet;

use chathub_server::commands::Arguments;
use clap::{Arg, Command, CommandFactory};

use super::shell::commands;
use super::told::files;
use crate::support::{chathub, said};

/// Flags of what is done once, by hand, and so is no setting.
const OF_ONE_DEED: [&str; 27] = [
    "company add --login",
    "company add --name",
    "company login --login",
    "company login --new",
    "company password --login",
    "man --dir",
    "operator add --company",
    "operator add --name",
    "operator add --organization",
    "operator list --company",
    "operator rename --company",
    "operator rename --name",
    "operator rename --operator",
    "operator status --company",
    "operator status --operator",
    "organization add --allow-origin",
    "organization add --company",
    "organization add --name",
    "organization list --company",
    "organization origins --add",
    "organization origins --allow-origin",
    "organization origins --company",
    "organization origins --organization",
    "organization origins --remove",
    "organization rename --company",
    "organization rename --name",
    "organization rename --organization",
];

/// Settings that nothing but the flag sets, so that nobody has them by accident: a demonstration where strangers are,
/// tokens that were revoked.
const ONLY_TYPED: [&str; 2] = ["serve --demo", "restore --keep-keys"];

#[tokio::test]
async fn what_can_be_typed_is_known() {
    let mut all = commands();
    all.sort();
    let mut text = String::new();
    for words in all {
        let words: Vec<_> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let help = said(&chathub(&words, "").await);
        text += &format!("$ chathub {}\n{help}\n\n", words.join(" "));
    }
    insta::assert_snapshot!("help", text);
}

#[test]
fn every_setting_has_a_variable_of_its_name() {
    let mut without = BTreeSet::new();
    let mut ahead = vec![(Arguments::command(), String::new())];
    while let Some((command, path)) = ahead.pop() {
        for (argument, flag) in flags(&command) {
            match argument.get_env() {
                Some(variable) => {
                    let expected = format!("CHATHUB_{}", flag.to_uppercase().replace('-', "_"));
                    assert_eq!(variable, expected.as_str(), "{path}--{flag}");
                }
                None => {
                    without.insert(format!("{path}--{flag}"));
                }
            }
        }
        let below = command.get_subcommands();
        ahead.extend(below.map(|next| (next.clone(), format!("{path}{} ", next.get_name()))));
    }
    let listed = OF_ONE_DEED.iter().chain(&ONLY_TYPED).map(ToString::to_string).collect();
    assert_eq!(without, listed, "left: without a variable; right: on purpose");
}

#[test]
fn the_documents_list_every_setting_and_every_command() {
    let read = |name: &str| {
        let (_, text) = files().into_iter().find(|(path, _)| path == name).expect("it is there");
        text
    };
    let (settings, listed) = (read("README.md"), read("docs/commands.md"));
    let root = Arguments::command();
    let serve = root.find_subcommand("serve").expect("it serves");
    for (argument, flag) in flags(&root).into_iter().chain(flags(serve)) {
        let row = settings.lines().find(|line| {
            line.strip_prefix(&format!("| `--{flag}")).is_some_and(|rest| rest.starts_with(['`', ' ']))
        });
        let row = row.unwrap_or_else(|| panic!("--{flag} is in no table of the README"));
        if let Some(variable) = argument.get_env() {
            let variable = variable.to_str().expect("letters");
            assert!(row.contains(&format!("| `{variable}` |")), "{variable}: {row}");
            let in_file = row.contains(&format!("| `{flag}` |"));
            assert!(in_file || flag == "config", "--{flag} has its name in the file, too: {row}");
        }
    }
    for words in commands() {
        let is_group = words.iter().try_fold(&root, |command, word| command.find_subcommand(word));
        if is_group.expect("it was found there").has_subcommands() {
            continue;
        }
        let typed = format!("`chathub {}`", words.join(" "));
        let is_listed = listed.lines().any(|line| line.starts_with('|') && line.contains(&typed));
        assert!(is_listed, "docs/commands.md does not list {typed}");
    }
}

fn flags(command: &Command) -> Vec<(&Arg, &str)> {
    let named = command.get_arguments().filter_map(|argument| Some((argument, argument.get_long()?)));
    named.filter(|(argument, _)| !["help", "version"].contains(&argument.get_id().as_str())).collect()
}
