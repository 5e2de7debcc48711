//! Finding chats: the plain list, and by words.
//!
//! A query has an arm for each organization, so that each is read in the order of an index and in the organization's
//! own terms, and the arms are merged: newest first, and no further than the page.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chathub_hub::ports::{ChatCursor, ChatFilter, ChatPage, FoundPage, PortError, Search};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{Connection, Sqlite as Driver};
use tokio::time::timeout;

use super::database::Sqlite;
use super::paging;
use super::query::{FoundRow, count};
use super::trouble::failed;

const OPERATION: &str = "searching chats";

/// A search that runs longer is given up: by then it reads a large part of the database, and the person who asked
/// has lost patience.
const WITHIN: Duration = Duration::from_secs(3);

/// How long a search waits for those of others before it begins.
const TURN: Duration = Duration::from_secs(5);

/// Steps of SQLite's machine between two looks at the clock: well under a millisecond.
const STEPS: i32 = 10_000;

#[async_trait]
impl Search for Sqlite {
    async fn find(&self, filter: &ChatFilter, page: ChatPage) -> Result<FoundPage, PortError> {
        find(self, filter, page).await
    }
}

/// What a search reads.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) total: i64,
    pub(super) rows: Vec<FoundRow>,
    pub(super) next: Option<ChatCursor>,
}

pub(super) async fn find(
    store: &Sqlite,
    filter: &ChatFilter,
    page: ChatPage,
) -> Result<FoundPage, PortError> {
    // A list waits for no search.
    let pool = if filter.is_list() { &store.listers } else { &store.searchers };
    let Rows { total, rows, next } = search(store, pool, filter, page).await?;
    let chats = rows.into_iter().map(FoundRow::found).collect::<Result<_, _>>()?;
    Ok(FoundPage { chats, total: u64::try_from(total).unwrap_or(0), next })
}

/// Reads on a connection whose statements are given up in time. When it has to let go, since the write-ahead log must be made smaller, it
/// begins again, until it has had its time.
async fn search(
    store: &Sqlite,
    pool: &SqlitePool,
    filter: &ChatFilter,
    page: ChatPage,
) -> Result<Rows, PortError> {
    let mut until = None;
    loop {
        let busy = |_| failed(OPERATION)(sqlx::Error::PoolTimedOut);
        let reader = timeout(TURN, pool.acquire()).await.map_err(busy)?;
        let mut reader = reader.map_err(failed(OPERATION))?;
        let until = *until.get_or_insert_with(|| Instant::now() + WITHIN);
        limit(&mut reader, until, store.checkpoints.hurry()).await.map_err(failed(OPERATION))?;
        match read(&mut reader, filter, page).await {
            Err(error) if is_interrupt(&error) && Instant::now() < until => {}
            Err(error) if is_interrupt(&error) => return Err(PortError::TooBroad),
            outcome => return outcome.map_err(failed(OPERATION)),
        }
    }
}

/// Has the connection's next statements given up in time. Replaces the former search's.
async fn limit(
    reader: &mut PoolConnection<Driver>,
    until: Instant,
    hurry: Arc<AtomicBool>,
) -> Result<(), sqlx::Error> {
    let goes_on = move || Instant::now() < until && !hurry.load(Ordering::Relaxed);
    reader.lock_handle().await?.set_progress_handler(STEPS, goes_on);
    Ok(())
}

/// `SQLITE_INTERRUPT` is the progress handler's doing.
fn is_interrupt(error: &sqlx::Error) -> bool {
    const INTERRUPT: &str = "9";

    matches!(error, sqlx::Error::Database(error) if error.code().as_deref() == Some(INTERRUPT))
}

/// How many there are, and the page, of one moment.
pub(super) async fn read(
    reader: &mut SqliteConnection,
    filter: &ChatFilter,
    page: ChatPage,
) -> Result<Rows, sqlx::Error> {
    if filter.organizations.is_empty() {
        return Ok(Rows::default());
    }
    let mut snapshot = reader.begin().await?;
    let (total,): (i64,) = count(filter).build_query_as().fetch_one(&mut *snapshot).await?;
    let (rows, next) = paging::page(&mut snapshot, filter, page).await?;
    Ok(Rows { total, rows, next })
}
