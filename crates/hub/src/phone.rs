//! Phone numbers as they are compared, on both sides of a search.
//!
//! A number is written in many ways, and its beginning says different things in each: `+49 (0)30 1234567`,
//! `0049 30 1234567` and `030 1234567` are one. A library that knows every country's numbers could tell so much of whole ones
//! whose country is known. People here look for parts, while they type, and their customers write without a country. So
//! numbers are digits with a mark before them, and a number that can be read in two ways has both. Two are the same when a
//! reading of the one, or a part of it, is in a reading of the other.
//!
//! - What stands between digits does not count, nor in which script they are; an extension does not either.
//! - After `+` or `00`, and before `(0)`, comes the country's code. A zero behind that is dialled within the country only; in some
//!   countries it is a part of the number, so it is read with it, too.
//! - Elsewhere, zeros at the beginning are left out, and so is the 8 that some countries have in their place.
//! - With a country, a number is found among those that are written without one, from its beginning on. Another country's is
//!   another number.

use crate::folding::folded;

/// Before a number that begins with its country's code.
const INTERNATIONAL: char = '+';

/// Before a number that says nothing of its country.
const UNKNOWN: char = '~';

/// Digits from which on a text is looked for as a number: fewer are in most of them.
const SEARCHED: usize = 3;

/// Digits from which on it is also looked for in messages, which hold more numbers than those of phones.
const SEARCHED_IN_MESSAGES: usize = 5;

/// Digits of a number in a text: years, prices and parcels' numbers may be some, too, and do no harm.
const IN_TEXT: std::ops::RangeInclusive<usize> = 6..=20;

/// Digits from which on a number may begin with its country's code without saying so.
const WITH_COUNTRY: usize = 10;

/// Digits of a number at most (E.164): behind a blank, what follows on them is another one.
const DIGITS: usize = 15;

/// Characters between two digits of a number: `) - (`.
const BETWEEN: usize = 4;

/// The countries where 8 is dialled before a number within the country, and how many digits such a call has: Russia and
/// Kazakhstan, Lithuania, Belarus, Turkmenistan, Uzbekistan.
const EIGHT: [&str; 5] = ["7", "370", "375", "993", "998"];
const EIGHT_DIGITS: usize = 11;

/// What is said before an extension.
const EXTENSION: [&str; 13] =
    ["#", "x", "ex", "ext", "extn", "extension", "dw", "durchwahl", "poste", "int", "anexo", "ramal", "доб"];

/// What somebody typed to find a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneSearch {
    /// Any of these is a part of what [`keys`] writes.
    pub parts: Vec<String>,
}

impl PhoneSearch {
    /// The text as a number or the beginning, middle or end of one; `None` for what is something else or too short to tell
    /// numbers apart.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let folded = folded(text);
        let number = alone(folded.trim())?;
        (number.whole().0.len() >= SEARCHED).then(|| Self { parts: number.parts() })
    }

    /// The first number in a text of which is said that it holds one, however short; `None` where there is no digit.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let number = numbers(&folded(text)).into_iter().next()?;
        Some(Self { parts: number.parts() })
    }

    /// Those parts that are long enough to be looked for in messages.
    pub fn in_messages(&self) -> impl Iterator<Item = &str> {
        let digits = |part: &str| part.trim_start_matches([INTERNATIONAL, UNKNOWN]).len();
        self.parts.iter().map(String::as_str).filter(move |part| digits(part) >= SEARCHED_IN_MESSAGES)
    }
}

/// What a customer's numbers are compared by: every reading, one after the other.
#[must_use]
pub fn keys(text: &str) -> String {
    let numbers = numbers(&folded(text)).into_iter().enumerate();
    // What follows on the first one may be its extension.
    let numbers = numbers.filter(|(index, number)| *index == 0 || number.digits.len() >= *IN_TEXT.start());
    numbers.flat_map(|(_, number)| number.readings()).collect::<Vec<_>>().join(" ")
}

/// The readings of the numbers in a [`folded`] message.
#[must_use]
pub fn readings_in(folded: &str) -> Vec<String> {
    let numbers = numbers(folded).into_iter().filter(|number| IN_TEXT.contains(&number.digits.len()));
    numbers.flat_map(|number| number.readings()).collect()
}

/// Whether a text holds a digit, in any script.
#[must_use]
pub fn has_digit(text: &str) -> bool {
    folded(text).contains(|c: char| c.is_ascii_digit())
}

/// A number as it is written.
#[derive(Debug)]
struct Number {
    /// It says so: by a `+`, or by a `(0)` behind the code.
    with_country: bool,
    /// All of them but that zero.
    digits: String,
}

impl Number {
    /// The digits without the zeros that say what follows, and whether that is a country's code.
    fn whole(&self) -> (&str, bool) {
        let whole = self.digits.trim_start_matches('0');
        let zeros = self.digits.len() - whole.len();
        (whole, self.with_country || zeros == 2)
    }

    /// All that the number can be.
    fn readings(&self) -> Vec<String> {
        let (whole, international) = self.whole();
        if whole.len() < SEARCHED {
            return Vec::new();
        }
        let country = country(whole).filter(|_| international || whole.len() >= WITH_COUNTRY);
        let mark = if international && country.is_some() { INTERNATIONAL } else { UNKNOWN };
        let mut readings = vec![format!("{mark}{whole}")];
        if let Some((code, rest)) = country.filter(|(_, rest)| rest.starts_with('0')) {
            readings.push(format!("{mark}{code}{}", unzeroed(rest)));
        }
        if let Some(rest) = whole.strip_prefix('8').filter(|_| !international && whole.len() == EIGHT_DIGITS)
        {
            readings.push(format!("{UNKNOWN}{}", unzeroed(rest)));
        }
        readings
    }

    /// What a part of it is in the readings of all numbers that it is a part of.
    fn parts(&self) -> Vec<String> {
        let (whole, international) = self.whole();
        // A number may be nothing but zeros.
        let mut parts = vec![if whole.is_empty() { self.digits.clone() } else { whole.to_owned() }];
        if let Some((code, rest)) = country(whole).filter(|_| international || whole.len() >= WITH_COUNTRY) {
            if rest.starts_with('0') {
                parts.push(format!("{code}{}", unzeroed(rest)));
            }
            if unzeroed(rest).len() >= SEARCHED {
                parts.push(format!("{UNKNOWN}{}", unzeroed(rest)));
            }
        }
        if let Some(rest) = whole.strip_prefix('8').map(unzeroed)
            && !international
            && rest.len() >= SEARCHED
        {
            for mark in [INTERNATIONAL, UNKNOWN] {
                parts.extend(EIGHT.map(|code| format!("{mark}{code}{rest}")));
            }
            parts.push(format!("{UNKNOWN}{rest}"));
        }
        parts
    }
}

fn unzeroed(digits: &str) -> &str {
    digits.trim_start_matches('0')
}

/// The code of a country (ITU-T E.164) and what follows; no code is the beginning of another one.
fn country(digits: &str) -> Option<(&str, &str)> {
    let length = match digits.as_bytes() {
        [b'0', ..] => return None,
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    };
    digits.split_at_checked(length)
}

/// The numbers in a folded text, in their order.
fn numbers(folded: &str) -> Vec<Number> {
    let mut numbers = Vec::new();
    let mut rest = folded;
    while let Some(start) = rest.find(|c: char| c == '+' || c.is_ascii_digit()) {
        let (number, after) = take(&rest[start..]);
        if !number.digits.is_empty() {
            numbers.push(number);
        }
        rest = after;
    }
    numbers
}

/// The text as one number, perhaps with its extension.
fn alone(folded: &str) -> Option<Number> {
    let uri = folded.strip_prefix("tel:");
    let text = uri.map_or(folded, |uri| uri.split(';').next().unwrap_or_default());
    let text = text.trim_start_matches(is_between);
    let (number, after) = take(text);
    let after = after.trim_start_matches([' ', ',', ';', '(']);
    let extension = after.trim_end_matches(')').trim_end_matches(|c: char| c.is_ascii_digit());
    let extension = extension.trim_end_matches(['.', ':', '=', ' ', '\'']);
    // Perhaps it is still being typed.
    let is_extension = !extension.is_empty() && EXTENSION.iter().any(|word| word.starts_with(extension));
    (!number.digits.is_empty() && (after.is_empty() || is_extension)).then_some(number)
}

/// The number at the beginning of a text, and what follows on it and on what may stand in numbers.
fn take(text: &str) -> (Number, &str) {
    let (with_country, mut rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
    let mut number = Number { with_country, digits: String::new() };
    loop {
        let between: usize =
            rest.chars().take(BETWEEN + 1).take_while(|c| is_between(*c)).map(char::len_utf8).sum();
        let (gap, next) = rest.split_at(between);
        let ends = gap.chars().count() > BETWEEN || gap.contains(' ') && number.digits.len() >= DIGITS;
        let Some(digit) = next.chars().next().filter(|c| !ends && c.is_ascii_digit()) else {
            return (number, next);
        };
        let trunk = digit == '0' && gap.ends_with('(') && matches!(next.as_bytes(), [_] | [_, b')', ..]);
        if trunk && !number.digits.is_empty() {
            number.with_country = true;
        } else {
            number.digits.push(digit);
        }
        rest = &next[1..];
    }
}

/// What people put between digits; what looks the same otherwise is the same when it is folded.
fn is_between(c: char) -> bool {
    matches!(
        c,
        ' ' | '-' | '.' | '/' | '(' | ')' | '[' | ']' | '~' | '\u{b7}' | '\u{2010}'
            ..='\u{2015}' | '\u{2022}' | '\u{2044}' | '\u{2212}' | '\u{2215}' | '\u{30fc}'
    )
}

#[cfg(test)]
mod tests;
