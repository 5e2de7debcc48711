//! What is said stands in `locales/` and nowhere else, and whatever stands there is said.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chathub_texts::load;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Attributes that are read to people.
const SAID: [&str; 6] = ["says", "label", "title", "placeholder", "alt", "text"];

fn house() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
}

#[test]
fn no_view_holds_a_text() {
    let mut sources = Vec::new();
    files(&house().join("app/src"), "rs", &mut sources);
    let mut found = Vec::new();
    for source in &sources {
        let tokens: TokenStream = fs::read_to_string(source).unwrap().parse().unwrap();
        let mut texts = Vec::new();
        views(tokens, &mut texts);
        found.extend(texts.into_iter().map(|text| format!("{}: {text}", source.display())));
    }
    assert!(found.is_empty(), "These texts belong into locales/en.json:\n{}", found.join("\n"));
}

/// Looks into every `view! { … }`.
fn views(tokens: TokenStream, found: &mut Vec<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        let before = |back: usize| place.checked_sub(back).map(|place| tokens[place].to_string());
        if before(1).as_deref() == Some("!") && before(2).as_deref() == Some("view") {
            said(group.stream(), found);
        }
        views(group.stream(), found);
    }
}

/// The literals that are children, or values of an attribute that is read to people.
fn said(tokens: TokenStream, found: &mut Vec<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        let text = match token {
            TokenTree::Literal(literal) => literal.to_string(),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => group.stream().to_string(),
            _ => continue,
        };
        let is_text = text.starts_with('"') && text.ends_with('"') && text.matches('"').count() == 2;
        let before =
            |back: usize| place.checked_sub(back).map_or(String::new(), |place| tokens[place].to_string());
        let is_said = before(1) != "=" || SAID.contains(&before(2).as_str());
        if is_text && is_said && text.chars().any(char::is_alphabetic) {
            found.push(text);
        }
    }
}

#[test]
fn every_text_is_said() {
    let house = house();
    let languages = load(&house.join("locales")).unwrap();
    let codes = words(&house.join("crates/domain/src/error.rs"), "rs");
    let rust = words(&house.join("app/src"), "rs");
    let customer = words(&house.join("frontend/modules/customer-chat"), "js");
    let loader = words(&house.join("frontend/modules/operator-chat-panel"), "js");
    let unsaid: Vec<_> = languages[0]
        .texts
        .keys()
        .filter(|key| {
            let (room, name) = key.split_once('.').unwrap();
            let last = key.rsplit('.').next().unwrap();
            !match room {
                "panel" | "console" => rust.contains(&name.replace('.', "_")),
                "refusals" | "sign_in_refused" => codes.contains(last),
                // By name, or by a code.
                "customer" => customer.contains(last) || codes.contains(last),
                "launcher" | "opening" => loader.contains(last) || codes.contains(last),
                _ => false,
            }
        })
        .collect();
    assert!(unsaid.is_empty(), "Nobody says these: take them out of locales/, in every language: {unsaid:?}");
}

/// All words of a file, or of the files in a folder.
fn words(path: &Path, extension: &str) -> BTreeSet<String> {
    let mut sources = vec![path.to_owned()];
    if path.is_dir() {
        sources.clear();
        files(path, extension, &mut sources);
    }
    let is_apart = |char: char| !char.is_alphanumeric() && char != '_';
    let texts = sources.iter().map(|source| fs::read_to_string(source).unwrap());
    texts.flat_map(|text| text.split(is_apart).map(str::to_owned).collect::<Vec<_>>()).collect()
}
