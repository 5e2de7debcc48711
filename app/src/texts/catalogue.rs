//! The texts of a room in one language.

use std::sync::Arc;

use chathub_domain::decode::{Decode, Value};
use serde::{Serialize, Serializer};

/// As `build.rs` has made them: a list, in which each text has its place. With them, what they are in: `language` (its tag),
/// `locale`, `direction`, and `languages`, all that there are. Cheap to copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts(Arc<Value>);

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Decode for Texts {
    fn decode(json: &Value) -> Option<Self> {
        json.is_object().then(|| json.clone().into())
    }
}

impl From<Value> for Texts {
    fn from(json: Value) -> Self {
        Self(Arc::new(json))
    }
}

impl Texts {
    /// The text in this place, with the values in the places of its placeholders.
    pub(super) fn filled(&self, place: usize, values: &[&str]) -> String {
        fill(self.at(place).and_then(Value::as_str).unwrap_or_default(), values)
    }

    /// The form of the text that goes with the number, which is its first value.
    pub(super) fn counted(&self, place: usize, count: u64, values: &[&str]) -> String {
        let locale = self.head("locale");
        let forms = self.at(place);
        let form = forms.and_then(|forms| forms.get(super::counting::category(locale, count)));
        // A browser may count otherwise than we do; every language has this form.
        let form = form.or_else(|| forms?.get("other")).and_then(Value::as_str).unwrap_or_default();
        let number = super::counting::number(locale, count);
        fill(form, &[&[number.as_str()], values].concat())
    }

    pub(super) fn head(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// All languages: tags, and what their speakers call them.
    pub(super) fn languages(&self) -> Vec<(String, String)> {
        let all = self.0.get("languages").and_then(Value::as_array).into_iter().flatten();
        let text = |one: &Value, place: usize| one.get(place).and_then(Value::as_str).map(str::to_owned);
        all.filter_map(|one| Some((text(one, 0)?, text(one, 1)?))).collect()
    }

    fn at(&self, place: usize) -> Option<&Value> {
        self.0.get("texts")?.get(place)
    }
}

/// Placeholders are written `{0}`, `{1}`; what a value holds is none.
fn fill(text: &str, values: &[&str]) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (place, after) = after.split_once('}').unwrap_or_default();
        filled += before;
        filled += place.parse().ok().and_then(|place: usize| values.get(place)).copied().unwrap_or_default();
        rest = after;
    }
    filled += rest;
    filled
}
