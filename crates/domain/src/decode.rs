//! From JSON to the wire's types, lightly: for the browser.
//!
//! serde's decoders of tagged enums keep every shape twice and were a quarter of the WASM; what is derived here of the same
//! declarations is a twentieth. Tests hold the two to the same. What a newer side adds is passed over.

pub use chathub_decode_derive::Decode;
pub use serde_json::Value;
use uuid::Uuid;

/// What can be read out of JSON. The derive makes it of what serde is told of the type.
pub trait Decode: Sized {
    /// None for what is none, to this build.
    fn decode(json: &Value) -> Option<Self>;
}

/// What a text says; none where it is no JSON, or says something else.
#[must_use]
pub fn read<T: Decode>(text: &str) -> Option<T> {
    T::decode(&serde_json::from_str(text).ok()?)
}

/// The member of an object; null where there is none.
#[inline(never)] // It is named at every field.
#[must_use]
pub fn member<'a>(json: &'a Value, name: &str) -> &'a Value {
    &json[name]
}

impl Decode for i64 {
    fn decode(json: &Value) -> Option<Self> {
        json.as_i64()
    }
}

impl Decode for u64 {
    fn decode(json: &Value) -> Option<Self> {
        json.as_u64()
    }
}

impl Decode for u32 {
    fn decode(json: &Value) -> Option<Self> {
        json.as_u64()?.try_into().ok()
    }
}

impl Decode for bool {
    fn decode(json: &Value) -> Option<Self> {
        json.as_bool()
    }
}

impl Decode for String {
    fn decode(json: &Value) -> Option<Self> {
        json.as_str().map(str::to_owned)
    }
}

impl Decode for Uuid {
    fn decode(json: &Value) -> Option<Self> {
        Self::try_parse(json.as_str()?).ok()
    }
}

/// Absent where it is absent or `null`, and where it can't be read.
impl<T: Decode> Decode for Option<T> {
    fn decode(json: &Value) -> Option<Self> {
        Some(T::decode(json))
    }
}

/// None where one of them can't be read.
impl<T: Decode> Decode for Vec<T> {
    fn decode(json: &Value) -> Option<Self> {
        let mut items = Self::new();
        for json in json.as_array()? {
            items.push(T::decode(json)?);
        }
        Some(items)
    }
}

#[cfg(test)]
mod tests;
