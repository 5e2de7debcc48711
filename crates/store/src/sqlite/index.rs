//! The index of what was said: which terms a message has in it, and making it anew.
//!
//! A term is a trigram of a folded word, or of a phone number, behind its organization's number. So a word that only another tenant has is
//! no term of this one, and looking for it costs what looking for nothing costs. Two marks end every word, so that its
//! last characters begin a trigram too: one or two characters are looked up as the beginning of a term.

use chathub_domain::OrganizationId;
use chathub_hub::phone;
use chathub_hub::ports::{FOLDING, folded, words};
use serde_json::json;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, SqlitePool};

use super::rows::text;

/// Characters of a trigram; a shorter term is the beginning of one.
pub(super) const TRIGRAM: usize = 3;

/// Ends every word, twice. For private use, as are the stand-ins of punctuation that follow it.
const END: char = '\u{e000}';

/// Between an organization's number, which is digits, and a trigram of a word.
const OF: char = 'x';

/// In its place before a trigram of a phone number, as numbers are compared.
const NUMBER: char = 'n';

/// Messages that are put into the index in one transaction while it is made: some 50 ms.
const PIECE: i64 = 1_000;

/// A message's terms, in the order of its text, as the index is told them.
#[must_use]
pub fn terms(organization: OrganizationId, text: &str) -> String {
    let folded = folded(text);
    let before = format!("{organization}{OF}");
    // A term for each character, of mostly one byte each.
    let mut terms = String::with_capacity(folded.len() * (before.len() + TRIGRAM + 1));
    let mut word: Vec<char> = Vec::new();
    for part in words(&folded) {
        word.clear();
        word.extend(part.chars().map(shown));
        word.extend([END; TRIGRAM - 1]);
        push(&mut terms, &before, &word);
    }
    let before = format!("{organization}{NUMBER}");
    for reading in phone::readings_in(&folded) {
        word.clear();
        word.extend(reading.chars().map(shown));
        push(&mut terms, &before, &word);
    }
    terms
}

/// What the index is asked for to find a part of a phone number, of at least [`TRIGRAM`] characters.
pub(super) fn number(organization: OrganizationId, part: &str) -> String {
    quoted(&format!("{organization}{NUMBER}"), part)
}

/// What the index is asked for to find a folded word of at least [`TRIGRAM`] characters.
pub(super) fn phrase(organization: OrganizationId, word: &str) -> String {
    quoted(&format!("{organization}{OF}"), word)
}

fn quoted(before: &str, word: &str) -> String {
    let word: Vec<char> = word.chars().map(shown).collect();
    let mut terms = String::from('"');
    push(&mut terms, before, &word);
    terms.push('"');
    terms
}

/// The first term that begins with so short a word, and what is beyond the last one.
pub(super) fn range(organization: OrganizationId, word: &str) -> [String; 2] {
    let word: String = word.chars().map(shown).collect();
    let from = format!("{organization}{OF}{word}");
    let beyond = format!("{from}{}", char::MAX);
    [from, beyond]
}

fn push(terms: &mut String, before: &str, word: &[char]) {
    for trigram in word.windows(TRIGRAM) {
        terms.push_str(before);
        terms.extend(trigram);
        terms.push(' ');
    }
}

/// The tokenizer `ascii` takes letters, digits and all beyond ASCII for parts of a term, and nothing else.
fn shown(c: char) -> char {
    if !c.is_ascii() || c.is_ascii_alphanumeric() {
        return c;
    }
    // Within the private use area, so there is always one.
    char::from_u32(u32::from(END) + u32::from(c)).unwrap_or(END)
}

/// Makes the index, and the keys of names and numbers, if they are not yet made by this program's folding. It goes in pieces and
/// goes on where it was, should it be interrupted.
pub(super) async fn fill(writer: &SqlitePool) -> Result<(), sqlx::Error> {
    let mut connection = writer.acquire().await?;
    let (folding, mut filled): (i64, Option<i64>) =
        sqlx::query_as("SELECT index_folding, index_filled FROM installation")
            .fetch_one(&mut *connection)
            .await?;
    if folding == FOLDING && filled.is_none() {
        return Ok(());
    }
    if folding != FOLDING {
        empty(&mut connection).await?;
        filled = Some(0);
    }
    let (messages,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM messages").fetch_one(&mut *connection).await?;
    if messages > 0 {
        tracing::info!(messages, "making the search index; this takes about a minute for a million messages");
    }
    while let Some(after) = filled {
        filled = fill_some(&mut connection, after).await?;
        super::checkpoint::truncate(&mut connection).await?;
    }
    if messages > 0 {
        tracing::info!("the search index is made");
    }
    Ok(())
}

/// Begins an index by this folding.
async fn empty(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("INSERT INTO message_search (message_search) VALUES ('delete-all')")
        .execute(&mut *transaction)
        .await?;
    let mut last = 0;
    loop {
        let customers: Vec<(i64, String, String)> =
            sqlx::query_as("SELECT id, name, phone FROM customers WHERE id > $1 ORDER BY id LIMIT $2")
                .bind(last)
                .bind(PIECE)
                .fetch_all(&mut *transaction)
                .await?;
        let Some((id, ..)) = customers.last() else { break };
        last = *id;
        let keys = |(id, name, phone): &(i64, String, String)| json!([id, folded(name), phone::keys(phone)]);
        sqlx::query(
            "UPDATE customers SET name_key = w.value ->> 1, phone_digits = w.value ->> 2
             FROM jsonb_each($1) w WHERE customers.id = w.value ->> 0",
        )
        .bind(text(customers.iter().map(keys)))
        .execute(&mut *transaction)
        .await?;
    }
    sqlx::query("UPDATE installation SET index_folding = $1, index_filled = 0")
        .bind(FOLDING)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}

/// The next messages after this one, and the last of them; none when there were no more.
async fn fill_some(connection: &mut SqliteConnection, after: i64) -> Result<Option<i64>, sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let rows: Vec<(i64, i64, String)> =
        sqlx::query_as("SELECT id, organization_id, text FROM messages WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(after)
            .bind(PIECE)
            .fetch_all(&mut *transaction)
            .await?;
    let last = rows.last().map(|(id, ..)| *id);
    let row = |(id, organization, text): &(i64, i64, String)| {
        json!([id, terms(OrganizationId(*organization), text)])
    };
    sqlx::query(
        "INSERT INTO message_search (rowid, terms) SELECT value ->> 0, value ->> 1 FROM jsonb_each($1);
         UPDATE installation SET index_filled = $2",
    )
    .bind(text(rows.iter().map(row)))
    .bind(last)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_trigrams_of_words_and_know_their_tenant() {
        let shop = OrganizationId(17);
        let ends = |text: &str| text.replace('.', "\u{e000}");
        assert_eq!(terms(shop, "Ab CDEF"), ends("17xab. 17xb.. 17xcde 17xdef 17xef. 17xf.. "));
        assert_eq!(terms(shop, "a\"b"), ends("17xa\u{e022}b 17x\u{e022}b. 17xb.. "));
        assert_eq!(terms(shop, " \u{0}\n"), "");
        assert_eq!(phrase(shop, "cdef"), "\"17xcde 17xdef \"");
        let said = terms(shop, "1234567");
        assert!(said.ends_with(" 17n\u{e07e}12 17n123 17n234 17n345 17n456 17n567 "), "{said}");
        assert_eq!(number(shop, "2345"), "\"17n234 17n345 \"");
        assert_eq!(range(shop, "b"), ["17xb".to_owned(), format!("17xb{}", char::MAX)]);
    }
}
