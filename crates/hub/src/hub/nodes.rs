//! What other processes do to the same log: heard from the other nodes of the installation, and found by looking.

use std::sync::Arc;
use std::time::Duration;

use chathub_domain::OrganizationId;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::clock::Clock;
use crate::door::Blocks;
use crate::log::feed::Feed;
use crate::ports::{Door, Notice, PortError, Relay};

/// One small read a second: so much later is told what nobody has told of.
const EVERY: Duration = Duration::from_secs(1);

pub(super) struct Nodes {
    pub relay: Arc<dyn Relay>,
    pub feed: Feed,
    pub door: Arc<dyn Door>,
    pub blocks: Arc<Blocks>,
    pub clock: Clock,
}

impl Nodes {
    /// Never ends.
    pub async fn follow(self) {
        tokio::join!(self.hear(), self.look());
    }

    async fn hear(&self) {
        loop {
            let notice = self.relay.hear().await;
            match &notice {
                Notice::RecheckVisitors { organization } => self.reload_blocks(Some(*organization)).await,
                Notice::Recheck => self.reload_blocks(None).await,
                _ => {}
            }
            self.feed.hear(&notice);
        }
    }

    /// Until it has worked: visitors are looked at by this list. What is told meanwhile waits, or is lost and looked at again.
    async fn reload_blocks(&self, organization: Option<OrganizationId>) {
        while let Err(error) = self.try_to_reload_blocks(organization).await {
            tracing::warn!(%error, "could not read who is blocked");
            sleep(EVERY).await;
        }
    }

    async fn try_to_reload_blocks(&self, organization: Option<OrganizationId>) -> Result<(), PortError> {
        let _changing = self.blocks.changing.lock().await;
        self.blocks.reload(&*self.door, organization, self.clock.now()).await
    }

    async fn look(&self) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = self.feed.worth_a_look() => {}
            }
            let outcome = self.feed.look().await;
            if let Err(error) = &outcome
                && !failing
            {
                tracing::warn!(%error, "could not look how far the log has got");
            }
            failing = outcome.is_err();
        }
    }
}
