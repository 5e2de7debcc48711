//! A mistake in what was typed, told in one line.

use clap::Command;
use clap::error::{Error, ErrorKind};

/// What is wrong, a tip if there is one, and where help is.
#[must_use]
pub fn told(error: &Error, root: &Command) -> String {
    let text = error.render().to_string();
    let paragraphs: Vec<String> = text
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let usage = paragraphs.iter().find_map(|paragraph| paragraph.strip_prefix("Usage: "));
    let (path, command) = named(usage.unwrap_or_default(), root);
    let what = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let all: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
            format!("name one of the commands {}", all.join(", "))
        }
        _ => paragraphs.first().map_or("", |first| first.trim_start_matches("error: ")).to_owned(),
    };
    let tips = paragraphs.iter().filter(|paragraph| paragraph.starts_with("tip: "));
    let tips: String = tips.map(|tip| format!("; {tip}")).collect();
    format!("{what}{tips} (see `{path} --help`)")
}

/// The command that a usage begins with, as it is typed.
fn named<'a>(usage: &str, root: &'a Command) -> (String, &'a Command) {
    let (mut path, mut command) = (root.get_name().to_owned(), root);
    for word in usage.split(' ').skip(1) {
        let Some(next) = command.find_subcommand(word) else { break };
        command = next;
        path = format!("{path} {word}");
    }
    (path, command)
}
