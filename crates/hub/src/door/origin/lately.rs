//! Which pages were refused lately, for who can let them in: with the very command that does. Only in memory, a few for
//! each organization, and forgotten within a day.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use chathub_domain::{OrganizationId, Timestamp};

/// Origins of one organization, the latest.
const EACH: usize = 5;

/// Organizations, those that come first until they are forgotten.
const ORGANIZATIONS: usize = 1_000;

const REMEMBERED_MS: i64 = 24 * 60 * 60 * 1_000;

/// The std mutex is held for looking up and putting in only.
#[derive(Default)]
pub(crate) struct RefusedOrigins(Mutex<HashMap<OrganizationId, VecDeque<(String, Timestamp)>>>);

impl RefusedOrigins {
    pub fn note(&self, organization: OrganizationId, origin: &str, now: Timestamp) {
        // Nothing panics in between.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(&organization) && all.len() >= ORGANIZATIONS {
            all.retain(|_, origins| origins.iter().any(|(_, at)| is_remembered(*at, now)));
            if all.len() >= ORGANIZATIONS {
                return;
            }
        }
        let origins = all.entry(organization).or_default();
        origins.retain(|(known, _)| known != origin);
        origins.push_front((origin.to_owned(), now));
        origins.truncate(EACH);
    }

    /// The latest first.
    pub fn of(&self, organization: OrganizationId, now: Timestamp) -> Vec<String> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let origins = all.get(&organization).into_iter().flatten();
        origins.filter(|(_, at)| is_remembered(*at, now)).map(|(origin, _)| origin.clone()).collect()
    }
}

fn is_remembered(at: Timestamp, now: Timestamp) -> bool {
    at.plus(REMEMBERED_MS) > now
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALES: OrganizationId = OrganizationId(1);

    #[test]
    fn a_few_are_remembered_for_a_day() {
        let refused = RefusedOrigins::default();
        let at = Timestamp(0);
        for number in [1, 2, 3, 1, 4, 5, 6] {
            refused.note(SALES, &format!("https://{number}.example"), at);
        }
        let kept = refused.of(SALES, at);
        assert_eq!(kept, [6, 5, 4, 1, 3].map(|number| format!("https://{number}.example")));
        assert!(refused.of(OrganizationId(2), at).is_empty());
        assert!(refused.of(SALES, at.plus(REMEMBERED_MS)).is_empty());
        for number in 2..=i64::try_from(2 * ORGANIZATIONS).unwrap() {
            refused.note(OrganizationId(number), "https://a.example", at);
        }
        assert_eq!(refused.0.lock().unwrap().len(), ORGANIZATIONS);
        // Who is forgotten makes room.
        refused.note(OrganizationId(-1), "https://a.example", at.plus(REMEMBERED_MS));
        assert_eq!(refused.0.lock().unwrap().len(), 1);
    }
}
