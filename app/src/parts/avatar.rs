//! Who it is, at a glance.

use leptos::prelude::*;

use super::text::Says;

/// Colours that there are (`style/tokens.css`).
const HUES: i64 = 8;
/// Keeps letters from being joined, as Arabic's would be into a word.
const APART: char = '\u{200c}';

/// One or two letters for a name, in a colour that stays with the number. Who has a number for a name (a visitor) has
/// its last digits, which tell more than the letter that all of them share.
pub(crate) fn avatar(name: &str, number: i64) -> impl IntoView + use<> {
    let class = ["ch-avatar ch-hue-", &number.rem_euclid(HUES).to_string()].concat();
    view! { <span class=class aria-hidden="true" says=letters(name)></span> }
}

fn letters(name: &str) -> String {
    let last = name.split_whitespace().next_back().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return last[last.len().saturating_sub(2)..].to_owned();
    }
    let mut letters = String::new();
    let firsts = name.split_whitespace().filter_map(|word| word.chars().find(|char| is_letter(*char)));
    for letter in firsts.take(2) {
        if !letters.is_empty() {
            letters.push(APART);
        }
        letters.push(letter);
    }
    letters
}

/// Letters and digits, as far as names have them. The whole table (`char::is_alphanumeric`) is two kilobytes of the WASM.
fn is_letter(char: char) -> bool {
    let is_sign = matches!(
        char,
        '\0'..='\u{bf}' | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f000}'..='\u{1faff}'
    );
    char.is_ascii_alphanumeric() || !is_sign
}

#[cfg(test)]
mod tests {
    use super::{APART, letters};

    #[test]
    fn names_have_letters_and_numbers_digits() {
        for (name, shown) in [
            ("Anna Meyer", "AM"),
            ("Femke de Vries", "Fd"),
            ("김민준", "김"),
            ("(Bob) \u{201c}Kahn\u{201d}", "BK"),
            ("Visitor 7", "7"),
            ("Visitor 1204", "04"),
            ("😀", ""),
            ("", ""),
        ] {
            assert_eq!(letters(name).replace(APART, ""), shown, "{name}");
        }
    }
}
