//! What many measurements come to.

use std::time::Duration;

/// What one run of one contestant measured.
pub struct Run {
    pub messages: usize,
    pub commits: usize,
    pub elapsed: Duration,
    /// How long each sender waited, sorted.
    pub waits: Vec<Duration>,
}

impl Run {
    pub fn new(messages: usize, commits: usize, elapsed: Duration, mut waits: Vec<Duration>) -> Self {
        waits.sort_unstable();
        Self { messages, commits, elapsed, waits }
    }

    pub fn per_second(&self) -> f64 {
        self.messages as f64 / self.elapsed.as_secs_f64()
    }

    pub fn batch(&self) -> f64 {
        self.messages as f64 / self.commits as f64
    }

    /// Milliseconds that this percentage of the waits did not exceed.
    pub fn percentile(&self, percentage: usize) -> f64 {
        percentile(&self.waits, percentage)
    }
}

/// Of sorted durations, in milliseconds.
pub fn percentile(sorted: &[Duration], percentage: usize) -> f64 {
    let at = sorted.len().saturating_sub(1) * percentage / 100;
    sorted.get(at).map_or(f64::NAN, |wait| wait.as_secs_f64() * 1_000.0)
}

/// The median over rounds of what `measure` reads from each.
pub fn median<T>(rounds: &[T], measure: impl Fn(&T) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(measure).collect();
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}
