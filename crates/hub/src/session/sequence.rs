//! Work of a session that takes its time, one piece after the other.

use std::collections::VecDeque;
use std::future::pending;

use futures::future::BoxFuture;
use tokio::task::{JoinError, JoinSet};

use crate::request::handed_on;

/// Pieces of work that are done one at a time and in order, each in a task of its own: what a piece holds (a connection
/// to the database) it holds for the time of the work only, however slow the client is that its answer is for. The next
/// piece begins when the answer has been taken, so that one answer waits at the most. Dropping it ends the work.
pub(super) struct Sequence<T> {
    waiting: VecDeque<BoxFuture<'static, T>>,
    /// The piece that is being done.
    running: JoinSet<T>,
}

impl<T: Send + 'static> Sequence<T> {
    pub fn new() -> Self {
        Self { waiting: VecDeque::new(), running: JoinSet::new() }
    }

    pub fn len(&self) -> usize {
        self.waiting.len() + self.running.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn push(&mut self, work: BoxFuture<'static, T>) {
        if self.running.is_empty() {
            self.running.spawn(handed_on(work));
        } else {
            self.waiting.push_back(work);
        }
    }

    /// The next answer, never when there is no work. Cancelling it loses nothing.
    ///
    /// # Errors
    /// When the work panicked.
    pub async fn next(&mut self) -> Result<T, JoinError> {
        let Some(outcome) = self.running.join_next().await else { return pending().await };
        if let Some(work) = self.waiting.pop_front() {
            self.running.spawn(handed_on(work));
        }
        outcome
    }
}
