//! What there is to type in a text.

/// What a piece of text tells.
#[derive(Debug, Default)]
pub struct Told {
    /// Lines that begin with `chathub`.
    pub commands: Vec<String>,
    /// Flags by themselves, without their dashes.
    pub flags: Vec<String>,
    pub variables: Vec<String>,
    /// Commands in the middle of a sentence, whose end nobody can see.
    pub loose: Vec<String>,
}

/// An error, a line of the log, a help: what stands between backticks, after a colon or on a line of its own.
pub fn in_text(text: &str) -> Told {
    let mut told = Told { variables: variables(text), ..Told::default() };
    let text = joined(text);
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            told.add_line(part);
            continue;
        }
        for line in part.lines() {
            let rest = match line.split_once(": chathub ") {
                Some((before, command)) => {
                    told.add_line(&format!("chathub {command}"));
                    before
                }
                None if line.trim_start().starts_with("chathub ") => {
                    told.add_line(line);
                    continue;
                }
                None => line,
            };
            told.flags.extend(flags(rest));
            let word =
                |text: &str| text.split(' ').next().is_some_and(|word| !word.is_empty() && is_word(word));
            let loose = rest.match_indices("chathub ").map(|(start, _)| &rest[start..]);
            told.loose.extend(loose.filter(|line| word(&line["chathub ".len()..])).map(str::to_owned));
        }
    }
    told
}

/// Markdown: what is in its code. The variables of a sample are its own.
pub fn in_document(text: &str) -> Told {
    let mut told = Told::default();
    for (index, part) in text.split("\n```").enumerate() {
        if index % 2 == 0 {
            for span in part.split('`').skip(1).step_by(2) {
                told.add_line(&span.split_whitespace().collect::<Vec<_>>().join(" "));
                told.variables.extend(variables(span));
            }
            continue;
        }
        let (language, code) = part.split_once('\n').unwrap_or_default();
        if language.starts_with("sh") {
            joined(code).lines().for_each(|line| told.add_line(line));
        } else {
            let Told { commands, .. } = in_text(code);
            told.commands.extend(commands);
        }
    }
    told
}

/// A file that is installed: a unit, a configuration.
pub fn in_file(text: &str) -> Told {
    let mut told = Told { variables: variables(text), ..Told::default() };
    for line in joined(text).lines() {
        match line.split_once("=/opt/chathub/chathub ") {
            Some((_, rest)) => told.add_line(&format!("chathub {rest}")),
            None => told.flags.extend(flags(line)),
        }
    }
    told
}

impl Told {
    /// A line as a shell reads it: what is ours in it.
    fn add_line(&mut self, line: &str) {
        // The same for a synopsis, which nobody types as it stands.
        if line.starts_with("--") || line.contains("[OPTIONS]") {
            self.flags.extend(flags(line));
            return;
        }
        for command in line.split(['|', ';']).flat_map(|part| part.split(" && ")) {
            let mut rest = command.trim();
            while let Some((word, after)) = rest.split_once(' ') {
                rest = after.trim_start();
                match word.rsplit('/').next().unwrap_or_default() {
                    "sudo" => {}
                    "-u" => rest = rest.split_once(' ').unwrap_or_default().1,
                    _ if word.contains('=') => {}
                    // The second is the README's short name for it. What only says that something follows is no command.
                    "chathub" | "hub" if rest != "…" => {
                        self.commands.push(format!("chathub {rest}"));
                        break;
                    }
                    _ => break,
                }
            }
        }
    }
}

/// The words of a command, with something in the place of what is to be filled in.
pub fn filled(line: &str) -> Option<Vec<String>> {
    let line = line.replace('…', "x");
    let mut whole = String::new();
    let mut rest = line.as_str();
    while let Some(start) = rest.find(['{', '<']) {
        let close = if rest[start..].starts_with('{') { '}' } else { '>' };
        let Some(end) = rest[start..].find(close) else { break };
        whole += &rest[..start];
        whole.push('x');
        rest = &rest[start + end + 1..];
    }
    whole += rest;
    // Where its input or output goes is no part of it.
    let whole = whole.split([' ', '\n']).take_while(|word| !word.starts_with(['<', '>']));
    shlex::split(&whole.collect::<Vec<_>>().join(" "))
}

/// Lines that go on are one.
fn joined(text: &str) -> String {
    let mut joined = String::new();
    for line in text.lines() {
        match line.trim_end().strip_suffix('\\') {
            Some(part) => {
                joined += part.trim();
                joined.push(' ');
            }
            None if joined.ends_with(' ') => joined += &format!("{}\n", line.trim_start()),
            None => joined += &format!("{line}\n"),
        }
    }
    joined.trim_end().to_owned()
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '.' | ',' | ';'))
}

/// Every `--flag`.
fn flags(text: &str) -> Vec<String> {
    let starts = text.match_indices("--").filter(|(start, _)| {
        let before = text[..*start].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '–'))
    });
    let names = starts.map(|(start, _)| {
        let rest = &text[start + 2..];
        rest.split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '-')
            .next()
            .unwrap_or_default()
    });
    // What begins with our name is a property of a style sheet.
    let names = names.filter(|name| name.len() > 1 && !name.starts_with("chathub-"));
    names.map(|name| name.trim_end_matches('-').to_owned()).collect()
}

/// Every `CHATHUB_VARIABLE`.
fn variables(text: &str) -> Vec<String> {
    let starts = text
        .match_indices("CHATHUB_")
        .filter(|(start, _)| !text[..*start].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
    let names = starts.map(|(start, _)| {
        let rest = &text[start..];
        rest.split(|c: char| !c.is_ascii_uppercase() && c != '_').next().unwrap_or_default()
    });
    names.filter(|name| !name.ends_with('_')).map(str::to_owned).collect()
}
