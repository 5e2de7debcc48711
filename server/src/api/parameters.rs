//! A request's query, with every parameter that is wrong named at once. Unknown ones are ignored, empty ones count as
//! left out, and of one that is given twice the first counts.

use std::convert::Infallible;
use std::fmt::Display;

use axum::extract::{FromRequestParts, RawQuery};
use axum::http::request::Parts;
use chathub_domain::error::FieldError;
use chathub_hub::Error;

pub(crate) struct Parameters {
    pairs: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let RawQuery(query) = RawQuery::from_request_parts(parts, state).await?;
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
        Ok(Self { pairs, errors: Vec::new() })
    }
}

impl Parameters {
    /// Every value that is given for the name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.pairs.iter().filter(|(key, _)| key == name);
        named.map(|(_, value)| value.trim()).filter(|value| !value.is_empty()).collect()
    }

    /// The query as it was given, with another value for the name and without these.
    pub fn with(&self, name: &str, value: &str, without: &[&str]) -> String {
        let kept = self.pairs.iter().filter(|(key, _)| !without.contains(&key.as_str()));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).append_pair(name, value).finish()
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.all(name).first().map(|&value| value.to_owned())
    }

    /// The value as `read` understands it; `must` says what it must be where it does not.
    pub fn read<T>(
        &mut self,
        name: &str,
        must: impl Display,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let value = read(&text);
        if value.is_none() {
            self.wrong(name, must);
        }
        value
    }

    pub fn number<T: TryFrom<i64>>(&mut self, name: &str, must: impl Display) -> Option<T> {
        self.read(name, must, |text| text.parse::<i64>().ok()?.try_into().ok())
    }

    /// Ids are given out from 1 on, and are never so large that a JSON reader would round them.
    pub fn id(&mut self, name: &str) -> Option<i64> {
        self.read(name, "must be an id, a whole number from 1 on.", |text| {
            text.parse().ok().filter(|id| (1..1 << 53).contains(id))
        })
    }

    /// How many are asked for. More than is possible is the most that is: clients learn from the answer how much they got.
    pub fn page_size(&mut self, name: &str, usual: usize, most: usize) -> usize {
        let size = self.read(name, format!("must be a whole number from 1 to {most}."), |text| {
            text.parse::<i64>().ok().filter(|size| *size > 0)
        });
        size.map_or(usual, |size| usize::try_from(size).map_or(most, |size| size.min(most)))
    }

    pub fn wrong(&mut self, name: &str, detail: impl Display) {
        self.errors.push(FieldError { pointer: format!("?{name}"), detail: detail.to_string() });
    }

    /// # Errors
    /// All that was found wrong.
    pub fn check(&mut self) -> Result<(), Error> {
        Error::fields(std::mem::take(&mut self.errors)).map_or(Ok(()), Err)
    }
}
