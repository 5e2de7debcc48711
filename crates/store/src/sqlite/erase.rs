//! Erasing what was said in chats that are gone, a piece at a time between the writer's batches.
//!
//! SQLite overwrites what it deletes (`secure_delete`), and the index does the same. That is why it takes long: each
//! of a message's terms is looked up and its place in the index written anew, some hundred to a message.

use async_trait::async_trait;
use chathub_domain::OrganizationId;
use chathub_hub::ports::{Erase, PortError, Trouble};
use serde_json::json;

use super::database::Sqlite;
use super::index;
use super::rows::text;
use super::trouble::failed;

/// Characters in one piece, each of them a term: milliseconds. A longer message is a piece by itself.
const PIECE: usize = 400;

/// Messages in one piece at most.
const MESSAGES: i64 = 64;

#[async_trait]
impl Erase for Sqlite {
    async fn erase_some(&self) -> Result<bool, PortError> {
        some(self).await
    }

    async fn scrub(&self) -> Result<(), PortError> {
        scrub(self).await
    }
}

/// Erases one piece. Whether there is more.
async fn some(store: &Sqlite) -> Result<bool, PortError> {
    let operation = "erasing what was said in a chat";
    let mut write = store.write(operation).await?;
    let rows: Vec<(i64, i64, String)> = sqlx::query_as(
        "SELECT m.id, m.organization_id, m.text FROM erasures e
         JOIN messages m ON m.chat_id = e.chat_id AND m.organization_id = e.organization_id
         ORDER BY e.chat_id, m.seq LIMIT $1",
    )
    .bind(MESSAGES)
    .fetch_all(&mut *write)
    .await
    .map_err(failed(operation))?;
    if rows.is_empty() {
        write.commit().await?;
        return Ok(false);
    }
    let mut left = PIECE;
    let piece = rows.iter().take_while(|(.., text)| {
        let takes = left > 0;
        left = left.saturating_sub(text.chars().count());
        takes
    });
    let row = |(id, organization, text): &(i64, i64, String)| {
        json!([id, index::terms(OrganizationId(*organization), text)])
    };
    sqlx::query(
        "INSERT INTO message_search (message_search, rowid, terms)
         SELECT 'delete', value ->> 0, value ->> 1 FROM jsonb_each($1);
         DELETE FROM messages WHERE id IN (SELECT value ->> 0 FROM jsonb_each($1))",
    )
    .bind(text(piece.map(row)))
    .execute(&mut *write)
    .await
    .map_err(failed(operation))?;
    write.commit().await?;
    Ok(true)
}

/// Empties the write-ahead log, where erased texts may stand still, and takes the marks off the chats of which
/// nothing is left then.
async fn scrub(store: &Sqlite) -> Result<(), PortError> {
    let operation = "emptying the write-ahead log";
    if !store.checkpoints.empty().await.map_err(failed(operation))? {
        let source = "somebody reads it".into();
        return Err(PortError::Unavailable { operation, trouble: Trouble::Locked, source });
    }
    let mut write = store.write(operation).await?;
    sqlx::query(
        "DELETE FROM erasures
         WHERE NOT EXISTS (SELECT 1 FROM messages WHERE messages.chat_id = erasures.chat_id)",
    )
    .execute(&mut *write)
    .await
    .map_err(failed(operation))?;
    write.commit().await
}
