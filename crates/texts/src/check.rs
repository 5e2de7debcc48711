//! What makes a language whole: it has every text that English has and no other, with the same placeholders, in all the
//! plural forms of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::plurals::Plurals;
use crate::read::SOURCE;
use crate::{Complaints, Language, Text};

/// What the number of a plural text is called.
pub const COUNT: &str = "count";

/// What is wrong with these languages, of which English is the first.
#[must_use]
pub fn check(languages: &[Language]) -> Complaints {
    let Some(source) = languages.first().filter(|first| first.tag == SOURCE) else {
        return Complaints(vec![
            "locales/en.json: it is missing: the others are translated from it".to_owned(),
        ]);
    };
    Complaints(languages.iter().flat_map(|language| of_language(source, language)).collect())
}

fn of_language(source: &Language, language: &Language) -> Vec<String> {
    let file = format!("locales/{}.json", language.tag);
    let mut found = Vec::new();
    let is_own = language.locale.split('-').next() == language.tag.split('-').next();
    let Some(plurals) = Plurals::of(&language.locale).filter(|_| is_own) else {
        return vec![format!(
            "{file}: language.locale: it must begin with the file's own name, and be a BCP 47 tag"
        )];
    };
    if !matches!(language.direction.as_str(), "ltr" | "rtl") {
        found.push(format!("{file}: language.direction: write “ltr” or “rtl”"));
    }
    for (key, english) in &source.texts {
        match language.texts.get(key) {
            None => found.push(format!("{file}: {key}: it is missing: translate “{}”", sample(english))),
            Some(text) => {
                found.extend(of_text(english, text, &plurals).map(|what| format!("{file}: {key}: {what}")));
            }
        }
    }
    for key in language.texts.keys().filter(|key| !source.texts.contains_key(*key)) {
        found.push(format!("{file}: {key}: en.json has no such text: correct its name, or take it out"));
    }
    found
}

fn of_text(english: &Text, text: &Text, plurals: &Plurals) -> Option<String> {
    if text.forms().any(|form| form.trim().is_empty()) {
        return Some("it is empty: translate it".to_owned());
    }
    let (Some(wanted), Some(found)) = (all_placeholders(english), all_placeholders(text)) else {
        return Some(
            "a brace is not part of a placeholder: write placeholders as {name}, and no other brace"
                .to_owned(),
        );
    };
    match (english, text) {
        (Text::Plain(_), Text::Plain(_)) => {}
        (Text::Plural(_), Text::Plural(forms)) => {
            if let Some(what) = of_forms(&wanted, forms, plurals) {
                return Some(what);
            }
        }
        (Text::Plain(_), Text::Plural(_)) => {
            return Some("it has plural forms and needs none: write one text".to_owned());
        }
        (Text::Plural(_), Text::Plain(_)) => {
            return Some(format!("it needs plural forms: {}", plurals.categories().join(", ")));
        }
    }
    (wanted != found).then(|| format!("its placeholders must be those of English: {}", listed(&wanted)))
}

fn of_forms(
    wanted: &BTreeSet<String>,
    forms: &BTreeMap<String, String>,
    plurals: &Plurals,
) -> Option<String> {
    let categories = plurals.categories();
    if forms.len() != categories.len() || categories.iter().any(|category| !forms.contains_key(*category)) {
        return Some(format!("its forms must be those that the language has: {}", categories.join(", ")));
    }
    if !wanted.contains(COUNT) {
        return Some(format!("a text with plural forms says its number: {{{COUNT}}}"));
    }
    for (category, form) in forms {
        let own = placeholders(form)?;
        for name in wanted.difference(&own) {
            if name != COUNT {
                return Some(format!("{category}: {{{name}}} is missing"));
            }
            if !plurals.is_of_one_number(category) {
                return Some(format!(
                    "{category}: {{{COUNT}}} is missing, and this form is for several numbers"
                ));
            }
        }
    }
    None
}

/// The names between braces; `None` where braces stand otherwise.
pub fn placeholders(text: &str) -> Option<BTreeSet<String>> {
    Some(pieces(text)?.into_iter().filter_map(Result::err).map(str::to_owned).collect())
}

/// What stands between placeholders, and as errors the placeholders, in their order.
pub fn pieces(text: &str) -> Option<Vec<Result<&str, &str>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if before.contains('}')
            || name.is_empty()
            || !name.chars().all(|char| char.is_ascii_lowercase() || char == '_')
        {
            return None;
        }
        pieces.extend([Ok(before), Err(name)]);
        rest = after;
    }
    pieces.push(Ok(rest));
    (!rest.contains('}')).then_some(pieces)
}

fn all_placeholders(text: &Text) -> Option<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for form in text.forms() {
        all.extend(placeholders(form)?);
    }
    Some(all)
}

fn listed(names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(", ")
}

fn sample(text: &Text) -> &str {
    match text {
        Text::Plain(text) => text,
        Text::Plural(forms) => forms.get("other").map_or("", String::as_str),
    }
}
