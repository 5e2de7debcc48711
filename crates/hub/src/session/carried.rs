//! A session as a stream of frames, for carriers that only take: a streamed answer.

use std::sync::Arc;
use std::time::Duration;

use futures::Stream;
use futures::stream::unfold;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::conversation::{Session, Turn};
use crate::request::handed_on;

/// A frame that is not taken within this time is a lost connection.
pub const TAKEN_WITHIN: Duration = Duration::from_secs(30);

impl Session {
    /// The frames to send. The session goes on by itself, so that it ends in time when nobody takes them any more.
    pub fn carried(mut self) -> impl Stream<Item = Arc<str>> + Send + 'static {
        // One frame waits here, the others in the session.
        let (frames, carrier) = mpsc::channel(1);
        tokio::spawn(handed_on(async move {
            loop {
                let turn = tokio::select! {
                    turn = self.next() => turn,
                    () = frames.closed() => return,
                };
                match turn {
                    Turn::Send(frame) => match timeout(TAKEN_WITHIN, frames.send(frame)).await {
                        Ok(Ok(())) => {}
                        // Gone, or as good as gone.
                        Ok(Err(_)) | Err(_) => return,
                    },
                    Turn::Listen => {}
                    Turn::End => return,
                }
            }
        }));
        unfold(carrier, async |mut carrier| Some((carrier.recv().await?, carrier)))
    }
}
