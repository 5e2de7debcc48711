//! The texts by their names. The methods are made by `build.rs`.

use leptos::prelude::*;

use super::catalogue::Texts;

/// What the panel says. Copied into every view.
#[derive(Clone, Copy)]
pub struct PanelTexts(StoredValue<Texts>);

impl PanelTexts {
    #[must_use]
    pub fn new(texts: Texts) -> Self {
        Self(StoredValue::new(texts))
    }

    /// The language's tag.
    #[must_use]
    pub fn tag(&self) -> String {
        self.head("language")
    }

    /// `ltr` or `rtl`.
    #[must_use]
    pub fn direction(&self) -> String {
        self.head("direction")
    }

    /// What dates and numbers are written by.
    #[must_use]
    pub fn locale(&self) -> String {
        self.head("locale")
    }

    /// All languages: tags, and what their speakers call them.
    #[must_use]
    pub fn languages(&self) -> Vec<(String, String)> {
        self.0.try_with_value(Texts::languages).unwrap_or_default()
    }

    /// As numbers are written in it.
    #[must_use]
    pub fn number(&self, number: u64) -> String {
        super::counting::number(&self.locale(), number)
    }

    fn head(&self, name: &str) -> String {
        self.0.try_with_value(|texts| texts.head(name).to_owned()).unwrap_or_default()
    }

    // A panel that is gone has nothing to say.
    fn say(&self, place: usize, values: &[&str]) -> String {
        self.0.try_with_value(|texts| texts.say(place, values)).unwrap_or_default()
    }

    fn count(&self, place: usize, count: u64, values: &[&str]) -> String {
        self.0.try_with_value(|texts| texts.count(place, count, values)).unwrap_or_default()
    }
}

include!(concat!(env!("OUT_DIR"), "/panel_texts.rs"));

/// What the console's pages say.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy)]
pub struct ConsoleTexts(&'static Texts);

#[cfg(feature = "ssr")]
impl ConsoleTexts {
    #[must_use]
    pub fn new(texts: &'static Texts) -> Self {
        Self(texts)
    }

    fn say(&self, place: usize, values: &[&str]) -> String {
        self.0.say(place, values)
    }

    fn count(&self, place: usize, count: u64, values: &[&str]) -> String {
        self.0.count(place, count, values)
    }
}

#[cfg(feature = "ssr")]
include!(concat!(env!("OUT_DIR"), "/console_texts.rs"));

/// What stands before and after a value that is an element of its own: `around(|name| texts.is_typing(name))`.
pub fn around(text: impl FnOnce(&str) -> String) -> (String, String) {
    const HERE: &str = "\0";
    let text = text(HERE);
    let (before, after) = text.split_once(HERE).unwrap_or((&text, ""));
    (before.to_owned(), after.to_owned())
}
