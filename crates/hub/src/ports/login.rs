//! Logins as they are compared: by PRECIS `UsernameCaseMapped` (RFC 8265), which knows no case, no width and no
//! composition of letters.

use std::collections::BTreeMap;

use chathub_domain::limits::NAME_CHARS;
use precis_profiles::UsernameCaseMapped;
use precis_profiles::precis_core::profile::PrecisFastInvocation;
use precis_profiles::precis_core::{CodepointInfo, Error, UnexpectedError};
use unicode_normalization::UnicodeNormalization;

/// How often a login is prepared at most until it stays as it is (RFC 8264, section 7).
const ROUNDS: usize = 4;

/// Characters that the lower case of a login can have: of one letter (`İ`) it is two.
const LOWER_CHARS: usize = 2 * NAME_CHARS;

/// Of what an administrator is told: by then their number is what there is to know.
const MOST: usize = 20;

/// A login that somebody typed, in the two forms by which its company is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// In lower case, which was all that versions before knew. What they let in, and PRECIS refuses or takes for the
    /// same, is still found by it alone.
    pub lower: String,
    /// As PRECIS prepares it. Nothing where it takes none such, not in lower case and composed either.
    pub prepared: Option<String>,
}

/// Why a text can't be a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginMistake {
    /// A character that PRECIS takes in no name of a user, or not beside its neighbours.
    Character(char),
    /// Letters from right to left among others (RFC 5893, section 2), or nothing at all.
    Direction,
}

impl Login {
    /// Whatever it is: what can be no company's is found nowhere.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let lower = text.to_lowercase();
        // Nothing that is longer is prepared, whoever may send it.
        let prepared = match lower.chars().nth(LOWER_CHARS) {
            // What earlier versions took for the same, such as the sign of the kelvin for a K, and parts of letters that an
            // input method has not put together, PRECIS refuses; here it is only looked for.
            None => prepare(text).or_else(|_| prepare(&lower.nfc().collect::<String>())).ok(),
            Some(_) => None,
        };
        Self { lower, prepared }
    }

    /// Whether a company may be given this login.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(text: &str) -> Result<(), LoginMistake> {
        prepare(text.trim()).map(drop)
    }
}

fn prepare(text: &str) -> Result<String, LoginMistake> {
    let mut before = text.to_owned();
    for _ in 0..ROUNDS {
        let after = UsernameCaseMapped::enforce(before.as_str()).map_err(mistake)?.into_owned();
        if after == before {
            return Ok(after);
        }
        before = after;
    }
    Err(LoginMistake::Direction)
}

fn mistake(error: Error) -> LoginMistake {
    match error {
        Error::BadCodepoint(info)
        | Error::Unexpected(
            UnexpectedError::ContextRuleNotApplicable(info) | UnexpectedError::MissingContextRule(info),
        ) => {
            let CodepointInfo { cp, .. } = info;
            char::from_u32(cp).map_or(LoginMistake::Direction, LoginMistake::Character)
        }
        Error::Invalid | Error::Unexpected(_) => LoginMistake::Direction,
    }
}

/// Logins that earlier versions let in, and that go on as they were: each signs in only as it is written, in any case of
/// letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OddLogins {
    /// These are different ways to write the same one.
    Same(Vec<String>),
    /// A new one may not be like this.
    Refused(String, LoginMistake),
}

/// What an administrator should know of the logins of one directory: the first of it.
#[must_use]
pub fn odd_logins(logins: &[String]) -> Vec<OddLogins> {
    let mut same: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut refused = Vec::new();
    for login in logins {
        match (Login::parse(login).prepared, Login::check(login)) {
            (Some(prepared), _) => same.entry(prepared).or_default().push(login.clone()),
            (None, Err(mistake)) => refused.push(OddLogins::Refused(login.clone(), mistake)),
            (None, Ok(())) => refused.push(OddLogins::Refused(login.clone(), LoginMistake::Direction)),
        }
    }
    let equal = same.into_values().filter(|logins| logins.len() > 1).map(OddLogins::Same);
    equal.chain(refused).take(MOST).collect()
}

/// A character as a sentence names it.
#[must_use]
pub fn character(c: char) -> String {
    match c {
        c if c.is_whitespace() => "a blank".to_owned(),
        c => format!("“{c}” (U+{:04X})", u32::from(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(text: &str) -> Option<String> {
        Login::parse(text).prepared
    }

    #[test]
    fn logins_are_equal_however_they_are_written() {
        for (one, other) in [
            ("ACME", "acme"),
            (" Acme\n", "acme"),
            ("ＡＣＭＥ", "acme"),
            ("ａｃｍｅ＠shop．example", "Acme@Shop.Example"),
            ("caf\u{e9}", "cafe\u{301}"),
            ("CAFE\u{301}", "caf\u{e9}"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
            ("ｶﾞ", "ガ"),
            ("ΟΔΟΣ", "οδοσ"),
            ("ẞ", "ß"),
            ("ЖУК", "жук"),
            ("İade", "i\u{307}ade"),
        ] {
            let (one, other) = (prepared(one), prepared(other));
            assert!(one.is_some() && one == other, "{one:?} {other:?}");
        }
    }

    #[test]
    fn letters_that_are_others_to_precis_are_others() {
        for (one, other) in [
            ("straße", "strasse"),
            ("οδος", "οδοσ"),
            ("İade", "iade"),
            ("ısparta", "isparta"),
            ("café", "cafe"),
            ("acme", "аcme"),
            ("acme1", "acme"),
        ] {
            let (one, other) = (prepared(one), prepared(other));
            assert!(one.is_some() && other.is_some() && one != other, "{one:?} {other:?}");
        }
    }

    #[test]
    fn what_precis_refuses_is_no_login() {
        for (text, mistake) in [
            ("Acme Tools", LoginMistake::Character(' ')),
            ("acme\u{3000}tools", LoginMistake::Character(' ')),
            ("a\u{7}", LoginMistake::Character('\u{7}')),
            ("a\u{ad}b", LoginMistake::Character('\u{ad}')),
            ("ﬁlter", LoginMistake::Character('ﬁ')),
            ("№5", LoginMistake::Character('№')),
            ("acme♥", LoginMistake::Character('♥')),
            ("acme👍", LoginMistake::Character('👍')),
            ("a·b", LoginMistake::Character('·')),
            ("a\u{200d}b", LoginMistake::Character('\u{200d}')),
            ("acme\u{212a}", LoginMistake::Character('\u{212a}')),
            ("", LoginMistake::Direction),
            ("aא", LoginMistake::Direction),
            ("1א", LoginMistake::Direction),
            ("א,", LoginMistake::Direction),
        ] {
            assert_eq!(Login::check(text), Err(mistake), "{text:?}");
        }
        for text in ["acme", "a.b+c@d.example", "O'Neill", "דוד1", "می\u{200c}خواهم", "l·l", "日本"]
        {
            assert_eq!(Login::check(text), Ok(()), "{text:?}");
        }
    }

    /// Else one company could be guessed at under two names, each with a limit of its own.
    #[test]
    fn whatever_has_the_same_lower_case_is_prepared_to_the_same_but_for_the_final_sigma() {
        for (typed, login) in [("acme\u{212a}", "acmek"), ("\u{2126}mega", "ωmega"), ("\u{212b}bo", "åbo")]
        {
            assert_eq!(Login::parse(typed).lower, Login::parse(login).lower);
            assert_eq!(prepared(typed), prepared(login), "{typed}");
        }
        let has_case = |c: &char| c.to_lowercase().ne([*c]) || c.to_uppercase().ne([*c]);
        for c in ('\0'..=char::MAX).filter(has_case) {
            for text in [format!("{c}"), format!("a{c}b"), format!("α{c}"), format!("Ａ{c}\u{301}")] {
                let Login { lower, prepared: one } = Login::parse(&text);
                if !lower.contains('ς') {
                    assert_eq!(one, prepared(&lower), "{text:?}");
                }
                if let Some(one) = one {
                    assert_eq!(prepared(&one).as_ref(), Some(&one), "{text:?}");
                }
            }
        }
    }

    /// The directory holds prepared logins: when another version of the tables behind [`Login::parse`] prepares a letter
    /// otherwise, companies would not be found any more. Then a migration must prepare them anew, and this number change.
    #[test]
    fn another_preparation_is_noticed() {
        // FNV-1a.
        let mut sum = 0xcbf2_9ce4_8422_2325_u64;
        // The planes with letters.
        for c in '\0'..='\u{3ffff}' {
            let prepared = prepared(c.encode_utf8(&mut [0; 4])).unwrap_or_default();
            for byte in prepared.bytes().chain([0]) {
                sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        assert_eq!(sum, 5_499_446_018_231_687_761);
    }

    #[test]
    fn nothing_is_prepared_that_is_longer_than_a_login() {
        assert!(prepared(&"İ".repeat(NAME_CHARS)).is_some());
        assert_eq!(prepared(&"a".repeat(LOWER_CHARS + 1)), None);
    }
}
