//! What is wrong with a database, in words for the administrator.

use std::path::Path;

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _};
use uuid::Uuid;

use super::database::{FILE, Sqlite};
use super::open_error::OpenError;
use super::version::has_former_events;

/// Lines of one kind: by then a backup is needed, and not a longer list.
const LINES: u32 = 20;

/// A statement that finds what must not be, as `(where, how many)`, and what that means.
struct Rule {
    sql: &'static str,
    says: fn(&str, i64) -> String,
}

const RULES: [Rule; 7] = [
    Rule {
        sql: "SELECT 'organization ' || organization_id, COUNT(*) FROM (
                  SELECT organization_id, seq, LAG(seq, 1, 0) OVER (PARTITION BY organization_id ORDER BY seq) AS after
                  FROM events) e
              WHERE seq <> after + 1 AND NOT EXISTS (
                  SELECT 1 FROM leaps l WHERE l.organization_id = e.organization_id AND l.customer_id = 0
                  AND l.after = e.after AND l.seq = e.seq - 1)
              GROUP BY organization_id",
        says: |place, count| format!("the log of {place} has {count} holes: events are missing"),
    },
    Rule {
        sql: "SELECT 'organization ' || id, 1 FROM (
                  SELECT id, seq, (SELECT COALESCE(MAX(seq), 0) FROM events WHERE organization_id = o.id) AS last
                  FROM organizations o) o
              WHERE seq <> last AND NOT EXISTS (
                  SELECT 1 FROM leaps l
                  WHERE l.organization_id = o.id AND l.customer_id = 0 AND l.after = last AND l.seq = o.seq)",
        says: |place, _| format!("the log of {place} does not end where its counting is"),
    },
    Rule {
        sql: "SELECT 'customer ' || customer_id, COUNT(*) FROM (
                  SELECT organization_id, customer_id, customer_seq AS seq,
                         LAG(customer_seq, 1, 0) OVER (PARTITION BY customer_id ORDER BY customer_seq) AS after
                  FROM events WHERE customer_seq IS NOT NULL) e
              WHERE seq <> after + 1 AND NOT EXISTS (
                  SELECT 1 FROM leaps l WHERE l.organization_id = e.organization_id
                  AND l.customer_id = e.customer_id AND l.after = e.after AND l.seq = e.seq - 1)
              GROUP BY customer_id",
        says: |place, count| format!("what {place} was told has {count} holes: events are missing"),
    },
    Rule {
        sql: "SELECT 'customer ' || id, 1 FROM (
                  SELECT id, organization_id, seq,
                         (SELECT COALESCE(MAX(customer_seq), 0) FROM events
                          WHERE customer_id = u.id AND customer_seq IS NOT NULL) AS last
                  FROM countings u) u
              WHERE seq <> last AND NOT EXISTS (
                  SELECT 1 FROM leaps l WHERE l.organization_id = u.organization_id AND l.customer_id = u.id
                  AND l.after = last AND l.seq = u.seq)",
        says: |place, _| format!("what {place} was told does not end where their counting is"),
    },
    Rule {
        sql: "SELECT 'organization ' || m.organization_id, COUNT(*) FROM messages m
              LEFT JOIN events e ON e.organization_id = m.organization_id AND e.seq = m.seq
              WHERE e.subject_id IS NOT m.id GROUP BY m.organization_id",
        says: |place, count| format!("{count} messages of {place} are not in its log"),
    },
    Rule {
        sql: "SELECT 'organization ' || e.organization_id, COUNT(*) FROM events e
              JOIN chats c ON c.id = e.chat_id
              LEFT JOIN messages m ON m.id = e.subject_id
              WHERE e.kind = 'message' AND m.id IS NULL GROUP BY e.organization_id",
        says: |place, count| format!("{count} messages of {place} are in its log and nowhere else"),
    },
    Rule {
        sql: "SELECT 'organization ' || e.organization_id, COUNT(DISTINCT e.chat_id) FROM events e
              WHERE e.chat_id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM chats c WHERE c.id = e.chat_id AND c.organization_id = e.organization_id)
                AND NOT EXISTS (SELECT 1 FROM erased_chats x WHERE x.chat_id = e.chat_id)
              GROUP BY e.organization_id",
        says: |place, count| format!("{count} chats of {place} are in its log, and neither there nor erased"),
    },
];

/// What a rule reads as where the schema is older than it: tables that were not there yet, and what their columns were
/// called before.
const FORMERLY: [(&str, &str, &str); 4] = [
    (
        "leaps",
        "FROM leaps",
        "FROM (SELECT 0 AS organization_id, 0 AS customer_id, 0 AS after, 0 AS seq WHERE false)",
    ),
    ("countings", "FROM countings", "FROM customers"),
    ("erased_chats", "e.subject_id", "e.message_id"),
    // Until then a missing chat was an erased one.
    ("erased_chats", "FROM erased_chats x WHERE x.chat_id = e.chat_id", "FROM organizations"),
];

impl Sqlite {
    /// What is wrong with the database in `directory`, a line each: the file itself, rows that refer to nothing, numbers
    /// with holes, ids that would be given out again. Changes nothing, also not the schema.
    ///
    /// # Errors
    /// When it can't be opened or read at all.
    pub async fn problems(directory: &Path) -> Result<Vec<String>, OpenError> {
        let mut connection = Self::connect_to_read(directory).await?;
        let path = directory.join(FILE);
        let failed = |source| OpenError::Database { path: path.clone(), source };
        let problems = problems(&mut connection).await.map_err(failed)?;
        connection.close().await.map_err(failed)?;
        Ok(problems)
    }
}

async fn problems(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    // As of one moment, while others write.
    let mut snapshot = connection.begin().await?;
    let mut problems = Vec::new();
    let damages: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(format!("PRAGMA integrity_check({LINES})")))
        .fetch_all(&mut *snapshot)
        .await?;
    problems.extend(
        damages
            .into_iter()
            .filter(|(line,)| line != "ok")
            .map(|(line,)| format!("the database is damaged: {}", line.replace('\n', " "))),
    );
    if !problems.is_empty() {
        // What can't be read can't be counted either.
        return Ok(problems);
    }
    if has_former_events(&mut snapshot).await? {
        problems.push(
            "the log is half way to this version: start the server once, which goes on with it".to_owned(),
        );
        return Ok(problems);
    }
    let lost: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT \"table\", parent, COUNT(*) FROM pragma_foreign_key_check GROUP BY \"table\", parent",
    )
    .fetch_all(&mut *snapshot)
    .await?;
    problems.extend(
        lost.into_iter()
            .map(|(table, parent, count)| format!("{count} {table} refer to {parent} that are not there")),
    );
    let tables: Vec<(String,)> = sqlx::query_as("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .fetch_all(&mut *snapshot)
        .await?;
    for Rule { sql, says } in RULES {
        let mut sql = format!("{sql} LIMIT {LINES}");
        for (table, now, formerly) in FORMERLY {
            if tables.iter().all(|(name,)| name != table) {
                sql = sql.replace(now, formerly);
            }
        }
        let found: Vec<(String, i64)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut *snapshot).await?;
        problems.extend(found.iter().map(|(place, count)| says(place, *count)));
    }
    for table in super::copy::COUNTING {
        let sql = format!(
            "SELECT COALESCE(MAX(id), 0) > COALESCE((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0) FROM {table}"
        );
        let (behind,): (bool,) = sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut *snapshot).await?;
        if behind {
            problems.push(format!("ids of {table} would be given out again"));
        }
    }
    let epoch: Option<(String,)> =
        sqlx::query_as("SELECT epoch FROM installation").fetch_optional(&mut *snapshot).await?;
    if epoch.is_none_or(|(epoch,)| Uuid::parse_str(&epoch).is_err()) {
        problems.push("the database has no epoch, which names its life".to_owned());
    }
    Ok(problems)
}
