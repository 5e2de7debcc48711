//! What a shell and a manual know of the commands.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man as Page;
use roff::{Roff, roman};

use super::error::CommandError;
use super::output::{print, say};

/// The manual's section for commands.
const SECTION: &str = "1";

#[derive(Args, Debug)]
pub(super) struct Completions {
    /// The shell that completes
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

#[derive(Args, Debug)]
pub(super) struct Man {
    /// The command whose page it is, like: organization add
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,

    /// Write the pages of all commands into this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    dir: Option<PathBuf>,
}

pub(super) fn completions(Completions { shell }: Completions, root: Command) -> Result<(), CommandError> {
    let (mut root, mut script) = (built(root), Vec::new());
    let name = root.get_name().to_owned();
    clap_complete::generate(shell, &mut root, name, &mut script);
    print(&String::from_utf8_lossy(&script))
}

pub(super) fn man(Man { command, dir }: Man, root: Command) -> Result<(), CommandError> {
    let root = built(root);
    if let Some(dir) = dir {
        let failed = |source| CommandError::Pages { path: dir.clone(), source };
        std::fs::create_dir_all(&dir).map_err(failed)?;
        let mut commands = vec![&root];
        while let Some(command) = commands.pop() {
            commands.extend(command.get_subcommands());
            let (name, text) = page(command).map_err(failed)?;
            std::fs::write(dir.join(name), text).map_err(failed)?;
        }
        return say(&format!("The pages are in {}: man --local-file {0}/chathub.{SECTION}", dir.display()));
    }
    let mut found = &root;
    for word in &command {
        found = found.find_subcommand(word).ok_or_else(|| CommandError::NoCommand(command.join(" ")))?;
    }
    let (_, text) = page(found).map_err(CommandError::Output)?;
    print(&String::from_utf8_lossy(&text))
}

/// All commands, with the names that they have as a part of it.
fn built(root: Command) -> Command {
    // Shells and manuals know them without `help`.
    let mut root = root.disable_help_subcommand(true);
    root.build();
    root
}

/// The name of a page's file, and the page.
fn page(command: &Command) -> std::io::Result<(String, Vec<u8>)> {
    let page = Page::new(command.clone())
        .section(SECTION)
        .date(env!("CHATHUB_DATE"))
        .source(concat!("ChatHub ", env!("CARGO_PKG_VERSION")))
        .manual("ChatHub");
    let mut text = Vec::new();
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    if command.has_subcommands() {
        page.render_subcommands_section(&mut text)?;
    }
    if let Some(after) = command.get_after_help() {
        after_help(&after.to_string()).to_writer(&mut text)?;
    }
    Ok((page.get_filename(), text))
}

/// What stands under a help, as the lines that it has.
fn after_help(text: &str) -> Roff {
    let (heading, lines) = match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("Example") => ("EXAMPLES", rest),
        _ => ("NOTES", text),
    };
    let mut section = Roff::new();
    section.control("SH", [heading]).control("nf", []);
    for line in lines.lines() {
        section.text([roman(line)]);
    }
    section.control("fi", []);
    section
}
