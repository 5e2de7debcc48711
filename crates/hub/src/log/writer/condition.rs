//! Whether writing works, as the last attempt has shown.

use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until, timeout};

use crate::ports::{PortError, Trouble};

/// Between two attempts while nothing can be written. Soon enough that nobody does anything by hand, and nothing for a
/// disk.
const EVERY: Duration = Duration::from_secs(1);

/// How long a success speaks for the disk.
const FRESH: Duration = Duration::from_secs(5);

/// Whoever asks is answered within this time. An attempt can take longer where another process holds a lock, which is
/// an answer as well.
const WITHIN: Duration = Duration::from_secs(2);

/// What the last attempts to write came to.
pub(super) struct Condition {
    state: watch::Sender<State>,
    asked: Notify,
}

#[derive(Clone, Copy)]
struct State {
    tried: Instant,
    trouble: Option<Trouble>,
}

impl Default for Condition {
    /// The migrations have just been written.
    fn default() -> Self {
        let state = State { tried: Instant::now(), trouble: None };
        Self { state: watch::Sender::new(state), asked: Notify::new() }
    }
}

impl Condition {
    /// What is wrong now; an attempt is made if the last success is too old to tell.
    pub async fn check(&self) -> Result<(), Trouble> {
        let told = *self.state.borrow();
        if told.trouble.is_none() && told.tried.elapsed() > FRESH {
            self.asked.notify_one();
            let mut state = self.state.subscribe();
            let tried = state.wait_for(|state| state.tried > told.tried);
            match timeout(WITHIN, tried).await {
                Ok(Ok(state)) => return state.trouble.map_or(Ok(()), Err),
                Ok(Err(_)) | Err(_) => return Err(Trouble::Busy),
            }
        }
        told.trouble.map_or(Ok(()), Err)
    }

    /// When an attempt should be made, whoever else writes or not.
    pub async fn due(&self) {
        let State { tried, trouble } = *self.state.borrow();
        match trouble {
            Some(_) => sleep_until(tried + EVERY).await,
            None => self.asked.notified().await,
        }
    }

    /// Something has been written.
    pub fn works(&self) {
        if self.change(None).is_some() {
            tracing::info!("writing works again");
        }
    }

    /// Something could not be written, and not for what it was. The log names each cause once.
    pub fn fails(&self, error: &PortError) {
        let trouble = match error {
            PortError::Unavailable { trouble, .. } => *trouble,
            _ => Trouble::Unknown,
        };
        if self.change(Some(trouble)) != Some(trouble) {
            let error = error as &dyn std::error::Error;
            tracing::error!(error, "nothing can be stored; that goes on by itself as soon as it can");
        }
    }

    /// What was wrong before.
    fn change(&self, trouble: Option<Trouble>) -> Option<Trouble> {
        self.state.send_replace(State { tried: Instant::now(), trouble }).trouble
    }
}

#[cfg(test)]
mod tests {
    use tokio::join;
    use tokio::time::advance;

    use super::*;

    fn full() -> PortError {
        let (operation, trouble) = ("a test", Trouble::Full);
        PortError::Unavailable { operation, trouble, source: "as it was told to".into() }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_asks_after_a_silence_learns_what_an_attempt_shows() {
        let condition = Condition::default();
        condition.check().await.unwrap();
        advance(2 * FRESH).await;
        let attempt = async {
            condition.due().await;
            condition.fails(&full());
        };
        assert_eq!(join!(condition.check(), attempt).0, Err(Trouble::Full));
        // From here on nobody has to ask.
        let failed = Instant::now();
        condition.due().await;
        assert_eq!(failed.elapsed(), EVERY);
        condition.works();
        condition.check().await.unwrap();
        // An attempt that does not come to an end is an answer too.
        advance(2 * FRESH).await;
        assert_eq!(condition.check().await, Err(Trouble::Busy));
    }
}
