//! Finding chats, and leaving nothing of erased ones.
//!
//! Words are found by an FTS5 index with the `trigram` tokenizer: parts of words, in any script and any case. A
//! trigram has three characters, so a shorter term (most Korean words have two) is looked up as the beginning of one
//! in the index's own list of trigrams; the migration says how the last characters of a text come into that list.

use std::time::{Duration, Instant};

use chathub_domain::{OperatorId, OrganizationId, OrganizationRef};
use chathub_hub::ports::{ChatFilter, ChatOrder, ChatPage, FoundChat, PortError, Search};
use serde_json::json;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, FromRow, QueryBuilder, Sqlite as Driver};
use tokio::time::sleep;

use super::load::text;
use super::reads::ChatRow;
use super::{Sqlite, failed};

const OPERATION: &str = "searching chats";

/// A search that runs longer is given up: by then it reads a large part of the database, and the person who asked
/// has lost patience.
const WITHIN: Duration = Duration::from_secs(3);

/// Steps of SQLite's machine between two looks at the clock: well under a millisecond.
const STEPS: i32 = 10_000;

/// What a trigram has at least; a shorter term is the beginning of one.
const TRIGRAM: usize = 3;

/// The write-ahead log can be emptied only between two transactions that read; each lasts milliseconds.
const SCRUB_TRIES: u32 = 100;
const SCRUB_PAUSE: Duration = Duration::from_millis(50);

#[derive(FromRow)]
struct FoundRow {
    #[sqlx(flatten)]
    chat: ChatRow,
    organization_id: i64,
    organization_name: String,
    phone: String,
}

pub(super) async fn find(
    store: &Sqlite,
    filter: &ChatFilter,
    page: ChatPage,
) -> Result<(Vec<FoundChat>, u64), PortError> {
    let mut reader = limited(store).await?;
    let mut snapshot = sqlx::Connection::begin(&mut *reader).await.map_err(failed(OPERATION))?;
    let mut count =
        QueryBuilder::new("SELECT COUNT(*) FROM chats c JOIN customers u ON u.id = c.customer_id WHERE ");
    push_filter(&mut count, filter);
    let (total,): (i64,) = count.build_query_as().fetch_one(&mut *snapshot).await.map_err(given_up)?;
    let mut select = QueryBuilder::new(
        "SELECT c.id, u.name AS customer, c.source, c.status, c.operator_id, o.name AS operator_name,
                c.created_at, c.updated_at, c.read_by_customer, ",
    );
    push_read_position(&mut select, filter.reader);
    select.push(
        " AS read_by_me,
                (SELECT COUNT(*) FROM messages n
                 WHERE n.chat_id = c.id AND n.operator_id IS NULL AND n.seq > ",
    );
    push_read_position(&mut select, filter.reader);
    select.push(
        ") AS unread,
                m.seq AS last_seq, m.operator_id AS last_by, substr(m.text, 1, 320) AS last_text, m.at AS last_at,
                g.id AS organization_id, g.name AS organization_name, u.phone
         FROM (SELECT c.id FROM chats c JOIN customers u ON u.id = c.customer_id WHERE ",
    );
    push_filter(&mut select, filter);
    let order = match page.order {
        ChatOrder::Updated => " ORDER BY c.updated_at DESC, c.id DESC ",
        ChatOrder::Created => " ORDER BY c.created_at, c.id ",
    };
    select.push(order);
    select.push("LIMIT ").push_bind(i64::try_from(page.limit).unwrap_or(i64::MAX));
    select.push(" OFFSET ").push_bind(i64::try_from(page.offset).unwrap_or(i64::MAX));
    // Only the page's rows are joined with what a list shows.
    select.push(
        ") f JOIN chats c ON c.id = f.id
         JOIN customers u ON u.id = c.customer_id
         JOIN organizations g ON g.id = c.organization_id
         LEFT JOIN operators o ON o.id = c.operator_id
         LEFT JOIN messages m ON m.chat_id = c.id AND m.seq = c.last_seq",
    );
    select.push(order);
    let rows: Vec<FoundRow> = select.build_query_as().fetch_all(&mut *snapshot).await.map_err(given_up)?;
    let chats = rows.into_iter().map(FoundRow::found).collect::<Result<_, _>>()?;
    Ok((chats, u64::try_from(total).unwrap_or(0)))
}

/// A reader that gives up in time. These have a pool of their own, so that a broad search keeps no panel waiting.
async fn limited(store: &Sqlite) -> Result<PoolConnection<Driver>, PortError> {
    let mut reader = store.searchers.acquire().await.map_err(failed(OPERATION))?;
    let until = Instant::now() + WITHIN;
    let mut handle = reader.lock_handle().await.map_err(failed(OPERATION))?;
    // Replaces the former search's.
    handle.set_progress_handler(STEPS, move || Instant::now() < until);
    drop(handle);
    Ok(reader)
}

/// `SQLITE_INTERRUPT` is the progress handler's doing.
fn given_up(source: sqlx::Error) -> PortError {
    const INTERRUPT: &str = "9";

    match &source {
        sqlx::Error::Database(error) if error.code().as_deref() == Some(INTERRUPT) => PortError::TooBroad,
        _ => failed(OPERATION)(source),
    }
}

/// How far has been read: by an operator, or by any of them.
fn push_read_position(sql: &mut QueryBuilder<Driver>, reader: Option<OperatorId>) {
    match reader {
        Some(operator) => sql
            .push("COALESCE((SELECT p.seq FROM read_positions p WHERE p.chat_id = c.id AND p.operator_id = ")
            .push_bind(operator.0)
            .push("), 0)"),
        None => sql.push("c.read_by_operators"),
    };
}

fn push_filter(sql: &mut QueryBuilder<Driver>, filter: &ChatFilter) {
    let ChatFilter {
        organizations, search, source, from, until, telegram_user, phone, status, operator, ..
    } = filter;
    sql.push("c.organization_id IN (SELECT value FROM json_each(")
        .push_bind(text(organizations.iter().map(|OrganizationId(id)| json!(id))))
        .push("))");
    let mut equal = |column: &str, value: Option<i64>| {
        if let Some(value) = value {
            sql.push(" AND ").push(column).push_bind(value);
        }
    };
    equal("c.source = ", source.map(|source| source as i64));
    equal("c.status = ", status.map(|status| status as i64));
    equal("c.operator_id = ", operator.map(|id| id.0));
    equal("c.created_at >= ", from.map(|at| at.0));
    equal("c.created_at < ", until.map(|at| at.0));
    equal("u.tg_user_id = ", *telegram_user);
    if let Some(digits) = phone {
        sql.push(" AND ");
        push_phone(sql, digits);
    }
    if let Some(search) = search {
        push_search(sql, search);
    }
}

fn push_search(sql: &mut QueryBuilder<Driver>, Search { words, phone }: &Search) {
    sql.push(" AND ((");
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            sql.push(" AND ");
        }
        sql.push("(instr(u.name_key, ").push_bind(word.clone()).push(") > 0 OR c.id IN (");
        sql.push("SELECT n.chat_id FROM messages n WHERE n.id IN (");
        if word.chars().count() < TRIGRAM {
            sql.push("SELECT doc FROM message_terms WHERE term >= ").push_bind(word.clone());
            sql.push(" AND term < ").push_bind(format!("{word}{}", char::MAX));
        } else {
            sql.push("SELECT rowid FROM message_search WHERE message_search MATCH ");
            sql.push_bind(format!("\"{}\"", word.replace('"', "\"\"")));
        }
        sql.push(")))");
    }
    sql.push(")");
    if let Some(digits) = phone {
        sql.push(" OR ");
        push_phone(sql, digits);
    }
    sql.push(")");
}

fn push_phone(sql: &mut QueryBuilder<Driver>, digits: &str) {
    sql.push("instr(u.phone_digits, ").push_bind(digits.to_owned()).push(") > 0");
}

/// Moves the write-ahead log into the database and cuts it to nothing: what was erased may stand in it still. The
/// database itself overwrites what it deletes (`secure_delete`).
pub(super) async fn scrub(store: &Sqlite) -> Result<(), PortError> {
    let operation = "emptying the write-ahead log";
    let mut connection = store.options.connect().await.map_err(failed(operation))?;
    for _ in 0..SCRUB_TRIES {
        if truncate(&mut connection).await.map_err(failed(operation))? {
            return Ok(());
        }
        sleep(SCRUB_PAUSE).await;
    }
    tracing::warn!("the write-ahead log was never free to be emptied; it will be when the server stops");
    Ok(())
}

/// Whether it could be done now.
pub(super) async fn truncate(connection: &mut sqlx::SqliteConnection) -> Result<bool, sqlx::Error> {
    let (busy, _, _): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await?;
    Ok(busy == 0)
}

/// For connections that only scrub: they wait for nobody, since they would do so holding the writer's lock.
pub(super) fn impatient(options: &SqliteConnectOptions) -> SqliteConnectOptions {
    options.clone().busy_timeout(Duration::ZERO)
}

impl FoundRow {
    fn found(self) -> Result<FoundChat, PortError> {
        Ok(FoundChat {
            chat: self.chat.chat()?,
            organization: OrganizationRef {
                id: OrganizationId(self.organization_id),
                name: self.organization_name,
            },
            phone: self.phone,
        })
    }
}
