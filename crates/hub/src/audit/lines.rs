//! How many lines strangers may write into the log.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The log's name for these lines, to ask for with `CHATHUB_LOG`.
pub const TARGET: &str = "chathub::audit";

/// The time that lines are counted in.
const MINUTE: Duration = Duration::from_secs(60);

/// Lines a minute.
#[derive(Clone, Copy, Debug)]
pub(super) struct Most {
    /// Of each who causes them.
    pub each: u32,
    /// Of these who cause them: who comes first in a minute has all of their own lines.
    pub all: usize,
}

/// Lines of one kind, by whoever causes them. The std mutex is held for counting only.
pub(super) struct Lines<K> {
    most: Most,
    minute: Mutex<Minute<K>>,
}

struct Minute<K> {
    ends: Instant,
    lines: HashMap<K, u32>,
    left_out: u64,
}

impl<K: Eq + Hash + Send + 'static> Lines<K> {
    pub fn new(most: Most) -> Arc<Self> {
        let minute = Minute { ends: Instant::now(), lines: HashMap::new(), left_out: 0 };
        Arc::new(Self { most, minute: Mutex::new(minute) })
    }

    /// Whether `who` may have another line. What was left out is told at the end of the minute.
    pub fn admit(self: &Arc<Self>, who: K) -> bool {
        let Most { each, all } = self.most;
        let (admitted, ends) = self.with(|minute| {
            if minute.ends <= Instant::now() {
                minute.ends = Instant::now() + MINUTE;
                minute.lines.clear();
            }
            let is_new = !minute.lines.contains_key(&who);
            let admitted = if is_new && minute.lines.len() >= all {
                false
            } else {
                let lines = minute.lines.entry(who).or_default();
                *lines += 1;
                *lines <= each
            };
            minute.left_out += u64::from(!admitted);
            (admitted, (minute.left_out == 1 && !admitted).then_some(minute.ends))
        });
        if let Some(ends) = ends {
            let lines = Arc::clone(self);
            tokio::spawn(async move {
                sleep_until(ends).await;
                let left_out = lines.with(|minute| std::mem::take(&mut minute.left_out));
                tracing::warn!(target: TARGET, lines = left_out, "left out");
            });
        }
        admitted
    }

    fn with<T>(&self, work: impl FnOnce(&mut Minute<K>) -> T) -> T {
        // Nothing panics in between.
        work(&mut self.minute.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_is_first_has_all_of_their_lines_and_a_flood_no_more_than_a_bound() {
        let lines = Lines::new(Most { each: 3, all: 2 });
        let admitted = |who: u32| (0..10).filter(|_| lines.admit(who)).count();
        assert_eq!([1, 2, 3, 4].map(admitted), [3, 3, 0, 0]);
        assert_eq!((lines.with(|minute| minute.left_out), lines.with(|minute| minute.lines.len())), (34, 2));
        tokio::time::sleep(MINUTE).await;
        // Another two.
        assert_eq!([3, 4, 1].map(admitted), [3, 3, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_left_out_is_told_when_the_minute_ends_and_once() {
        let lines = Lines::new(Most { each: 1, all: 1 });
        assert_eq!((0..5).filter(|_| lines.admit(1)).count(), 1);
        tokio::time::sleep(MINUTE + Duration::from_millis(1)).await;
        assert_eq!(lines.with(|minute| minute.left_out), 0);
        assert_eq!(Arc::strong_count(&lines), 1, "nobody waits any more");
    }
}
