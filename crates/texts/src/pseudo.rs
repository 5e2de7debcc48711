//! A language that nobody speaks, made of English: longer, accented and in brackets. Whatever is not written so on a page
//! did not come from a catalogue; what is cut off there would be cut off in German.

use crate::check::pieces;
use crate::{Language, Text};

/// Its tag. It is shown only to who asks for exactly this.
pub const PSEUDO: &str = "en-XA";

/// One more of the same for so many letters: translations are longer by a third.
const LENGTHENED: usize = 3;

/// The pseudo-language of this one.
#[must_use]
pub fn pseudo(source: &Language) -> Language {
    let texts = source.texts.iter().map(|(key, text)| {
        let text = match text {
            Text::Plain(text) => Text::Plain(accented(text)),
            Text::Plural(forms) => Text::Plural(
                forms.iter().map(|(category, form)| (category.clone(), accented(form))).collect(),
            ),
        };
        (key.clone(), text)
    });
    Language {
        tag: PSEUDO.to_owned(),
        name: accented(&source.name),
        texts: texts.collect(),
        ..source.clone()
    }
}

fn accented(text: &str) -> String {
    let mut out = String::from("⟦");
    let mut letters = 0;
    for piece in pieces(text).unwrap_or_default() {
        match piece {
            Err(name) => out.extend(["{", name, "}"]),
            Ok(words) => {
                for letter in words.chars() {
                    out.push(accent(letter));
                    letters += usize::from(letter.is_alphabetic());
                }
            }
        }
    }
    for _ in 0..letters.div_ceil(LENGTHENED) {
        out.push('~');
    }
    out + "⟧"
}

fn accent(letter: char) -> char {
    const PLAIN: &str = "AEIOUYaeiouycnszdltrgkhjw";
    const ACCENTED: &str = "ÅÉÎÖÛÝåéîöûýçñšžďľťřğķĥĵŵ";
    let found = PLAIN.chars().zip(ACCENTED.chars()).find(|(plain, _)| *plain == letter);
    found.map_or(letter, |(_, accented)| accented)
}
