//! What people write, made fit to stand beside other texts: one place for what a name and a message may hold.
//!
//! Unicode has characters that nobody sees: some change the direction of what follows (UAX #9), some take no room at
//! all (`Default_Ignorable_Code_Point`). Languages and emoji need several of them *inside* a text. Nothing needs them to
//! reach beyond it, to make an empty text look written, or to make two names look like one.

use crate::limits::{NAME_CHARS, PREVIEW_CHARS};

/// Directions that may be open at once in a message; UAX #9 allows 125, and people who nest them need two. More would let
/// a message grow by its closings.
const NESTED: usize = 8;

/// Why a text can't be a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameMistake {
    /// Nothing in it can be seen.
    Blank,
    /// So many characters are more than [`NAME_CHARS`].
    Long(usize),
    /// A line break or another control character.
    Control,
    /// A character that is not seen, or that turns the direction of what follows.
    Invisible(char),
}

/// A name that a person typed, without the blanks around it.
///
/// # Errors
/// What is wrong with it; nothing is taken out silently, because whoever typed it can look again.
pub fn check_name(text: &str) -> Result<&str, NameMistake> {
    if is_blank(text) {
        return Err(NameMistake::Blank);
    }
    let text = text.trim();
    let count = text.chars().count();
    if count > NAME_CHARS {
        return Err(NameMistake::Long(count));
    }
    let mut around = Around::default();
    for (c, next) in with_next(text) {
        if breaks_line(c) {
            return Err(NameMistake::Control);
        }
        if !around.admits(c, next) {
            return Err(NameMistake::Invisible(c));
        }
    }
    Ok(text)
}

/// A name that a machine passes on (a page of its visitor, another server of its people): on one line, of at most `most`
/// characters, and without what [`check_name`] refuses. Empty when nothing is left.
#[must_use]
pub fn tidy_name(text: &str, most: usize) -> String {
    let mut around = Around::default();
    let seen = with_next(text).filter_map(|(c, next)| match c {
        _ if breaks_line(c) => Some(' '),
        _ => around.admits(c, next).then_some(c),
    });
    let line: String = seen.collect();
    if is_blank(&line) {
        return String::new();
    }
    let cut: String = line.trim().chars().take(most).collect();
    cut.trim_end().to_owned()
}

/// A message: lines and tabs, no other control character, and no direction that goes on after its end or that ends one
/// outside of it. Overrides (which show letters in an order that nobody wrote) are taken out.
#[must_use]
pub fn tidy_message(text: String) -> String {
    let is_fine = |c: char| !(is_direction(c) || c.is_control() && !matches!(c, '\n' | '\t'));
    if text.chars().all(is_fine) {
        return text;
    }
    let mut tidy = String::with_capacity(text.len());
    let mut open = Vec::new();
    for (c, next) in with_next(&text) {
        match c {
            '\n' | '\t' => tidy.push(c),
            // The line ends of other systems.
            '\r' if next != Some('\n') => tidy.push('\n'),
            LRO | RLO => {}
            LRE | RLE | LRI | RLI | FSI if open.len() < NESTED => {
                open.push(if matches!(c, LRE | RLE) { PDF } else { PDI });
                tidy.push(c);
            }
            PDF if open.last() == Some(&PDF) => tidy.extend(open.pop()),
            PDI if open.contains(&PDI) => {
                while let Some(closing) = open.pop() {
                    tidy.push(closing);
                    if closing == PDI {
                        break;
                    }
                }
            }
            c if is_direction(c) || c.is_control() => {}
            c => tidy.push(c),
        }
    }
    tidy.extend(open.into_iter().rev());
    tidy
}

/// Whether nothing in a text can be seen.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// The beginning of a message on one line, as it may stand in a list: at most `most` characters, and nothing that would
/// turn what stands after it.
#[must_use]
pub fn one_line(text: &str, most: usize) -> String {
    text.chars()
        .filter(|c| !is_direction(*c))
        .take(most)
        .map(|c| if breaks_line(c) { ' ' } else { c })
        .collect()
}

/// `text` cut to [`PREVIEW_CHARS`] characters on one line.
#[must_use]
pub fn preview(text: &str) -> String {
    one_line(text, PREVIEW_CHARS)
}

const LRE: char = '\u{202a}';
const RLE: char = '\u{202b}';
const PDF: char = '\u{202c}';
const LRO: char = '\u{202d}';
const RLO: char = '\u{202e}';
const LRI: char = '\u{2066}';
const RLI: char = '\u{2067}';
const FSI: char = '\u{2068}';
const PDI: char = '\u{2069}';

/// Embeddings, overrides and isolates, and what ends them. The marks (U+200E, U+200F, U+061C) reach no further than
/// their neighbours.
fn is_direction(c: char) -> bool {
    matches!(c, LRE..=RLO | LRI..=PDI)
}

/// Whether a character breaks the line that it is shown on, turns what stands after it, or speaks to a terminal.
#[must_use]
pub fn disturbs_line(c: char) -> bool {
    breaks_line(c) || is_direction(c)
}

fn breaks_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// `Default_Ignorable_Code_Point` (Unicode 16), interlinear annotations, and the empty Braille pattern.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// What has been seen of a name.
#[derive(Default)]
struct Around {
    before: Option<char>,
}

impl Around {
    /// Whether `c` may stand here in a name. Joiners may between two characters of the scripts that are written with them
    /// (Arabic and all that Unicode has after it, emoji among them), and variation selectors after such a character.
    fn admits(&mut self, c: char, next: Option<char>) -> bool {
        let joins = |c: char| c >= '\u{600}' && !is_direction(c) && !c.is_whitespace();
        let admitted = match c {
            '\u{200c}' | '\u{200d}' => self.before.is_some_and(joins) && next.is_some_and(joins),
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => self.before.is_some_and(joins),
            c => !is_invisible(c),
        };
        // A joiner after a joiner is seen even less.
        if admitted {
            self.before = Some(c).filter(|c| !is_invisible(*c) || matches!(c, '\u{fe00}'..='\u{fe0f}'));
        }
        admitted
    }
}

fn with_next(text: &str) -> impl Iterator<Item = (char, Option<char>)> {
    let mut chars = text.chars().peekable();
    std::iter::from_fn(move || Some((chars.next()?, chars.peek().copied())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_nothing_that_is_not_seen() {
        for name in [
            "Anna",
            "Ānna-Marija Bērziņa",
            "  Анна ",
            "محمد",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "👩\u{200d}💻 Anna",
            "❤\u{fe0f}",
            "여보세요",
            "דוד",
        ] {
            assert_eq!(check_name(name), Ok(name.trim()), "{name:?}");
            assert_eq!(tidy_name(name, NAME_CHARS), name.trim(), "{name:?}");
        }
        for (name, mistake, tidy) in [
            ("", NameMistake::Blank, ""),
            (" \u{a0}\u{3000}", NameMistake::Blank, ""),
            ("\u{200b}", NameMistake::Blank, ""),
            ("\u{3164}\u{2800}\u{ffa0}", NameMistake::Blank, ""),
            ("\u{feff}\u{200d}\u{2060}", NameMistake::Blank, ""),
            ("An\nna", NameMistake::Control, "An na"),
            ("An\u{2028}na", NameMistake::Control, "An na"),
            ("An\u{7}na", NameMistake::Control, "An na"),
            ("An\u{200b}na", NameMistake::Invisible('\u{200b}'), "Anna"),
            ("An\u{200d}na", NameMistake::Invisible('\u{200d}'), "Anna"),
            ("An\u{ad}na", NameMistake::Invisible('\u{ad}'), "Anna"),
            ("Anna\u{fe0f}", NameMistake::Invisible('\u{fe0f}'), "Anna"),
            ("Anna\u{e0041}", NameMistake::Invisible('\u{e0041}'), "Anna"),
            ("\u{202e}annA", NameMistake::Invisible('\u{202e}'), "annA"),
            ("Anna\u{2066}", NameMistake::Invisible('\u{2066}'), "Anna"),
            ("Anna\u{200f}", NameMistake::Invisible('\u{200f}'), "Anna"),
            ("می\u{200c}\u{200c}خواهم", NameMistake::Invisible('\u{200c}'), "می\u{200c}خواهم"),
        ] {
            assert_eq!(check_name(name), Err(mistake), "{name:?}");
            assert_eq!(tidy_name(name, NAME_CHARS), tidy, "{name:?}");
        }
        assert_eq!(check_name(&"я".repeat(201)), Err(NameMistake::Long(201)));
        assert_eq!(tidy_name("Anna Maria", 5), "Anna");
    }

    #[test]
    fn messages_turn_nothing_but_themselves() {
        for same in [
            "Hello",
            "two\nlines\tand a tab",
            "می\u{200c}خواهم",
            "👩\u{200d}👩\u{200d}👧",
            "דוד\u{200f} (a)\u{200e}",
            "\u{2067}שלום\u{2069} a",
            "\u{202b}שלום\u{202c} a",
            "🏴\u{e0067}\u{e0062}\u{e007f}",
            "soft\u{ad}hyphen",
        ] {
            assert_eq!(tidy_message(same.into()), same, "{same:?}");
        }
        for (text, tidy) in [
            ("a\r\nb\rc", "a\nb\nc"),
            ("a\0b\u{1b}[31mc\u{85}", "ab[31mc"),
            ("\u{202e}gpj.exe", "gpj.exe"),
            ("\u{202d}a\u{202c}b", "ab"),
            ("a\u{202c}\u{2069}b", "ab"),
            ("a\u{2067}b", "a\u{2067}b\u{2069}"),
            ("\u{202a}a\u{2068}b\u{202b}c", "\u{202a}a\u{2068}b\u{202b}c\u{202c}\u{2069}\u{202c}"),
            // An isolate ends with all that was begun in it.
            ("\u{2066}a\u{202b}b\u{2069}c", "\u{2066}a\u{202b}b\u{202c}\u{2069}c"),
            ("\u{202b}a\u{2069}b", "\u{202b}ab\u{202c}"),
        ] {
            assert_eq!(tidy_message(text.into()), tidy, "{text:?}");
        }
        let deep = tidy_message("\u{2067}".repeat(8_000));
        assert_eq!(deep.chars().count(), 2 * NESTED);
    }

    #[test]
    fn what_shows_nothing_is_no_message() {
        for blank in [
            "",
            " ",
            "\u{200b}",
            "\u{200d}\n\u{feff}",
            "\u{2066}\u{2069}",
            "\u{3164}",
            "\u{2800}\u{a0}",
            "\u{ad}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for seen in [".", "\u{200b}.", "👍", "ㅎ"] {
            assert!(!is_blank(seen), "{seen:?}");
        }
    }

    #[test]
    fn a_line_of_a_list_is_one_line_and_turns_nothing() {
        assert_eq!(one_line("a\nb\u{2029}c\td", 9), "a b c d");
        assert_eq!(one_line("\u{2067}abc\u{2069}", 2), "ab");
    }
}
