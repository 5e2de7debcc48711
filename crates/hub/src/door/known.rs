//! The addresses from which logins have signed in. They are kept as keyed hashes, here and in storage.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chathub_domain::Timestamp;

use crate::ports::KnownAddress;

/// Addresses of one login: its offices, its people's homes, and what their providers gave them lately. For each login
/// by itself, so that no company can make another one's be forgotten.
pub(super) const EACH: usize = 32;

/// Milliseconds after which an address that was not seen again is a stranger's: 90 days.
pub(crate) const FORGOTTEN_AFTER: i64 = 90 * DAY;

/// How often seeing an address again is worth a write.
const DAY: i64 = 24 * 60 * 60 * 1_000;

/// By login; there are no more than companies that have signed in. The std mutex is held for looking up and putting in
/// only.
pub(crate) struct Known(Mutex<HashMap<String, Vec<Seen>>>);

struct Seen {
    address: String,
    at: Timestamp,
}

impl Known {
    pub(crate) fn new(all: Vec<KnownAddress>) -> Self {
        let mut logins: HashMap<String, Vec<Seen>> = HashMap::new();
        for KnownAddress { login, address, seen_at } in all {
            logins.entry(login).or_default().push(Seen { address, at: seen_at });
        }
        Self(Mutex::new(logins))
    }

    pub(super) fn has(&self, login: &str, address: &str, now: Timestamp) -> bool {
        let seen = |seen: &Seen| seen.address == address && seen.at.plus(FORGOTTEN_AFTER) > now;
        self.lock().get(login).is_some_and(|all| all.iter().any(seen))
    }

    /// Somebody has signed in. True when that is worth keeping.
    pub(super) fn note(&self, login: &str, address: &str, now: Timestamp) -> bool {
        let mut logins = self.lock();
        let all = logins.entry(login.to_owned()).or_default();
        if let Some(seen) = all.iter().find(|seen| seen.address == address)
            && seen.at.plus(DAY) > now
        {
            return false;
        }
        all.retain(|seen| seen.address != address && seen.at.plus(FORGOTTEN_AFTER) > now);
        if all.len() == EACH {
            all.remove(0);
        }
        all.push(Seen { address: address.to_owned(), at: now });
        true
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Vec<Seen>>> {
        // Nothing panics in between.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_of_each_login_are_known_for_a_time() {
        let (start, known) = (Timestamp(1_000_000), Known::new(Vec::new()));
        assert!(!known.has("acme", "office", start));
        assert!(known.note("acme", "office", start));
        // Again on the same day is nothing new.
        assert!(!known.note("acme", "office", start.plus(DAY - 1)));
        assert!(known.note("acme", "office", start.plus(DAY)));
        assert!(known.has("acme", "office", start.plus(FORGOTTEN_AFTER)));
        assert!(!known.has("acme", "office", start.plus(DAY + FORGOTTEN_AFTER)));
        assert!(!known.has("globex", "office", start));
        for number in 0..EACH {
            known.note("globex", &number.to_string(), start);
        }
        assert!(known.has("acme", "office", start) && known.has("globex", "0", start));
        known.note("globex", "one more", start);
        assert!(!known.has("globex", "0", start) && known.has("globex", "1", start));
    }

    #[test]
    fn what_was_kept_is_known() {
        let record = |address: &str| KnownAddress {
            login: "acme".into(),
            address: address.into(),
            seen_at: Timestamp(0),
        };
        let known = Known::new(vec![record("home"), record("office")]);
        assert!(known.has("acme", "home", Timestamp(1)) && known.has("acme", "office", Timestamp(1)));
    }
}
