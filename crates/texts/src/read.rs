//! From a file to its texts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use crate::Complaints;
use crate::plurals::CATEGORIES;

/// The language that the others are translated from.
pub const SOURCE: &str = "en";

/// A file of `locales/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// As the file is named: `lv`.
    pub tag: String,
    /// As its speakers call it.
    pub name: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// What dates and numbers are written by: the tag, and what is asked for besides (`ar-u-nu-latn`).
    pub locale: String,
    /// By their keys: `panel.chats`.
    pub texts: BTreeMap<String, Text>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    Plain(String),
    /// Each form by its category (`one`, `few`, … `other`).
    Plural(BTreeMap<String, String>),
}

impl Text {
    /// Its only form, or all of them.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        let (plain, plural) = match self {
            Self::Plain(text) => (Some(text.as_str()), None),
            Self::Plural(forms) => (None, Some(forms.values().map(String::as_str))),
        };
        plain.into_iter().chain(plural.into_iter().flatten())
    }
}

/// The languages of a folder as they stand, English first.
///
/// # Errors
/// When a file is not what a language looks like.
pub fn read(folder: &Path) -> Result<Vec<Language>, Complaints> {
    let entries = fs::read_dir(folder).map_err(|error| whole(folder, &error.to_string()))?;
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let mut complaints = Complaints::default();
    let mut languages = Vec::new();
    for file in &files {
        match language(file) {
            Ok(language) => languages.push(language),
            Err(error) => complaints.0.extend(error.0),
        }
    }
    languages.sort_by_key(|language| language.tag != SOURCE);
    if complaints.0.is_empty() { Ok(languages) } else { Err(complaints) }
}

fn language(file: &Path) -> Result<Language, Complaints> {
    let tag = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let json = fs::read_to_string(file).map_err(|error| whole(file, &error.to_string()))?;
    let json: Value =
        serde_json::from_str(&json).map_err(|error| whole(file, &format!("it is no JSON: {error}")))?;
    let Value::Object(mut rooms) = json else {
        return Err(whole(file, "it holds no object: begin it as en.json begins"));
    };
    let head = rooms.remove("language").unwrap_or_default();
    let of = |name: &str| match head.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        _ => Err(whole(file, &format!("language.{name} is missing: write it as en.json does"))),
    };
    let mut language = Language {
        tag,
        name: of("name")?,
        direction: of("direction")?,
        locale: of("locale")?,
        texts: BTreeMap::new(),
    };
    let mut complaints = Complaints::default();
    walk(&rooms, "", &mut language, &mut complaints);
    if complaints.0.is_empty() { Ok(language) } else { Err(complaints) }
}

fn walk(group: &Map<String, Value>, path: &str, language: &mut Language, complaints: &mut Complaints) {
    for (name, value) in group {
        let key = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let complain = |what: &str| format!("locales/{}.json: {key}: {what}", language.tag);
        let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|char| matches!(char, 'a'..='z' | '0'..='9' | '_'));
        if !is_name {
            complaints.0.push(complain("name it by small letters, digits and underscores"));
            continue;
        }
        match value {
            Value::String(text) => {
                language.texts.insert(key, Text::Plain(text.clone()));
            }
            Value::Object(group) if is_plural(group) => {
                let forms = group
                    .iter()
                    .filter_map(|(category, form)| Some((category.clone(), form.as_str()?.to_owned())));
                language.texts.insert(key, Text::Plural(forms.collect()));
            }
            Value::Object(group) => walk(group, &key, language, complaints),
            _ => complaints.0.push(complain("it is neither a text nor a group: put it into quotation marks")),
        }
    }
}

/// Whether a group is one text in its plural forms.
fn is_plural(group: &Map<String, Value>) -> bool {
    !group.is_empty()
        && group.iter().all(|(name, form)| form.is_string() && CATEGORIES.contains(&name.as_str()))
}

/// Of a file as a whole.
fn whole(file: &Path, what: &str) -> Complaints {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    Complaints(vec![format!("locales/{name}: {what}")])
}
