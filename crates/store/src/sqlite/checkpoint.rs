//! The write-ahead log, and that it stays small.
//!
//! A commit appends to the log; a checkpoint takes it into the database, and then the log can begin anew, unless
//! somebody reads what was true before. With reads that overlap somebody always does. So there is a task that lives by
//! the commits: it checkpoints when there is enough, apart from those who wait for an acknowledgement, and when readers
//! have not let the log begin anew for too long, it waits for a moment without any. To hold all connections that
//! read is to know that nobody reads; whoever wants one queues for it as always, for milliseconds. Searches take
//! longer, so they are asked to let go, and begin again.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures::future::try_join_all;
use sqlx::Sqlite as Driver;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

/// Bytes of a page of the log, with its header.
const FRAME: i64 = 4_096 + 24;

/// From here on a checkpoint is worth its two syncs: SQLite's own measure, 1,000 pages.
const ENOUGH: i64 = 1_000;

/// From here on readers make room: 16 MiB, some seconds of a busy server's writing.
const TOO_MUCH: i64 = (16 << 20) / FRAME;

/// The file's length in bytes beyond which a batch waits for it to be emptied, and to which SQLite cuts it when it
/// begins anew: 32 MiB. Only a single transaction may need more.
pub(super) const BOUND: u64 = 32 << 20;

/// Between two looks at the log, while there are commits. It grows by some 5 MiB in that time at the most.
const PACE: Duration = Duration::from_millis(50);

/// How long a moment without readers is waited for, in which new ones wait, too. Reads take milliseconds.
const PATIENCE: Duration = Duration::from_secs(1);

/// Beside us only another process can keep the log (the command line, a backup): some tries, and then later again.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// Makes room in the write-ahead log.
pub(super) struct Checkpoints {
    /// Everybody else's, those first that take longest; the last one writes.
    pools: [SqlitePool; 5],
    /// The log's file.
    log: PathBuf,
    /// One connection, so that one thing is done at a time: two that each collected the others' connections would wait
    /// for each other. It waits for no lock, since it would hold the writer's meanwhile.
    own: SqlitePool,
    /// A commit was made.
    committed: Arc<Notify>,
    /// Searches are asked to let go.
    hurry: Arc<AtomicBool>,
    /// The file's length at which a batch waits for it next.
    next: AtomicU64,
}

/// Asks searches to let go for as long as it lives.
struct Hurry<'a>(&'a AtomicBool);

impl<'a> Hurry<'a> {
    fn up(hurry: &'a AtomicBool) -> Self {
        hurry.store(true, Ordering::Relaxed);
        Self(hurry)
    }
}

impl Drop for Hurry<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl Checkpoints {
    pub(super) fn new(
        pools: [SqlitePool; 5],
        log: PathBuf,
        options: &SqliteConnectOptions,
        committed: Arc<Notify>,
    ) -> Self {
        let own = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .connect_lazy_with(options.clone().busy_timeout(Duration::ZERO));
        let (hurry, next) = (Arc::default(), AtomicU64::new(BOUND));
        Self { pools, own, log, committed, hurry, next }
    }

    pub(super) async fn close(&self) {
        self.own.close().await;
    }

    /// Turns true when a search must let go of its connection.
    pub(super) fn hurry(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.hurry)
    }

    /// Keeps the log small for as long as there is a database.
    pub(super) async fn run(self: Arc<Self>) {
        // Frames at which a checkpoint is tried next.
        let mut next = ENOUGH;
        loop {
            self.committed.notified().await;
            sleep(PACE).await;
            match self.look(next).await {
                Ok(frames) => next = frames + ENOUGH,
                Err(sqlx::Error::PoolClosed) => return,
                Err(error) => tracing::warn!(%error, "the write-ahead log could not be checkpointed"),
            }
        }
    }

    /// Makes room if need be. How many frames are in the log then that nothing could be done about.
    async fn look(&self, next: i64) -> Result<i64, sqlx::Error> {
        let mut connection = self.own.acquire().await?;
        let (_, frames) = checkpoint(&mut connection, "NOOP").await?;
        if frames < next {
            return Ok(next - ENOUGH);
        }
        // Most of it beside the writer; the rest, and the new beginning, in its place.
        checkpoint(&mut connection, "PASSIVE").await?;
        let [.., writer] = &self.pools;
        let writer = writer.acquire().await?;
        let (done, frames) = checkpoint(&mut connection, "RESTART").await?;
        drop(writer);
        if done {
            return Ok(0);
        }
        if frames < TOO_MUCH {
            return Ok(frames);
        }
        if let Ok(alone) = timeout(PATIENCE, self.alone()).await {
            let _alone = alone?;
            let (_, frames) = checkpoint(&mut connection, "RESTART").await?;
            return Ok(frames);
        }
        tracing::warn!(frames, "the write-ahead log grows: somebody reads without an end");
        Ok(frames)
    }

    /// Has a batch wait while the log is at its bound, which it comes to when writing is faster than what makes room.
    /// While another process reads it (a backup), it may grow, and is tried again when it has grown as much.
    pub(super) async fn bounded(&self) {
        let length = std::fs::metadata(&self.log).map_or(0, |file| file.len());
        if length <= self.next.load(Ordering::Relaxed) {
            return;
        }
        let next = if self.empty_now().await.unwrap_or(false) {
            BOUND
        } else {
            tracing::warn!(length, "the write-ahead log grows: another process reads the database");
            length + BOUND
        };
        self.next.store(next, Ordering::Relaxed);
    }

    /// Empties the log and cuts its file to nothing. Whether it could be done: not while another process reads it, or
    /// somebody here without an end.
    pub(super) async fn empty(&self) -> Result<bool, sqlx::Error> {
        for _ in 0..TRIES {
            if self.empty_now().await? {
                return Ok(true);
            }
            sleep(PAUSE).await;
        }
        Ok(false)
    }

    /// Empties it if there is a moment without readers. Whether there was.
    async fn empty_now(&self) -> Result<bool, sqlx::Error> {
        let mut connection = self.own.acquire().await?;
        let Ok(alone) = timeout(PATIENCE, self.alone()).await else { return Ok(false) };
        let _alone = alone?;
        truncate(&mut connection).await
    }

    /// Everybody else's connections: while they are here, nobody reads and nobody writes. Searches go first, so that
    /// what is quick waits for what is quick only.
    async fn alone(&self) -> Result<Vec<PoolConnection<Driver>>, sqlx::Error> {
        let _hurry = Hurry::up(&self.hurry);
        let mut connections = Vec::new();
        for pool in &self.pools {
            connections.extend(all(pool).await?);
        }
        Ok(connections)
    }
}

/// All of a pool's connections, queued for at once.
async fn all(pool: &SqlitePool) -> Result<Vec<PoolConnection<Driver>>, sqlx::Error> {
    let connections = pool.options().get_max_connections();
    try_join_all((0..connections).map(|_| pool.acquire())).await
}

/// Tells of commits on the connections of a pool.
pub(super) fn telling(options: SqlitePoolOptions, committed: &Arc<Notify>) -> SqlitePoolOptions {
    let committed = Arc::clone(committed);
    options.after_connect(move |connection, _| {
        let committed = Arc::clone(&committed);
        Box::pin(async move {
            let mut handle = connection.lock_handle().await?;
            handle.set_commit_hook(move || {
                committed.notify_one();
                // It may be committed.
                true
            });
            Ok(())
        })
    })
}

/// Whether the log can begin anew after this, and how many frames it has.
async fn checkpoint(connection: &mut SqliteConnection, mode: &str) -> Result<(bool, i64), sqlx::Error> {
    let pragma = sqlx::AssertSqlSafe(format!("PRAGMA wal_checkpoint({mode})"));
    let (busy, frames, _): (i64, i64, i64) = sqlx::query_as(pragma).fetch_one(connection).await?;
    Ok((busy == 0, frames))
}

/// Empties the log if nobody reads it now, and whether that was so.
pub(super) async fn truncate(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    Ok(checkpoint(connection, "TRUNCATE").await?.0)
}
