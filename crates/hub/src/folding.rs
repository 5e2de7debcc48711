//! Texts as they are compared in searches: what is the same word, and what are words.

use chathub_domain::text::is_invisible;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Which [`folded`] this is, and which rule of [`phone`](crate::phone). What was made by another one is made anew.
pub const FOLDING: i64 = 2;

/// A text as it is compared, on both sides of a search: without the differences between ways to write the same
/// letters (Unicode's NFKC) and digits, without what nobody sees, and without case, also where a language has its own (the
/// dotted and the dotless i).
#[must_use]
pub fn folded(text: &str) -> String {
    /// What the lower case of `İ` bears above its `i`.
    const DOT_ABOVE: char = '\u{307}';

    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let seen = text.chars().filter(|c| !is_invisible(*c)).nfkc().map(ascii_digit);
    // By way of the upper case, since `ß`, `ς` and `ı` are in lower case already; and to that by way of the lower case, since
    // `ẞ` is in upper case already.
    let lower = seen.flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let mut before = None;
    let undotted = lower.filter(|c| before.replace(*c) != Some('i') || *c != DOT_ABOVE);
    undotted.nfkc().collect()
}

/// A digit of any script as one of ours; anything else as it is.
fn ascii_digit(c: char) -> char {
    let is_digit = |c: char| c.general_category() == GeneralCategory::DecimalNumber;
    if c.is_ascii() || !is_digit(c) {
        return c;
    }
    // Unicode has the ten digits of a script in a row from zero on, and nothing but such rows beside each other.
    let before = (1..)
        .map_while(|steps| char::from_u32(u32::from(c).checked_sub(steps)?))
        .take_while(|c| is_digit(*c));
    u32::try_from(before.count() % 10).ok().and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
}

/// The parts of a text that are searched for: what blanks and controls part.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_differently_is_folded_to_the_same() {
        for (one, other) in [
            ("Parcel", "pARCEL"),
            ("İade", "iade"),
            ("İade", "i\u{307}ade"),
            ("I\u{307}ade", "iade"),
            ("ISPARTA", "ısparta"),
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"),
            ("caf\u{e9}", "cafe\u{301}"),
            ("J\u{101}nis", "ja\u{304}nis"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
            ("ﬁlter №５", "filter no5"),
            ("STRAẞE", "straße"),
            ("ẞ", "SS"),
            ("ΌΣΟΣ ὅς", "όσος ὍΣ"),
            ("ᾼ ᾳ", "ΑΙ αι"),
            ("Jose\u{301}@Ü.DE", "jos\u{e9}@u\u{308}.de"),
            ("ＪＯＨＮ＠ｅｘａｍｐｌｅ．ｃｏｍ", "john@example.com"),
            ("ǅ ǆ", "Ǆ ǆ"),
            ("Ꮳ", "ꮳ"),
            ("no\u{ad}th\u{200b}ing", "nothing"),
            ("می\u{200c}خواهم", "میخواهم"),
            ("❤\u{fe0f}", "❤"),
            ("i\u{34f}\u{307}", "i"),
            ("طلب ٤٧ ۴۷ ४७", "طلب 47 47 47"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
            assert_eq!(folded(&folded(one)), folded(one), "{one}");
        }
        assert_ne!(folded("и"), folded("й"), "a letter of its own");
    }

    /// The index holds folded texts: when another version of the tables behind [`folded`] folds a letter otherwise,
    /// what stands there would neither be found nor erased. So then [`FOLDING`] must grow, and with it this number.
    #[test]
    fn another_folding_is_counted() {
        // FNV-1a.
        let mut sum = 0xcbf2_9ce4_8422_2325_u64;
        for c in '\0'..=char::MAX {
            for byte in folded(c.encode_utf8(&mut [0; 4])).bytes().chain([0]) {
                sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        assert_eq!((FOLDING, sum), (2, 7_207_461_802_422_087_997));
    }

    /// Every letter and each of its cases, and every way to write it.
    #[test]
    fn every_letter_is_folded_to_the_same_in_any_case_and_form() {
        let is_assigned = |c: &char| c.general_category() != GeneralCategory::Unassigned;
        for c in ('\0'..=char::MAX).filter(is_assigned) {
            let text = c.to_string();
            let expected = folded(&text);
            assert_eq!(folded(&expected), expected, "{c} {:x}", u32::from(c));
            for other in [
                text.to_lowercase(),
                text.to_uppercase(),
                text.to_uppercase().to_lowercase(),
                text.nfd().collect(),
                text.nfc().collect(),
                text.nfkd().collect(),
            ] {
                assert_eq!(folded(&other), expected, "{c} {:x} as {other}", u32::from(c));
            }
            let is_digit = c.general_category() == GeneralCategory::DecimalNumber;
            assert!(
                !is_digit || expected.len() == 1 && expected.as_bytes()[0].is_ascii_digit(),
                "{c} {expected}"
            );
        }
    }

    #[test]
    fn digits_of_every_script_have_their_values() {
        for digits in [
            "٠١٢٣٤٥٦٧٨٩",
            "۰۱۲۳۴۵۶۷۸۹",
            "०१२३४५६७८९",
            "০১২৩৪৫৬৭৮৯",
            "๐๑๒๓๔๕๖๗๘๙",
            "０１２３４５６７８９",
            "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
            "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
            "᪀᪁᪂᪃᪄᪅᪆᪇᪈᪉",
            "᪐᪑᪒᪓᪔᪕᪖᪗᪘᪙",
        ] {
            assert_eq!(folded(digits), "0123456789");
        }
    }
}
