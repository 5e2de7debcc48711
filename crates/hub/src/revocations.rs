//! Tokens that die while a socket is open. REST looks at the directory with every request; an open panel would only
//! learn of it at its next heartbeat. What this process revokes it tells the panels itself; what another one does
//! (the command line, mostly) is found here.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::feed::Feed;
use crate::ports::Directory;

/// One small read a second: soon enough to be “at once” for a person, and nothing beside what a panel asks for.
const EVERY: Duration = Duration::from_secs(1);

/// Asks every open panel to look at its token again whenever the directory counts another revocation. Never ends.
pub(crate) async fn watch(directory: Arc<dyn Directory>, feed: Feed) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut known = None;
    loop {
        ticks.tick().await;
        match directory.revocations().await {
            Ok(count) if known.replace(count).is_some_and(|before| before != count) => feed.recheck(),
            Ok(_) => {}
            // The next heartbeat looks as well.
            Err(error) => tracing::warn!(%error, "could not ask for revocations"),
        }
    }
}
