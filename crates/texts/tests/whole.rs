//! Languages that are not whole are refused, with what to do; those in `locales/` are whole.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use chathub_texts::{Complaints, Language, PSEUDO, Rooms, Text, load, names, pseudo};
use tempfile::tempdir;

const ENGLISH: &str = r#"{
    "language": { "name": "English", "direction": "ltr", "locale": "en" },
    "panel": {
        "chats": "Chats",
        "list": { "unread": { "one": "{count} unread of {name}", "other": "{count} unread of {name}" }, "inactive": "Inactive: {name}" }
    },
    "refusals": { "not_found": "It’s gone." }
}"#;

/// English as above, and Ukrainian that says this of the panel and is whole besides.
fn with_ukrainian(panel: &str) -> Result<Vec<Language>, Complaints> {
    let folder = tempdir().unwrap();
    let head = r#""language": { "name": "Українська", "direction": "ltr", "locale": "uk" }"#;
    let rest = r#""refusals": { "not_found": "Цього вже немає." }"#;
    fs::write(folder.path().join("en.json"), ENGLISH).unwrap();
    fs::write(folder.path().join("uk.json"), format!(r#"{{ {head}, "panel": {panel}, {rest} }}"#)).unwrap();
    load(folder.path())
}

fn panel(chats: &str, unread: &str, inactive: &str) -> String {
    format!(r#"{{ "chats": {chats}, "list": {{ "unread": {unread}, "inactive": {inactive} }} }}"#)
}

const CHATS: &str = r#""Чати""#;
const UNREAD: &str = r#"{ "one": "{count} від {name}", "few": "{count} від {name}", "many": "{count} від {name}", "other": "{count} від {name}" }"#;
const INACTIVE: &str = r#""Неактивний: {name}""#;

#[test]
fn a_whole_language_is_taken() {
    let languages = with_ukrainian(&panel(CHATS, UNREAD, INACTIVE)).unwrap();
    let tags: Vec<_> = languages.iter().map(|language| language.tag.as_str()).collect();
    assert_eq!(tags, ["en", "uk"]);
    assert_eq!(languages[1].texts["panel.chats"], Text::Plain("Чати".into()));
}

#[test]
fn what_is_not_whole_is_told_with_file_key_and_what_to_do() {
    let few = UNREAD.replace(r#""few": "{count} від {name}", "#, "");
    let without_number = UNREAD.replacen("{count}", "один", 1);
    for (panel, complaint) in [
        (panel("\"\"", UNREAD, INACTIVE), "locales/uk.json: panel.chats: it is empty: translate it"),
        (
            panel("1", UNREAD, INACTIVE),
            "locales/uk.json: panel.chats: it is neither a text nor a group: put it into quotation marks",
        ),
        (
            panel(CHATS, UNREAD, r#""Неактивний""#),
            "locales/uk.json: panel.list.inactive: its placeholders must be those of English: {name}",
        ),
        (
            panel(CHATS, UNREAD, r#""Неактивний: {name""#),
            "locales/uk.json: panel.list.inactive: a brace is not part of a placeholder: write placeholders as {name}, and no other brace",
        ),
        (
            panel(CHATS, UNREAD, r#""{name} {count}""#),
            "locales/uk.json: panel.list.inactive: its placeholders must be those of English: {name}",
        ),
        (
            panel(CHATS, &few, INACTIVE),
            "locales/uk.json: panel.list.unread: its forms must be those that the language has: one, few, many, other",
        ),
        (
            panel(CHATS, r#""{count}""#, INACTIVE),
            "locales/uk.json: panel.list.unread: it needs plural forms: one, few, many, other",
        ),
        (
            panel(CHATS, &without_number, INACTIVE),
            "locales/uk.json: panel.list.unread: one: {count} is missing, and this form is for several numbers",
        ),
        (
            panel(r#"{ "other": "Чати" }"#, UNREAD, INACTIVE),
            "locales/uk.json: panel.chats: it has plural forms and needs none: write one text",
        ),
        (
            panel("\"Чати\", \"Chats\": \"Чати\"", UNREAD, INACTIVE),
            "locales/uk.json: panel.Chats: name it by small letters, digits and underscores",
        ),
        (
            panel("\"Чати\", \"chat\": \"Чат\"", UNREAD, INACTIVE),
            "locales/uk.json: panel.chat: en.json has no such text: correct its name, or take it out",
        ),
        (
            format!(r#"{{ "list": {{ "unread": {UNREAD}, "inactive": {INACTIVE} }} }}"#),
            "locales/uk.json: panel.chats: it is missing: translate “Chats”",
        ),
    ] {
        let complaints = with_ukrainian(&panel).unwrap_err();
        assert_eq!(complaints.0, [complaint], "{panel}");
    }
}

#[test]
fn a_form_for_one_number_may_say_it_in_words() {
    let folder = tempdir().unwrap();
    let english = ENGLISH.replace(r#""one": "{count} unread of {name}""#, r#""one": "one unread of {name}""#);
    fs::write(folder.path().join("en.json"), english).unwrap();
    assert!(load(folder.path()).is_ok());
}

#[test]
fn each_text_is_a_method_with_its_placeholders() {
    let languages = with_ukrainian(&panel(CHATS, UNREAD, INACTIVE)).unwrap();
    let rooms = Rooms { name: "Texts", texts: &["panel"], by_code: &["refusals"] };
    let rust = names(&languages[0], &rooms);
    for part in [
        "pub trait Texts: Speaker {",
        "fn chats(&self) -> String {\n        self.say(0, &[])",
        "/// “Inactive: {name}”",
        "fn list_inactive(&self, name: &str) -> String {\n        self.say(1, &[name])",
        "fn list_unread(&self, count: u64, name: &str) -> String {\n        self.count(2, count, &[name])",
        "fn refusals(&self, code: &str) -> Option<String>",
        "\"not_found\" => 3,",
    ] {
        assert!(rust.contains(part), "{part} in\n{rust}");
    }
    let listed = chathub_texts::languages(&languages, &[rooms]);
    assert!(listed.contains(r#"("uk", "Українська", ["#), "{listed}");
    assert!(listed.contains(r#"\"{0} від {1}\""#), "{listed}");
    assert!(listed.contains(&format!(r#"("{PSEUDO}", "#)), "{listed}");
    assert!(listed.contains(r#"\"languages\":[[\"en\",\"English\"],[\"uk\",\"Українська\"]]"#), "{listed}");
}

#[test]
fn the_pseudo_language_is_longer_accented_and_marked() {
    let languages = with_ukrainian(&panel(CHATS, UNREAD, INACTIVE)).unwrap();
    let pseudo = pseudo(&languages[0]);
    assert_eq!(pseudo.tag, PSEUDO);
    assert_eq!(pseudo.texts["panel.chats"], Text::Plain("⟦Cĥåťš~~⟧".into()));
    assert_eq!(pseudo.texts["panel.list.inactive"], Text::Plain("⟦Îñåçťîvé: {name}~~~⟧".into()));
    assert!(chathub_texts::check(&[languages[0].clone(), pseudo]).0.is_empty());
}

#[test]
fn the_languages_of_the_house_are_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales");
    if let Err(complaints) = load(&folder) {
        panic!("\n{complaints}");
    }
}
