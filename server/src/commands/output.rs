//! What commands print: sentences for people, and lists that a script can take apart too. A list is a line for each row,
//! its fields apart by tabs, the id first; no name makes more fields or lines of it, or does anything to a terminal.

use std::fmt::Write as _;
use std::io::Write as _;

use chathub_domain::text::disturbs_line;

use super::error::CommandError;

/// Prints a sentence.
///
/// # Errors
/// [`CommandError::Output`].
pub(super) fn say(line: &str) -> Result<(), CommandError> {
    print(&format!("{}\n", one_line(line)))
}

/// Prints what is made to be printed as it is.
///
/// # Errors
/// [`CommandError::Output`].
pub(super) fn print(text: &str) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(CommandError::Output)
}

/// Rows of a list, gathered so that they are printed page by page.
#[derive(Debug, Default)]
pub(super) struct Rows(String);

impl Rows {
    pub(super) fn add<const N: usize>(&mut self, fields: [&str; N]) {
        for (number, field) in fields.iter().enumerate() {
            if number > 0 {
                self.0.push('\t');
            }
            write_field(&mut self.0, field);
        }
        self.0.push('\n');
    }

    /// # Errors
    /// [`CommandError::Output`].
    pub(super) fn print(self) -> Result<(), CommandError> {
        print(&self.0)
    }
}

/// A text on one line that does nothing to a terminal: what would is written as `\u{1b}`.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match disturbs_line(c) {
            true => write_code(&mut line, c),
            false => line.push(c),
        }
    }
    line
}

/// As [`one_line`], so that it can be read back: a backslash is two, a tab is `\t`, a line break `\n`.
fn write_field(line: &mut String, field: &str) {
    for c in field.chars() {
        match c {
            '\\' => line.push_str("\\\\"),
            '\t' => line.push_str("\\t"),
            '\n' => line.push_str("\\n"),
            c if disturbs_line(c) => write_code(line, c),
            c => line.push(c),
        }
    }
}

fn write_code(line: &mut String, c: char) {
    // A string takes everything.
    let _ = write!(line, "\\u{{{:x}}}", u32::from(c));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_makes_lines_or_fields_or_colours() {
        let mut rows = Rows::default();
        rows.add(["1", "a\tb\nc\\d", "\u{1b}[31mred\u{7}\u{9b}2J", "\u{202e}gnp.exe\u{2028}"]);
        rows.add(["2", "", "Ānna 👩\u{200d}💻", "می\u{200c}خواهم"]);
        assert_eq!(
            rows.0,
            "1\ta\\tb\\nc\\\\d\t\\u{1b}[31mred\\u{7}\\u{9b}2J\t\\u{202e}gnp.exe\\u{2028}\n\
             2\t\tĀnna 👩\u{200d}💻\tمی\u{200c}خواهم\n"
        );
        assert_eq!(one_line("C:\\data\r\n\u{1b}c"), "C:\\data\\u{d}\\u{a}\\u{1b}c");
    }
}
