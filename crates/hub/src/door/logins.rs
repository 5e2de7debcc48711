//! By what a login is counted and remembered at the door, before anybody looks whose it is.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use crate::ports::Login;

/// The lower case of each login that is found by nothing else. The std lock is held for looking up and putting in only.
#[derive(Default)]
pub(crate) struct ExactLogins(RwLock<HashSet<String>>);

impl ExactLogins {
    /// These, and no others any more.
    pub(crate) fn set(&self, logins: &[String]) {
        let all = logins.iter().map(|login| Login::parse(login).lower).collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = all;
    }

    /// The same for all ways to write a login that lead to one company, and never the same for two companies: neither may
    /// somebody guess twice as often by another way to write it, nor use up what is another company's.
    pub(super) fn key(&self, typed: &str) -> String {
        let Login { lower, prepared } = Login::parse(typed);
        let is_exact = self.0.read().unwrap_or_else(PoisonError::into_inner).contains(&lower);
        match prepared {
            Some(prepared) if !is_exact => prepared,
            _ => lower,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_has_one_key_and_none_of_anothers() {
        let exact = ExactLogins::default();
        for typed in ["ACME", "acme", " ａｃｍｅ ", "ＡＣＭＥ"] {
            assert_eq!(exact.key(typed), "acme");
        }
        assert_eq!(
            (exact.key("Acme Tools"), exact.key("ACME TOOLS")),
            ("acme tools".into(), "acme tools".into())
        );
        exact.set(&["acme".to_owned(), "ＡＣＭＥ".to_owned()]);
        assert_eq!((exact.key("ACME"), exact.key("acme")), ("acme".into(), "acme".into()));
        assert_eq!((exact.key("ＡＣＭＥ"), exact.key("ａｃｍｅ")), ("ａｃｍｅ".into(), "ａｃｍｅ".into()));
        exact.set(&[]);
        assert_eq!(exact.key("ＡＣＭＥ"), "acme");
    }
}
