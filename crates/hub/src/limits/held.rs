//! One sender's messages stay in order when some of them are too many.
//!
//! A client sends its messages in a row, without waiting. When one is refused for its pace, a moment later there is
//! room again, and one from behind would overtake it. So a connection holds back all that follow until the refused
//! one has come again.

use std::time::Duration;

use chathub_domain::ClientId;
use chathub_domain::error::ErrorCode;
use tokio::time::Instant;

use crate::error::{Error, Result};
use crate::limits::Exceeded;

/// Longer than our clients wait before they try again; one that has not done so by then has given the message up.
const HELD_FOR: Duration = Duration::from_secs(10);

/// The refused message that others wait for, on one connection.
#[derive(Default)]
pub(crate) struct Held(Option<(ClientId, Instant, Exceeded)>);

impl Held {
    /// Whether this message may be tried now.
    pub fn admits(&self, client_id: ClientId) -> Result<()> {
        match self.0 {
            Some((first, until, exceeded)) if first != client_id && Instant::now() < until => {
                Err(Error::too_many("An earlier message of yours must be sent again first.", exceeded))
            }
            _ => Ok(()),
        }
    }

    /// What came of it.
    pub fn tried<T>(&mut self, client_id: ClientId, outcome: &Result<T>) {
        if self.admits(client_id).is_err() {
            return;
        }
        self.0 = match outcome {
            Err(Error { code: ErrorCode::TooManyRequests, exceeded: Some(exceeded), .. }) => {
                Some((client_id, Instant::now() + HELD_FOR, **exceeded))
            }
            _ => None,
        };
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::limits::Policy;

    #[tokio::test(start_paused = true)]
    async fn later_messages_wait_for_the_refused_one() {
        let [first, second, third] = [1, 2, 3].map(|number| ClientId(Uuid::from_u128(number)));
        let policy = Policy { name: "messages", quota: 1, window: Duration::from_secs(1) };
        let refused = || Err::<(), _>(Error::too_many("No.", Exceeded { policy, wait: policy.window }));
        let mut held = Held::default();
        held.tried(first, &refused());
        assert_eq!(held.admits(second).unwrap_err().code, ErrorCode::TooManyRequests);
        held.tried(second, &refused());
        held.admits(first).unwrap();
        held.tried(first, &refused());
        assert!(held.admits(third).is_err());
        held.tried(first, &Ok(()));
        held.admits(second).unwrap();
        // Given up by its sender.
        held.tried(second, &refused());
        tokio::time::advance(HELD_FOR).await;
        held.admits(third).unwrap();
    }
}
