//! The Rust that a program is built with: a method for each text of its rooms, and every language as the methods want it.
//! A text is known by its place in the list of all, so that no name of one is in the WASM.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::check::{COUNT, pieces};
use crate::pseudo::pseudo;
use crate::{Language, Text};

/// What a program wants of the catalogue.
pub struct Rooms<'a> {
    /// The trait whose methods the texts are.
    pub name: &'a str,
    /// Rooms whose texts are methods, by their keys without the room.
    pub texts: &'a [&'a str],
    /// Rooms whose texts are found by a word that is not known before, a code: one method each, named like the room.
    pub by_code: &'a [&'a str],
}

impl Rooms<'_> {
    /// The texts of these rooms, in the order in which they are numbered.
    fn of<'a>(&self, language: &'a Language) -> Vec<(&'a str, &'a str, &'a Text)> {
        let rooms = self.texts.iter().chain(self.by_code);
        let texts = rooms.flat_map(|room| {
            language.texts.iter().filter_map(move |(key, text)| {
                let (own, name) = key.split_once('.')?;
                (own == *room).then_some((own, name, text))
            })
        });
        texts.collect()
    }
}

/// The trait with the methods of these rooms, to be included where a trait `Speaker` is, which has
/// `say(usize, &[&str]) -> String` and `count(usize, u64, &[&str]) -> String`.
#[must_use]
pub fn names(source: &Language, rooms: &Rooms<'_>) -> String {
    let mut out = format!("pub trait {}: Speaker {{\n", rooms.name);
    let mut codes: BTreeMap<&str, String> = BTreeMap::new();
    for (index, (room, name, text)) in rooms.of(source).into_iter().enumerate() {
        if rooms.by_code.contains(&room) {
            // Writing to a string can't fail.
            let _ = writeln!(codes.entry(room).or_default(), "            {name:?} => {index},");
            continue;
        }
        let order = order(text);
        let parameters =
            |from: usize| order[from..].iter().map(|name| format!(", {name}: &str")).collect::<String>();
        let arguments = |from: usize| order[from..].join(", ");
        let method = name.replace('.', "_");
        let doc = text.forms().last().unwrap_or_default();
        let _ = match text {
            Text::Plain(_) => write!(
                out,
                "    /// “{doc}”\n    #[must_use]\n    fn {method}(&self{}) -> String {{\n        \
                 self.say({index}, &[{}])\n    }}\n",
                parameters(0),
                arguments(0)
            ),
            Text::Plural(_) => write!(
                out,
                "    /// “{doc}”\n    #[must_use]\n    fn {method}(&self, {COUNT}: u64{}) -> String {{\n        \
                 self.count({index}, {COUNT}, &[{}])\n    }}\n",
                parameters(1),
                arguments(1)
            ),
        };
    }
    for (room, arms) in codes {
        let _ = write!(
            out,
            "    /// None where there is none for this code.\n    #[must_use]\n    \
             fn {room}(&self, code: &str) -> Option<String> {{\n        let index = match code {{\n{arms}            \
             _ => return None,\n        }};\n        Some(self.say(index, &[]))\n    }}\n"
        );
    }
    out + "}\n"
}

/// The catalogue of these rooms in one language, as the methods want it: placeholders are numbered. With the names of all
/// languages, to choose from.
fn catalogue(source: &Language, language: &Language, rooms: &Rooms<'_>, names: &[Value]) -> Value {
    let texts = rooms.of(source).into_iter().map(|(room, name, english)| {
        let order = order(english);
        match language.texts.get(&format!("{room}.{name}")) {
            Some(Text::Plain(text)) => json!(numbered(text, &order)),
            Some(Text::Plural(forms)) => forms
                .iter()
                .map(|(category, form)| (category.clone(), json!(numbered(form, &order))))
                .collect(),
            None => Value::Null,
        }
    });
    json!({
        "language": language.tag,
        "locale": language.locale,
        "direction": language.direction,
        "languages": names,
        "texts": texts.collect::<Vec<_>>(),
    })
}

/// All languages, as an array of (tag, name, JSON of each of the rooms); the last is the one that nobody speaks.
#[must_use]
pub fn languages(languages: &[Language], rooms: &[Rooms<'_>]) -> String {
    let mut out = String::from("&[\n");
    let Some(source) = languages.first() else { return out + "]\n" };
    let names: Vec<_> = languages.iter().map(|language| json!([language.tag, language.name])).collect();
    for language in languages.iter().chain([&pseudo(source)]) {
        let catalogues: Vec<_> = rooms
            .iter()
            .map(|rooms| format!("{:?}", catalogue(source, language, rooms, &names).to_string()))
            .collect();
        // Writing to a string can't fail.
        let _ = writeln!(out, "    ({:?}, {:?}, [{}]),", language.tag, language.name, catalogues.join(", "));
    }
    out + "]\n"
}

/// The placeholders in the order of the methods' parameters: the number, then as English names them.
fn order(english: &Text) -> Vec<&str> {
    let mut order = Vec::new();
    if matches!(english, Text::Plural(_)) {
        order.push(COUNT);
    }
    for form in english.forms() {
        for name in pieces(form).unwrap_or_default().into_iter().filter_map(Result::err) {
            if !order.contains(&name) {
                order.push(name);
            }
        }
    }
    order
}

fn numbered(text: &str, order: &[&str]) -> String {
    let pieces = pieces(text).unwrap_or_default().into_iter().map(|piece| match piece {
        Ok(words) => words.to_owned(),
        Err(name) => format!("{{{}}}", order.iter().position(|own| *own == name).unwrap_or_default()),
    });
    pieces.collect()
}
