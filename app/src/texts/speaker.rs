//! Whoever has texts can say them by their names. The names are made by `build.rs`.

use leptos::prelude::*;

use super::catalogue::Texts;

/// What has the texts of a room in one language.
pub trait Speaker {
    /// Nothing comes of it where the texts are gone.
    fn with_texts<T: Default>(&self, take: impl FnOnce(&Texts) -> T) -> T;

    /// The text in this place, with the values in the places of its placeholders.
    fn say(&self, place: usize, values: &[&str]) -> String {
        self.with_texts(|texts| texts.filled(place, values))
    }

    /// The form of the text that goes with the number, which is its first value.
    fn count(&self, place: usize, count: u64, values: &[&str]) -> String {
        self.with_texts(|texts| texts.counted(place, count, values))
    }

    /// The language's tag.
    fn tag(&self) -> String {
        self.with_texts(|texts| texts.head("language").to_owned())
    }

    /// `ltr` or `rtl`.
    fn direction(&self) -> String {
        self.with_texts(|texts| texts.head("direction").to_owned())
    }

    /// What dates and numbers are written by.
    fn locale(&self) -> String {
        self.with_texts(|texts| texts.head("locale").to_owned())
    }

    /// As numbers are written in it.
    fn number(&self, number: u64) -> String {
        self.with_texts(|texts| super::counting::number(texts.head("locale"), number))
    }

    /// All languages: tags, and what their speakers call them.
    fn languages(&self) -> Vec<(String, String)> {
        self.with_texts(Texts::languages)
    }
}

include!(concat!(env!("OUT_DIR"), "/panel_texts.rs"));
include!(concat!(env!("OUT_DIR"), "/console_texts.rs"));

impl Speaker for Texts {
    fn with_texts<T: Default>(&self, take: impl FnOnce(&Texts) -> T) -> T {
        take(self)
    }
}

impl PanelTexts for Texts {}
impl ConsoleTexts for Texts {}

/// Texts that are copied into every view.
#[derive(Clone, Copy)]
pub struct Held(StoredValue<Texts>);

impl Held {
    #[must_use]
    pub fn new(texts: Texts) -> Self {
        Self(StoredValue::new(texts))
    }
}

impl Speaker for Held {
    fn with_texts<T: Default>(&self, take: impl FnOnce(&Texts) -> T) -> T {
        self.0.try_with_value(take).unwrap_or_default()
    }
}

impl PanelTexts for Held {}

/// What stands before and after a value that is an element of its own: `around(|name| texts.is_typing(name))`.
pub fn around(text: impl FnOnce(&str) -> String) -> (String, String) {
    const HERE: &str = "\0";
    let text = text(HERE);
    let (before, after) = text.split_once(HERE).unwrap_or((&text, ""));
    (before.to_owned(), after.to_owned())
}
