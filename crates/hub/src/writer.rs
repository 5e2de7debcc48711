//! The one who writes.
//!
//! Commands wait in a bounded queue. The writer takes all that has gathered, decides and commits them in one
//! transaction (group commit: the slower the disk, the larger the batch), then lets the feed tell and the senders
//! know. There is no other way to change the log, and nothing is told before it is on disk.

use std::sync::Arc;

use chathub_domain::error::ErrorCode;
use tokio::sync::{mpsc, oneshot};

use crate::Clock;
use crate::decide::{Command, Decider, Receipt};
use crate::error::{Error, Result};
use crate::feed::Feed;
use crate::ports::{Log, PortError, Recorded, Wanted};

/// Commands that may wait: at 10,000 a second this is 0.4 s of work; beyond it senders wait, and with them their
/// sockets, so that memory does not grow.
const QUEUE: usize = 4_096;

/// Commands in one transaction. Throughput gains little beyond it, and one batch's latency stays in milliseconds.
const BATCH: usize = 512;

struct Job {
    command: Command,
    reply: oneshot::Sender<Result<Receipt>>,
}

/// A handle to the writer's queue.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Job>,
}

/// A command that has its place in the queue.
pub struct Pending(oneshot::Receiver<Result<Receipt>>);

impl Pending {
    /// Waits until the command is on disk, or was refused.
    ///
    /// # Errors
    /// The refusal; or `unavailable`, when it is unknown whether it was stored: sending it again is safe.
    pub async fn receipt(self) -> Result<Receipt> {
        self.0.await.unwrap_or_else(|_| Err(stopped()))
    }
}

impl Writer {
    /// Starts the writer. It ends, after what is queued, when it is stopped or every handle is gone.
    pub fn start(log: Arc<dyn Log>, feed: Feed, clock: Clock) -> (Self, Stopper) {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(run(jobs, stopped, log, feed, clock));
        (Self { queue }, Stopper { stop, task })
    }

    /// Takes a place in the queue, waiting while it is full. What one caller enqueues is decided in that order.
    ///
    /// # Errors
    /// `unavailable` when the writer has stopped.
    pub async fn enqueue(&self, command: Command) -> Result<Pending> {
        let (reply, pending) = oneshot::channel();
        self.queue.send(Job { command, reply }).await.map_err(|_| stopped())?;
        Ok(Pending(pending))
    }

    /// Enqueues, and waits for the outcome.
    ///
    /// # Errors
    /// As [`enqueue`](Self::enqueue) and [`Pending::receipt`].
    pub async fn execute(&self, command: Command) -> Result<Receipt> {
        self.enqueue(command).await?.receipt().await
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
        let _ = self.task.await;
    }
}

async fn run(
    mut jobs: mpsc::Receiver<Job>,
    mut stop: oneshot::Receiver<()>,
    log: Arc<dyn Log>,
    feed: Feed,
    clock: Clock,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            taken = jobs.recv_many(&mut batch, BATCH) => if taken == 0 { break },
            // A dropped stopper is no order to stop.
            Ok(()) = &mut stop, if !jobs.is_closed() => {
                jobs.close();
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
        let (commands, replies): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|job| (job.command, job.reply)).unzip();
        match commit(&*log, commands, &clock).await {
            Ok((outcomes, events)) => {
                feed.publish(events);
                for (reply, outcome) in replies.into_iter().zip(outcomes) {
                    // Whoever no longer listens has lost the connection, and will ask again.
                    let _ = reply.send(outcome);
                }
            }
            Err(error) => {
                tracing::error!(%error, commands = replies.len(), "a batch could not be stored");
                for reply in replies {
                    let _ = reply.send(Err(Error::new(
                        ErrorCode::Unavailable,
                        "The server could not store this. Send it again; if it goes on, tell the administrator.",
                    )));
                }
            }
        }
    }
}

/// One batch: load, decide, write, commit.
async fn commit(
    log: &dyn Log,
    commands: Vec<Command>,
    clock: &Clock,
) -> Result<(Vec<Result<Receipt>>, Vec<Recorded>), PortError> {
    let mut wanted = Wanted::default();
    for command in &commands {
        command.want(&mut wanted);
    }
    let mut batch = log.begin(&wanted).await?;
    let mut decider = Decider::new(batch.state(), clock.now());
    let outcomes = commands.into_iter().map(|command| decider.decide(command)).collect();
    let changes = decider.changes();
    if !changes.is_empty() {
        batch.commit(&changes).await?;
    }
    Ok((outcomes, changes.events))
}

fn stopped() -> Error {
    Error::new(ErrorCode::GoingAway, "The server is stopping. Send it again when it is back.")
}
