//! The real path: senders, the hub's writer, its rules, the store.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chathub_domain::Timestamp;
use chathub_hub::log::feed::Feed;
use chathub_hub::log::writer::Writer;
use chathub_hub::ports::Alone;
use chathub_hub::rules::Command;
use chathub_hub::{Clock, Error};
use chathub_store::Sqlite;
use tokio::task::JoinSet;

use super::scene::{Post, Scene};
use crate::report::Result;
use crate::stats::Run;

/// Stores `posts` with `in_flight` senders, each of whom waits for the acknowledgement before the next.
pub async fn run(directory: &Path, scene: &Scene, posts: &[Post], in_flight: usize) -> Result<Run> {
    let store = Arc::new(Sqlite::open(directory).await?);
    let commits = Arc::new(AtomicUsize::new(0));
    let (writer, stopper) =
        Writer::start(store.clone(), Feed::new(store.clone(), Arc::new(Alone)), counting(&commits));
    let commands: Vec<Command> = posts.iter().map(|post| scene.command(post)).collect();
    let commands = Arc::new(Mutex::new(commands.into_iter()));
    let mut senders = JoinSet::new();
    let start = Instant::now();
    for _ in 0..in_flight {
        senders.spawn(send(writer.clone(), Arc::clone(&commands)));
    }
    let mut waits = Vec::with_capacity(posts.len());
    while let Some(sent) = senders.join_next().await {
        waits.extend(sent??);
    }
    let elapsed = start.elapsed();
    stopper.stop().await;
    store.close().await;
    Ok(Run::new(posts.len(), commits.load(Ordering::Relaxed), elapsed, waits))
}

/// The writer looks at the clock once a batch.
fn counting(commits: &Arc<AtomicUsize>) -> Clock {
    let (commits, clock) = (Arc::clone(commits), Clock::system());
    Clock::new(move || -> Timestamp {
        commits.fetch_add(1, Ordering::Relaxed);
        clock.now()
    })
}

async fn send(
    writer: Writer,
    commands: Arc<Mutex<impl Iterator<Item = Command>>>,
) -> std::result::Result<Vec<Duration>, Error> {
    let mut waits = Vec::new();
    loop {
        let next = commands.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some(command) = next else { return Ok(waits) };
        let start = Instant::now();
        writer.execute(command).await?;
        waits.push(start.elapsed());
    }
}
