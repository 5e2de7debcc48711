//! The one object that every face calls, and what it is made of.

mod nodes;

use std::sync::Arc;
use std::time::Duration;

use chathub_domain::{Epoch, ErrorCode, OrganizationId};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::audit::{Action, Audit};
use crate::clock::Clock;
use crate::door::origin::RefusedOrigins;
use crate::door::passwords::Passwords;
use crate::door::tokens::TokenKeys;
use crate::door::{Blocks, ExactLogins, Known};
use crate::error::{Error, Result};
use crate::hub::nodes::Nodes;
use crate::log::eraser::Eraser;
use crate::log::feed::{Audience, Feed, Subscription};
use crate::log::writer::{Stopper, Writer};
use crate::pace::{Limits, Pace, Searches, Who};
use crate::people;
use crate::ports::{Chats, Directory, Door, Health, Log, PortError, Ports, Search, Trouble};

/// A readiness probe is answered within this time: what reads that slowly is not ready.
const READ_WITHIN: Duration = Duration::from_secs(2);

/// What an installation may choose.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Names this build, so that open panels notice an upgrade.
    pub build: String,
    /// How long a company token lives; until revoked when absent.
    pub company_token_lives: Option<Duration>,
    /// A demonstration: pages of loopback origins may embed anything, and the guides' token is good.
    pub demo: bool,
    /// How fast people may be.
    pub pace: Pace,
    /// The command, by a company's login, that puts an origin on an organization's list: what the command line calls it is
    /// its own business. None where no command would do it.
    pub allow_origin: fn(&str, OrganizationId, &str) -> Option<String>,
}

/// The use cases. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub directory: Arc<dyn Directory>,
    pub log: Arc<dyn Log>,
    pub chats: Arc<dyn Chats>,
    pub search: Arc<dyn Search>,
    pub door: Arc<dyn Door>,
    pub epoch: Epoch,
    pub writer: Writer,
    pub eraser: Eraser,
    pub feed: Feed,
    pub keys: TokenKeys,
    pub passwords: Passwords,
    pub limits: Limits,
    pub audit: Audit,
    pub refused_origins: RefusedOrigins,
    pub searches: Searches,
    pub known: Known,
    pub exact_logins: Arc<ExactLogins>,
    pub blocks: Arc<Blocks>,
    pub clock: Clock,
    pub settings: Settings,
}

impl Hub {
    /// Starts the writer. The second value stops it.
    ///
    /// # Errors
    /// When the log or what the door remembers can't be read.
    pub async fn start(
        ports: Ports,
        keys: TokenKeys,
        clock: Clock,
        settings: Settings,
    ) -> Result<(Self, Running)> {
        let Ports { directory, log, chats, search, erase, door, relay } = ports;
        let feed = Feed::new(Arc::clone(&log), Arc::clone(&relay));
        let epoch = log.epoch().await?;
        let (writer, stopper) = Writer::start(Arc::clone(&log), feed.clone(), clock.clone());
        let (eraser, erasing) = Eraser::start(erase);
        let exact_logins = Arc::<ExactLogins>::default();
        exact_logins.set(&directory.exact_logins().await?);
        let watch = people::changes::watch(Arc::clone(&directory), Arc::clone(&exact_logins), feed.clone());
        let watch = tokio::spawn(watch);
        let passwords = Passwords::new()?;
        let limits = Limits::new(settings.pace, directory.is_remote());
        let now = clock.now();
        let known = Known::new(door.known_addresses(now.plus(-crate::door::FORGOTTEN_AFTER)).await?);
        let blocks = Arc::new(Blocks::new(door.blocks(None, now).await?));
        let nodes = Nodes {
            relay,
            feed: feed.clone(),
            door: Arc::clone(&door),
            blocks: Arc::clone(&blocks),
            clock: clock.clone(),
        };
        let following = tokio::spawn(nodes.follow());
        let inner = Inner {
            directory,
            log,
            chats,
            search,
            door,
            epoch,
            writer,
            eraser,
            feed: feed.clone(),
            keys,
            passwords,
            limits,
            audit: Audit::new(),
            refused_origins: RefusedOrigins::default(),
            searches: Searches::default(),
            known,
            exact_logins,
            blocks,
            clock,
            settings,
        };
        Ok((Self { inner: Arc::new(inner) }, Running { feed, stopper, watch, following, erasing }))
    }

    /// Names this build.
    #[must_use]
    pub fn build(&self) -> &str {
        &self.inner.settings.build
    }

    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.inner.settings.demo
    }

    /// How well the directory of companies and operators can be asked: for the console's pages.
    #[must_use]
    pub fn directory_health(&self) -> Health {
        self.inner.directory.health()
    }

    /// Notes in the log that somebody was kept out at the edge.
    pub fn note_refusal(&self, action: Action, reason: ErrorCode) {
        self.inner.audit.refused(action, reason, None);
    }

    /// A place among the subscribers: what is not in the log yet when this returns is told there.
    ///
    /// # Errors
    /// `too_many_requests` for who has as many as they may; when the log can't be read.
    pub(crate) async fn subscribe(&self, audience: Audience) -> Result<Subscription> {
        let most = self.inner.limits.streams.most();
        self.inner.feed.subscribe(audience, most).await?.ok_or_else(|| {
            Error::new(
                ErrorCode::TooManyRequests,
                format!("There are {most} open connections already: close some, and connect again."),
            )
        })
    }

    /// Counts a picture that somebody is given.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub(crate) fn page(&self, who: Who) -> Result<()> {
        self.inner.limits.streams.frame(who, true).map_err(|wait| {
            let mut error = Error::new(
                ErrorCode::TooManyRequests,
                "Too many connections that begin anew: connect again later, and go on from where you were.",
            );
            error.retry_after = Some(wait);
            error
        })
    }

    /// Whether the log can be read and written: for a readiness probe.
    ///
    /// # Errors
    /// `unavailable`, with what is wrong and what an administrator does about it.
    pub async fn check(&self) -> Result<()> {
        let unavailable = |trouble| Error::new(ErrorCode::Unavailable, format!("Not ready: {trouble}."));
        self.inner.writer.check().await.map_err(unavailable)?;
        match timeout(READ_WITHIN, self.inner.log.epoch()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(PortError::Unavailable { trouble, .. })) => Err(unavailable(trouble)),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(unavailable(Trouble::Busy)),
        }
    }
}

/// What must be stopped for a clean end.
pub struct Running {
    feed: Feed,
    stopper: Stopper,
    watch: JoinHandle<()>,
    following: JoinHandle<()>,
    erasing: JoinHandle<()>,
}

impl Running {
    /// Tells every subscriber to come back later.
    pub fn dismiss(&self) {
        self.feed.dismiss_all();
    }

    /// Waits until everybody who was dismissed has gone, with their farewell.
    pub async fn deserted(&self) {
        self.feed.deserted().await;
    }

    /// Waits until something that the hub lives by has ended by itself, and says what: then it can't go on.
    pub async fn ended(&mut self) -> &'static str {
        tokio::select! {
            // Without the hub all of them end; the writer is named first.
            biased;
            () = self.stopper.ended() => "writing",
            // How it ended, the panic's own line says.
            _ = &mut self.watch => "watching for changes",
            _ = &mut self.following => "following the log",
            _ = &mut self.erasing => "erasing",
        }
    }

    /// Commits what is queued and takes nothing more.
    pub async fn stop(self) {
        self.watch.abort();
        self.following.abort();
        self.stopper.stop().await;
        // It goes on at the next start.
        self.erasing.abort();
    }
}
