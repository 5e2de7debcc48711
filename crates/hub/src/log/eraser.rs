//! Erasing, on the server's own account.
//!
//! A chat is gone for everybody with the batch that erases it. What was said in it then goes out of the storage piece
//! by piece, between the writer's batches, so that nobody's message waits for it. Whoever asked may wait for the end,
//! and nothing ends when they don't. What a crash has interrupted goes on at the next start.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use chathub_domain::error::ErrorCode;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::error::{Error, Result};
use crate::ports::{Erase, PortError};

/// Who waits for the end of an erasure; beyond it they wait to wait.
const WAITING: usize = 64;

/// After a failure: the disk is full, or a backup is reading. Nothing is lost by waiting.
const AGAIN: Duration = Duration::from_secs(5);

/// A handle to the task that erases.
pub(crate) struct Eraser {
    asked: mpsc::Sender<oneshot::Sender<Result<()>>>,
}

impl Eraser {
    /// Starts with what is left of a former life, and ends with its last handle.
    pub fn start(erase: Arc<dyn Erase>) -> (Self, JoinHandle<()>) {
        let (asked, waiting) = mpsc::channel(WAITING);
        (Self { asked }, tokio::spawn(run(erase, waiting)))
    }

    /// Waits until nothing is left of what has been erased so far.
    ///
    /// # Errors
    /// `unavailable` when it can't be done now; it goes on by itself.
    pub async fn done(&self) -> Result<()> {
        let (waits, done) = oneshot::channel();
        self.asked.send(waits).await.map_err(|_| later())?;
        done.await.unwrap_or_else(|_| Err(later()))
    }
}

async fn run(erase: Arc<dyn Erase>, mut asked: mpsc::Receiver<oneshot::Sender<Result<()>>>) {
    let mut waiting: Vec<oneshot::Sender<Result<()>>> = Vec::new();
    let mut failing = false;
    loop {
        let outcome = finish(&*erase).await;
        for waits in waiting.drain(..) {
            // Whoever no longer waits has lost the connection.
            let _ = waits.send(outcome.as_ref().copied().map_err(|_| later()));
        }
        let more = match outcome {
            Ok(()) => {
                failing = false;
                asked.recv_many(&mut waiting, WAITING).await
            }
            Err(error) => {
                if !failing {
                    tracing::error!(error = &error as &dyn StdError, "erasing waits; it is tried again");
                }
                failing = true;
                let Ok(more) = timeout(AGAIN, asked.recv_many(&mut waiting, WAITING)).await else { continue };
                more
            }
        };
        if more == 0 {
            return;
        }
    }
}

async fn finish(erase: &dyn Erase) -> Result<(), PortError> {
    while erase.erase_some().await? {
        // Each piece has waited for its turn among the batches.
        tokio::task::yield_now().await;
    }
    erase.scrub().await
}

fn later() -> Error {
    Error::new(
        ErrorCode::Unavailable,
        "The chat is gone for everybody. What is left of it in the server's files goes as soon as they can be \
         written and no backup reads them.",
    )
}
