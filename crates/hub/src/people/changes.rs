//! What changes in the directory while sockets are open. This process knows of its own changes when it makes them;
//! what another one did (the command line, mostly) is found here: old rows are forgotten first (asking for the count
//! is what makes [`Cached`](crate::people::Cached) forget), then every open panel looks at its token again, what the change is
//! told by is looked for in the log, and the door learns which logins are exact now.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::door::ExactLogins;
use crate::log::feed::Feed;
use crate::ports::Directory;

/// Four small reads a second: soon enough to be “at once” for a person, and nothing beside what a panel asks for.
const EVERY: Duration = Duration::from_millis(250);

/// Asks every open panel to look at its token again whenever the directory counts another change. Never ends.
pub(crate) async fn watch(directory: Arc<dyn Directory>, exact_logins: Arc<ExactLogins>, feed: Feed) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut known, mut failing) = (None, false);
    loop {
        ticks.tick().await;
        match directory.changes().await {
            Ok(count) => {
                failing = false;
                if known.replace(count) != Some(count) {
                    feed.recheck_here();
                    feed.look_soon();
                    match directory.exact_logins().await {
                        Ok(logins) => exact_logins.set(&logins),
                        Err(error) => tracing::warn!(%error, "could not ask which logins are exact"),
                    }
                }
            }
            // The next heartbeat looks as well. Said once, not four times a second.
            Err(error) if !failing => {
                failing = true;
                tracing::warn!(%error, "could not ask whether the directory has changed");
            }
            Err(_) => {}
        }
    }
}
