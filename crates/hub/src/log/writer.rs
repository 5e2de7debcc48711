//! The one who writes.
//!
//! Commands wait in a bounded queue. The writer takes all that has gathered, decides and commits them in one
//! transaction (group commit: the slower the disk, the larger the batch), then lets the feed tell and the senders
//! know. There is no other way to change the log, and nothing is told before it is on disk.

mod condition;
mod lane;

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use chathub_domain::error::ErrorCode;
use futures::FutureExt;
use tokio::sync::{mpsc, oneshot};

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::log::feed::Feed;
use crate::ports::{Log, PortError, Recorded, Trouble, Wanted};
use crate::rules::{Command, Decider, Receipt};

use condition::Condition;
pub(crate) use lane::{Lane, Place};

/// Commands that may wait: at 10,000 a second this is 0.4 s of work; beyond it senders wait, and with them their
/// sockets, so that memory does not grow.
const QUEUE: usize = 4_096;

/// Commands in one transaction. Throughput gains little beyond it, and one batch's latency stays in milliseconds.
const BATCH: usize = 512;

struct Job {
    command: Command,
    /// Where it stands behind its sender's earlier ones, if that matters.
    place: Option<Place>,
    reply: oneshot::Sender<Result<Receipt>>,
}

/// A handle to the writer's queue.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Job>,
    condition: Arc<Condition>,
}

/// A command that has its place in the queue.
pub struct Pending(oneshot::Receiver<Result<Receipt>>);

impl Pending {
    /// Waits until the command is on disk, or was refused.
    ///
    /// # Errors
    /// The refusal; or `unavailable`, when it is unknown whether it was stored: sending it again is safe.
    pub async fn receipt(self) -> Result<Receipt> {
        self.0.await.unwrap_or_else(|_| Err(not_stored()))
    }
}

impl Writer {
    /// Starts the writer. It ends, after what is queued, when it is stopped or every handle is gone.
    pub fn start(log: Arc<dyn Log>, feed: Feed, clock: Clock) -> (Self, Stopper) {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (stop, stopped) = oneshot::channel();
        let condition = Arc::<Condition>::default();
        let clerk = Clerk { log, feed, clock, condition: Arc::clone(&condition) };
        let task = tokio::spawn(run(jobs, stopped, clerk));
        (Self { queue, condition }, Stopper { stop, task })
    }

    /// Takes a place in the queue, waiting while it is full. What one caller enqueues is decided in that order.
    ///
    /// # Errors
    /// `going_away` when the writer has stopped.
    pub async fn enqueue(&self, command: impl Into<Command>) -> Result<Pending> {
        self.send(command.into(), None).await
    }

    /// The same for what must not pass the earlier ones of its lane.
    pub(crate) async fn enqueue_at(&self, place: Place, command: impl Into<Command>) -> Result<Pending> {
        self.send(command.into(), Some(place)).await
    }

    async fn send(&self, command: Command, place: Option<Place>) -> Result<Pending> {
        let (reply, pending) = oneshot::channel();
        self.queue.send(Job { command, place, reply }).await.map_err(|_| stopped())?;
        Ok(Pending(pending))
    }

    /// Enqueues, and waits for the outcome.
    ///
    /// # Errors
    /// As [`enqueue`](Self::enqueue) and [`Pending::receipt`].
    pub async fn execute(&self, command: impl Into<Command>) -> Result<Receipt> {
        self.enqueue(command).await?.receipt().await
    }

    /// Whether writing works, as far as the last seconds tell.
    ///
    /// # Errors
    /// What is wrong.
    pub async fn check(&self) -> Result<(), Trouble> {
        self.condition.check().await
    }
}

/// Stops the writer.
pub struct Stopper {
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

impl Stopper {
    /// Closes the queue and waits until all that is in it has been committed.
    pub async fn stop(self) {
        // Either may have ended already, which is what is wanted.
        let _ = self.stop.send(());
        if !self.task.is_finished() {
            let _ = self.task.await;
        }
    }

    /// Waits until the writer has ended, which it should not do by itself.
    pub(crate) async fn ended(&mut self) {
        // How it ended, the panic's own line says.
        let _ = (&mut self.task).await;
    }
}

async fn run(mut jobs: mpsc::Receiver<Job>, mut stop: oneshot::Receiver<()>, clerk: Clerk) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            taken = jobs.recv_many(&mut batch, BATCH) => if taken == 0 { break },
            // A dropped stopper is no order to stop.
            Ok(()) = &mut stop, if !jobs.is_closed() && !stop.is_terminated() => {
                jobs.close();
                continue;
            }
            () = clerk.condition.due() => {
                clerk.probe().await;
                continue;
            }
        }
        // The first command wakes this task before its neighbours, woken by the same commit, have enqueued theirs.
        tokio::task::yield_now().await;
        while batch.len() < BATCH
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
        clerk.work(std::mem::take(&mut batch)).await;
    }
}

/// What the writer works with.
struct Clerk {
    log: Arc<dyn Log>,
    feed: Feed,
    clock: Clock,
    condition: Arc<Condition>,
}

impl Clerk {
    /// One batch, to its end. When it fails for a reason that may be one command's, its halves are tried, and theirs:
    /// all others are stored, and the guilty one is left over.
    async fn work(&self, batch: Vec<Job>) {
        let mut parts = vec![batch];
        while let Some(part) = parts.pop() {
            let mut part: Vec<_> = part.into_iter().filter_map(Job::in_turn).collect();
            if part.is_empty() {
                continue;
            }
            match self.commit(&part).await {
                Ok((outcomes, events)) => {
                    if !events.is_empty() {
                        self.condition.works();
                    }
                    self.feed.publish(events);
                    for (job, outcome) in part.into_iter().zip(outcomes) {
                        // Whoever no longer listens has lost the connection, and will ask again.
                        let _ = job.reply.send(outcome);
                    }
                }
                Err(error @ PortError::Unavailable { .. }) => {
                    self.condition.fails(&error);
                    // In their order: the first one of a sender is the one that others wait for.
                    for job in part.into_iter().chain(parts.drain(..).rev().flatten()) {
                        job.refuse(not_stored());
                    }
                }
                Err(_) if part.len() > 1 => {
                    parts.push(part.split_off(part.len() / 2));
                    parts.push(part);
                }
                Err(error) => {
                    if let Some(guilty) = part.pop() {
                        guilty.refuse(error.into());
                    }
                }
            }
        }
    }

    /// Load, decide, write, commit.
    async fn commit(&self, jobs: &[Job]) -> Result<(Vec<Result<Receipt>>, Vec<Recorded>), PortError> {
        let mut wanted = Wanted::default();
        for job in jobs {
            job.command.want(&mut wanted);
        }
        unharmed("storing", async {
            let mut batch = self.log.begin(&wanted).await?;
            let mut decider = Decider::new(batch.state(), self.clock.now());
            let outcomes = jobs.iter().map(|job| job.command.decide(&mut decider)).collect();
            let changes = decider.changes();
            batch.commit(&changes).await?;
            Ok((outcomes, changes.events))
        })
        .await
    }

    /// Finds out whether anything can be written.
    async fn probe(&self) {
        match unharmed("trying to write", self.log.probe()).await {
            Ok(()) => self.condition.works(),
            Err(error) => self.condition.fails(&error),
        }
    }
}

impl Job {
    /// The job, unless one before it in its lane has failed and must come again first.
    fn in_turn(self) -> Option<Self> {
        match self.place.as_ref().and_then(Place::overtakes) {
            Some(refusal) => {
                self.refuse(refusal);
                None
            }
            None => Some(self),
        }
    }

    fn refuse(self, error: Error) {
        if let Some(place) = &self.place {
            place.failed();
        }
        let _ = self.reply.send(Err(error));
    }
}

/// A panic in `work` as an error: whatever it had begun is undone by being dropped.
async fn unharmed<T>(
    operation: &'static str,
    work: impl Future<Output = Result<T, PortError>>,
) -> Result<T, PortError> {
    let panicked = |panic: Box<dyn Any + Send>| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Err(PortError::Failed { operation, source: format!("it panicked: {text}").into() })
    };
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(panicked)
}

fn not_stored() -> Error {
    Error::new(ErrorCode::Unavailable, "The server can't store this at the moment. Sending it again is safe.")
}

fn stopped() -> Error {
    Error::new(ErrorCode::GoingAway, "The server is stopping. Send it again when it is back.")
}
