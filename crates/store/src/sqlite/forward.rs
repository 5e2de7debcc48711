//! Bringing a database forward: the migrations, and what takes too long for one of them.
//!
//! The log of a large installation is moved in pieces, each a transaction that takes a moment. Where the last one ended,
//! the moved events say by themselves, so whatever interrupts it, it goes on at the next start.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Connection as _};

use super::checkpoint;
use super::database::MIGRATIONS;
use super::open_error::OpenError;
use super::version::{found_version, has_former_events};

/// The migration that leaves the events of before to be moved.
const EVENTS: i64 = 10;

/// Events in one piece: tenths of a second, and some MiB of the write-ahead log.
const PIECE: i64 = 50_000;

/// Pieces after which the write-ahead log is emptied.
const EMPTIED_EVERY: u32 = 8;

/// Between two lines of the log that tell how far it is.
const TOLD_EVERY: Duration = Duration::from_secs(5);

/// Bytes beside the copied rows, for a server to begin in.
const BESIDE: u64 = 16 * 1024 * 1024;

/// Brings the schema to this version.
///
/// # Errors
/// [`OpenError::NoRoom`] before anything was changed, or when the database fails.
pub(super) async fn bring(options: &SqliteConnectOptions, path: &Path) -> Result<(), OpenError> {
    let database = |source| OpenError::Database { path: path.to_owned(), source };
    // Tables that others refer to are made anew: SQLite's own way to do that needs them not to be looked at meanwhile
    // (https://sqlite.org/lang_altertable.html#otheralter), and they are looked at after it.
    let options = options.clone().foreign_keys(false).pragma("temp_store", "MEMORY");
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.map_err(database)?;
    let mut connection = pool.acquire().await.map_err(database)?;
    let version = found_version(&mut connection, path).await?;
    let is_half_way = has_former_events(&mut connection).await.map_err(database)?;
    let moves = version < EVENTS || is_half_way;
    if moves && version > 0 {
        assert_room(&mut connection, path, version).await?;
    }
    drop(connection);
    MIGRATIONS.run(&pool).await.map_err(|source| OpenError::Migration { path: path.to_owned(), source })?;
    if moves {
        let mut connection = pool.acquire().await.map_err(database)?;
        move_events(&mut connection).await.map_err(database)?;
        assert_whole(&mut connection, path).await?;
    }
    pool.close().await;
    Ok(())
}

/// The copy of the events stands beside them until it is whole.
async fn assert_room(connection: &mut SqliteConnection, path: &Path, version: i64) -> Result<(), OpenError> {
    let database = |source| OpenError::Database { path: path.to_owned(), source };
    let events = if version < EVENTS { "events" } else { "events_before" };
    let sql = format!(
        "SELECT COALESCE(SUM(pgsize), 0) FROM dbstat
         WHERE aggregate = TRUE AND name IN ('{events}', 'events_of_customer', 'customers')"
    );
    let (bytes,): (i64,) =
        sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut *connection).await.map_err(database)?;
    // A row says a little more than before, and some of them stand in the write-ahead log as well.
    let needed = u64::try_from(bytes).unwrap_or(0).saturating_mul(3).saturating_add(BESIDE);
    let directory = path.parent().unwrap_or(path);
    let free = free_bytes(directory)
        .map_err(|source| OpenError::Directory { path: directory.to_owned(), source })?;
    match free < needed {
        true => Err(OpenError::NoRoom { path: path.to_owned(), needed, free }),
        false => Ok(()),
    }
}

/// What the disk has left for this user.
fn free_bytes(directory: &Path) -> std::io::Result<u64> {
    let disk = rustix::fs::statvfs(directory)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

async fn move_events(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    if !has_former_events(connection).await? {
        return Ok(());
    }
    // Numbers have no holes but those of a restore, so they tell how many there are.
    let (all,): (i64,) =
        sqlx::query_as("SELECT COALESCE(SUM(seq), 0) FROM organizations").fetch_one(&mut *connection).await?;
    let (mut begun, mut told, mut pieces) = (false, Instant::now(), 0_u32);
    loop {
        let mut piece = connection.begin_with("BEGIN IMMEDIATE").await?;
        // Another process may have ended it.
        if !has_former_events(&mut piece).await? {
            break;
        }
        let (organization, seq): (i64, i64) = sqlx::query_as(
            "SELECT COALESCE(MAX(organization_id), 0),
                    COALESCE((SELECT MAX(seq) FROM events WHERE organization_id =
                        (SELECT MAX(organization_id) FROM events)), 0) FROM events",
        )
        .fetch_one(&mut *piece)
        .await?;
        let moved = sqlx::query(MOVE).bind(organization).bind(seq).bind(PIECE).execute(&mut *piece).await?;
        if moved.rows_affected() == 0 {
            // It holds no texts: nothing of it has to be overwritten.
            sqlx::query("PRAGMA secure_delete = OFF").execute(&mut *piece).await?;
            sqlx::query("DROP TABLE events_before").execute(&mut *piece).await?;
            piece.commit().await?;
            break;
        }
        piece.commit().await?;
        pieces += 1;
        if pieces.is_multiple_of(EMPTIED_EVERY) {
            checkpoint::truncate(connection).await?;
        }
        if !begun || told.elapsed() >= TOLD_EVERY {
            let done = so_far(connection).await?;
            tracing::info!("bringing the log to this version: {done} of {all} events");
            (begun, told) = (true, Instant::now());
        }
    }
    checkpoint::truncate(connection).await?;
    if begun {
        tracing::info!("the log has been brought to this version");
    }
    Ok(())
}

/// How many events are where they shall be, as far as their numbers tell.
async fn so_far(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    let (done,): (i64,) = sqlx::query_as(
        "SELECT COALESCE((SELECT SUM(seq) FROM organizations WHERE id < last.id), 0)
                + COALESCE((SELECT MAX(seq) FROM events WHERE organization_id = last.id), 0)
         FROM (SELECT MAX(organization_id) AS id FROM events) last",
    )
    .fetch_one(connection)
    .await?;
    Ok(done)
}

/// The next piece, after an organization's event. Who had closed a chat or given it to somebody was not noted, or not apart
/// from whom it was given to; nor was whose an erased chat had been, but in what its customer was told.
pub(super) const MOVE: &str = "
    INSERT OR IGNORE INTO erased_chats (chat_id, organization_id)
    SELECT chat_id, organization_id FROM
        (SELECT chat_id, organization_id FROM events_before
         WHERE (organization_id, seq) > ($1, $2) ORDER BY organization_id, seq LIMIT $3) e
    WHERE NOT EXISTS (SELECT 1 FROM chats c WHERE c.id = e.chat_id AND c.organization_id = e.organization_id);

    INSERT INTO events (organization_id, seq, at, kind, actor_kind, actor_id, chat_id, subject_id, data,
                        customer_id, customer_seq, customer_data)
    SELECT e.organization_id, e.seq, e.at,
           CASE e.kind WHEN 'read_by_customer' THEN 'read' ELSE e.kind END,
           CASE WHEN e.kind IN ('chat_created', 'customer', 'read_by_customer')
                THEN CASE WHEN c.id IS NULL THEN 'unknown' ELSE 'customer' END
                WHEN e.kind = 'assigned' THEN 'unknown'
                WHEN e.operator_id IS NOT NULL THEN 'operator'
                WHEN e.kind = 'message' THEN 'customer'
                ELSE 'unknown' END,
           CASE WHEN e.kind IN ('chat_created', 'customer', 'read_by_customer')
                     OR (e.kind = 'message' AND e.operator_id IS NULL)
                THEN COALESCE(c.customer_id, e.customer_id)
                WHEN e.kind <> 'assigned' THEN e.operator_id END,
           e.chat_id,
           CASE e.kind WHEN 'message' THEN e.message_id WHEN 'assigned' THEN e.operator_id END,
           CASE WHEN e.kind = 'chat_status' THEN json_object('status', e.value)
                WHEN e.kind IN ('read', 'read_by_customer') THEN json_object('up_to', e.value) END,
           e.customer_id, e.customer_seq,
           CASE WHEN e.customer_value IS NOT NULL THEN json_object('up_to', e.customer_value) END
    FROM (SELECT * FROM events_before
          WHERE (organization_id, seq) > ($1, $2) ORDER BY organization_id, seq LIMIT $3) e
    LEFT JOIN chats c ON c.id = e.chat_id AND c.organization_id = e.organization_id";

/// Whatever was made anew has all that refers to it.
async fn assert_whole(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let lost: Option<(String, String)> =
        sqlx::query_as("SELECT \"table\", parent FROM pragma_foreign_key_check LIMIT 1")
            .fetch_optional(connection)
            .await
            .map_err(|source| OpenError::Database { path: path.to_owned(), source })?;
    match lost {
        Some((table, parent)) => Err(OpenError::Torn { path: path.to_owned(), table, parent }),
        None => Ok(()),
    }
}
