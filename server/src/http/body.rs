//! Bodies that arrive, and JSON in them, read field by field, so that a refusal names every field at fault and not only
//! the first.

use std::fmt::Write;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use chathub_domain::error::{ErrorCode, FieldError, NAMED_AT_MOST};
use chathub_hub::{Error, unreadable};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::time::timeout;

use crate::http::problem::Failure;

/// Bytes of a body arrive within this time: nobody holds a connection by sending them one by one.
const BODY_WITHIN: Duration = Duration::from_secs(30);

/// A request's body, of a bounded size (`DefaultBodyLimit`) and in bounded time.
pub(crate) async fn whole_body(request: Request, state: &(impl Send + Sync)) -> Result<Bytes, Failure> {
    let arrived = timeout(BODY_WITHIN, Bytes::from_request(request, state)).await;
    let arrived = arrived.map_err(|_| {
        Error::new(ErrorCode::Silent, "The body did not arrive in time. Send it again, without a pause.")
    })?;
    arrived.map_err(|rejection| {
        Failure(match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Error::new(ErrorCode::TooLarge, "The body is larger than this call takes.")
            }
            _ => Error::new(ErrorCode::Malformed, "The body did not arrive whole. Send it again."),
        })
    })
}

/// A JSON body, whatever the client calls it: published clients send it under several names.
pub(crate) struct Body<T>(pub T);

impl<S: Send + Sync, T: FromFields> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = whole_body(request, state).await?;
        Ok(Self(read(&bytes)?))
    }
}

fn read<T: FromFields>(bytes: &[u8]) -> Result<T, Error> {
    let value = serde_json::from_slice(bytes).map_err(|error| not_json(bytes, &error))?;
    let mut reader = Reader::default();
    let read = T::from_fields(value, &mut reader);
    read.ok_or_else(|| {
        reader.mistakes.truncate(NAMED_AT_MOST);
        Error::fields(reader.mistakes)
            .unwrap_or_else(|| Error::new(ErrorCode::Malformed, "The body can't be read."))
    })
}

/// Names the value at fault where it is only one.
fn not_json(bytes: &[u8], error: &serde_json::Error) -> Error {
    let pointer = std::str::from_utf8(bytes).ok().and_then(unreadable::pointer);
    let field = pointer.map(|pointer| FieldError { pointer, detail: format!("can't be read: {error}.") });
    let not_json = Error::new(ErrorCode::Malformed, format!("The body is not JSON: {error}."));
    not_json.with_fields(field.into_iter().collect())
}

/// What a body, or an element of one, is read into. [`fields!`] implements it.
pub(crate) trait FromFields: Sized {
    /// Nothing when anything is wrong; the reader then knows what.
    fn from_fields(value: Value, reader: &mut Reader) -> Option<Self>;
}

impl<T: FromFields> FromFields for Vec<T> {
    fn from_fields(value: Value, reader: &mut Reader) -> Option<Self> {
        let Value::Array(values) = value else { return reader.expected("an array", &value) };
        let read: Vec<Option<T>> = values
            .into_iter()
            .enumerate()
            .map(|(index, value)| reader.within(&index.to_string(), |reader| T::from_fields(value, reader)))
            .collect();
        read.into_iter().collect()
    }
}

/// Names a type's fields as they are called in JSON.
macro_rules! fields {
    ($type:ident { $($field:ident: $name:literal),+ $(,)? }) => {
        impl $crate::http::body::FromFields for $type {
            fn from_fields(value: serde_json::Value, reader: &mut $crate::http::body::Reader) -> Option<Self> {
                let mut object = reader.object(value)?;
                $(let $field = reader.field(&mut object, $name);)+
                Some(Self { $($field: $field?),+ })
            }
        }
    };
}
pub(crate) use fields;

/// Where in a body a reading is, and what was wrong so far.
#[derive(Default)]
pub(crate) struct Reader {
    /// RFC 6901.
    pointer: String,
    mistakes: Vec<FieldError>,
}

impl Reader {
    pub(crate) fn object(&mut self, value: Value) -> Option<Map<String, Value>> {
        match value {
            Value::Object(object) => Some(object),
            other => self.expected("an object", &other),
        }
    }

    /// A field, if it is there and what it must be.
    pub(crate) fn field<T: DeserializeOwned>(
        &mut self,
        object: &mut Map<String, Value>,
        name: &str,
    ) -> Option<T> {
        self.within(name, |reader| match object.remove(name).map(whole).map(T::deserialize) {
            Some(Ok(value)) => Some(value),
            Some(Err(error)) => reader.wrong(reason(&error.to_string())),
            None => reader.wrong("is missing.".to_owned()),
        })
    }

    /// One step further into the body and back. No name here needs RFC 6901's escapes.
    fn within<T>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let here = self.pointer.len();
        // Writing to a string can't fail.
        let _ = write!(self.pointer, "/{step}");
        let read = read(self);
        self.pointer.truncate(here);
        read
    }

    fn expected<T>(&mut self, expected: &str, found: &Value) -> Option<T> {
        let found = match found {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        self.wrong(format!("must be {expected}, not {found}."))
    }

    fn wrong<T>(&mut self, detail: String) -> Option<T> {
        self.mistakes.push(FieldError { pointer: self.pointer.clone(), detail });
        None
    }
}

/// In JSON `1.0` is a whole number as well.
fn whole(value: Value) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let number =
        value.as_f64().filter(|number| value.is_f64() && number.fract() == 0.0 && number.abs() < EXACT);
    match number.and_then(|number| format!("{number:.0}").parse::<i64>().ok()) {
        Some(number) => number.into(),
        None => value,
    }
}

/// serde's reason, in JSON's words instead of Rust's.
fn reason(text: &str) -> String {
    let text = text.replace("expected i64", "expected a whole number");
    format!("{}.", text.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use chathub_domain::{OperatorStatus, OrganizationId};

    use super::*;

    #[derive(Debug)]
    #[allow(dead_code, reason = "only read")]
    struct Person {
        organization: OrganizationId,
        status: OperatorStatus,
        name: String,
        note: Option<String>,
    }

    fields!(Person { organization: "organizationId", status: "status", name: "name", note: "note" });

    #[test]
    fn every_mistake_is_named_at_its_place() {
        for (body, expected) in [
            (
                r#"[{"status": 0, "note": null}]"#,
                vec![("/0/organizationId", "is missing."), ("/0/name", "is missing.")],
            ),
            (
                r#"[{"name": 5, "organizationId": "1", "note": null},
                    {"organizationId": 1.5, "status": 9, "name": {"a": [1]}, "note": []}]"#,
                vec![
                    ("/0/organizationId", "invalid type: string \"1\", expected a whole number."),
                    ("/0/status", "is missing."),
                    ("/0/name", "invalid type: integer `5`, expected a string."),
                    ("/1/organizationId", "invalid type: floating point `1.5`, expected a whole number."),
                    ("/1/status", "invalid value: 9, expected one of: 0, 1, 2."),
                    ("/1/name", "invalid type: map, expected a string."),
                    ("/1/note", "invalid type: sequence, expected a string."),
                ],
            ),
            ("{}", vec![("", "must be an array, not an object.")]),
            (
                "[null, 7]",
                vec![("/0", "must be an object, not null."), ("/1", "must be an object, not a number.")],
            ),
        ] {
            let error = read::<Vec<Person>>(body.as_bytes()).unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidField);
            let told: Vec<_> =
                error.fields.iter().map(|field| (field.pointer.as_str(), field.detail.as_str())).collect();
            assert_eq!(told, expected, "{body}");
        }
        for body in ["", "[] and more", "[{]", r#"[{"organizationId": 1e400}]"#, "\u{1}"] {
            assert_eq!(
                read::<Vec<Person>>(body.as_bytes()).unwrap_err().code,
                ErrorCode::Malformed,
                "{body}"
            );
        }
    }
}
