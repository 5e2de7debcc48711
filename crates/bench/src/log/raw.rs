//! The rival: SQLite and nothing else. One thread, prepared statements, every head already in memory; it reads
//! nothing, decides nothing and answers nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Instant, SystemTime};

use chathub_domain::{ChatId, OrganizationId};
use chathub_hub::ports::Sender;
use chathub_store::terms;
use rusqlite::{Connection, Statement};

use super::scene::{FILE, Post};
use crate::report::Result;
use crate::stats::Run;

const MESSAGE: &str = "INSERT INTO messages (id, organization_id, chat_id, customer_id, seq, customer_seq, sender, client_id, operator_id, text, at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const TERMS: &str = "INSERT INTO message_search (rowid, terms) VALUES (?1, ?2)";
const EVENT: &str = "INSERT INTO events (organization_id, seq, at, kind, actor_kind, actor_id, chat_id, subject_id, customer_id, customer_seq)
     VALUES (?1, ?2, ?3, 'message', CASE WHEN ?6 IS NULL THEN 'customer' ELSE 'operator' END, COALESCE(?6, ?7), ?4, ?5, ?7, ?8)";
const ORGANIZATION: &str = "UPDATE organizations SET seq = ?2 WHERE id = ?1";
const CUSTOMER: &str = "UPDATE countings SET seq = ?2 WHERE id = ?1";
const CHAT: &str = "UPDATE chats SET last_seq = ?2, updated_at = ?3 WHERE id = ?1";

struct Statements<'a> {
    message: Statement<'a>,
    terms: Statement<'a>,
    event: Statement<'a>,
    organization: Statement<'a>,
    customer: Statement<'a>,
    chat: Statement<'a>,
}

/// The log's state, which nobody else changes.
struct Heads {
    message: i64,
    organizations: BTreeMap<i64, i64>,
    customers: BTreeMap<i64, i64>,
    /// Organization, customer, last seq.
    chats: BTreeMap<ChatId, (i64, i64, i64)>,
}

/// A post with its names spelled out beforehand.
struct Row<'a> {
    chat_id: ChatId,
    operator_id: Option<i64>,
    sender: String,
    client_id: String,
    text: &'a str,
}

/// Commits `posts` by `batch` in one transaction.
pub fn run(directory: &Path, posts: &[Post], batch: usize) -> Result<Run> {
    let connection = open(directory)?;
    let mut heads = heads(&connection)?;
    let mut statements = Statements {
        message: connection.prepare(MESSAGE)?,
        terms: connection.prepare(TERMS)?,
        event: connection.prepare(EVENT)?,
        organization: connection.prepare(ORGANIZATION)?,
        customer: connection.prepare(CUSTOMER)?,
        chat: connection.prepare(CHAT)?,
    };
    let mut begin = connection.prepare("BEGIN IMMEDIATE")?;
    let mut commit = connection.prepare("COMMIT")?;
    let rows: Vec<Row> = posts.iter().map(row).collect();
    let mut waits = Vec::with_capacity(rows.len().div_ceil(batch));
    let start = Instant::now();
    for rows in rows.chunks(batch) {
        let start = Instant::now();
        begin.execute([])?;
        write(&mut statements, &mut heads, rows)?;
        commit.execute([])?;
        waits.push(start.elapsed());
    }
    let elapsed = start.elapsed();
    Ok(Run::new(posts.len(), waits.len(), elapsed, waits))
}

/// How many rows of each kind there are, and how far every counting has come.
pub fn tally(directory: &Path) -> Result<[i64; 6]> {
    Ok(open(directory)?.query_row(
        "SELECT (SELECT count(*) FROM messages), (SELECT sum(length(text)) FROM messages),
                (SELECT count(*) FROM events), (SELECT sum(seq) FROM organizations),
                (SELECT sum(seq) FROM countings), (SELECT count(*) FROM chats WHERE last_seq > 0)",
        [],
        |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?]),
    )?)
}

/// With the store's promises: a commit is on disk, and every row's parents exist.
fn open(directory: &Path) -> Result<Connection> {
    let connection = Connection::open(directory.join(FILE))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    Ok(connection)
}

fn heads(connection: &Connection) -> Result<Heads> {
    let pairs = |sql| -> Result<BTreeMap<i64, i64>> {
        let mut statement = connection.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    };
    let mut chats = connection.prepare("SELECT id, organization_id, customer_id, last_seq FROM chats")?;
    let chats =
        chats.query_map([], |row| Ok((ChatId(row.get(0)?), (row.get(1)?, row.get(2)?, row.get(3)?))))?;
    Ok(Heads {
        message: connection.query_row("SELECT max(id) FROM messages", [], |row| row.get(0))?,
        organizations: pairs("SELECT id, seq FROM organizations")?,
        customers: pairs("SELECT id, seq FROM countings")?,
        chats: chats.collect::<rusqlite::Result<_>>()?,
    })
}

fn row(post: &Post) -> Row<'_> {
    Row {
        chat_id: post.chat_id,
        operator_id: match post.sender {
            Sender::Operator(id) => Some(id.0),
            Sender::Visitor(_) => None,
        },
        sender: post.sender.to_string(),
        client_id: post.client_id.to_string(),
        text: post.text,
    }
}

/// One batch: each message, its place in the index and its event, then each head that moved, once.
fn write(statements: &mut Statements<'_>, heads: &mut Heads, rows: &[Row<'_>]) -> Result<()> {
    let at = i64::try_from(SystemTime::UNIX_EPOCH.elapsed()?.as_millis())?;
    let mut touched = BTreeSet::new();
    for row in rows {
        let gone = "a message to a chat that is not there";
        let (organization, customer, last) = heads.chats.get_mut(&row.chat_id).ok_or(gone)?;
        let seq = heads.organizations.get_mut(organization).ok_or(gone)?;
        let customer_seq = heads.customers.get_mut(customer).ok_or(gone)?;
        heads.message += 1;
        *seq += 1;
        *customer_seq += 1;
        *last = *seq;
        touched.insert(row.chat_id);
        let (id, chat, operator) = (heads.message, row.chat_id.0, row.operator_id);
        let (seq, customer_seq) = (*seq, *customer_seq);
        statements.message.execute((
            id,
            *organization,
            chat,
            *customer,
            seq,
            customer_seq,
            &row.sender,
            &row.client_id,
            operator,
            row.text,
            at,
        ))?;
        statements.terms.execute((id, terms(OrganizationId(*organization), row.text)))?;
        statements.event.execute((*organization, seq, at, chat, id, operator, *customer, customer_seq))?;
    }
    let mut organizations = BTreeSet::new();
    for chat in touched {
        let (organization, customer, last) = heads.chats[&chat];
        statements.chat.execute([chat.0, last, at])?;
        statements.customer.execute([customer, heads.customers[&customer]])?;
        organizations.insert(organization);
    }
    for organization in organizations {
        statements.organization.execute([organization, heads.organizations[&organization]])?;
    }
    Ok(())
}
