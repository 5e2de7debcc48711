//! A page of what is found, and where the next one begins.

use chathub_domain::{ChatId, MessageId, Timestamp};
use chathub_hub::ports::{ChatCursor, ChatFilter, ChatOrder, ChatPage, ChatStart};
use sqlx::sqlite::SqliteConnection;

use super::query::{FoundRow, select};

/// The page's rows. In the order of updates, the end of the list is followed by what has moved up since the first page.
pub(super) async fn page(
    snapshot: &mut SqliteConnection,
    filter: &ChatFilter,
    ChatPage { start, limit }: ChatPage,
) -> Result<(Vec<FoundRow>, Option<ChatCursor>), sqlx::Error> {
    let (mut rows, more) = stretch(snapshot, filter, start, limit).await?;
    let next = match start {
        ChatStart::Offset(ChatOrder::Created, _) | ChatStart::After(ChatCursor::Created { .. }) => {
            let created = |row: &FoundRow| ChatCursor::Created {
                at: Timestamp(row.chat.created_at),
                id: ChatId(row.chat.id),
            };
            rows.last().filter(|_| more).map(created)
        }
        ChatStart::Offset(ChatOrder::Updated, _) => {
            let began = last_message(snapshot).await?;
            rows.last().filter(|_| more).map(|row| updated(row, began))
        }
        ChatStart::After(ChatCursor::Updated { began, .. }) if more => {
            rows.last().map(|row| updated(row, began))
        }
        ChatStart::After(ChatCursor::Updated { began, .. }) => {
            let ended = last_message(snapshot).await?;
            let start = ChatStart::After(ChatCursor::Moved { began, ended, id: ChatId(0) });
            let (moved, more) = stretch(snapshot, filter, start, limit - rows.len()).await?;
            let last = moved.last().map_or(0, |row| row.chat.id);
            rows.extend(moved);
            more.then_some(ChatCursor::Moved { began, ended, id: ChatId(last) })
        }
        ChatStart::After(ChatCursor::Moved { began, ended, .. }) => {
            let moved = |row: &FoundRow| ChatCursor::Moved { began, ended, id: ChatId(row.chat.id) };
            rows.last().filter(|_| more).map(moved)
        }
    };
    Ok((rows, next))
}

fn updated(row: &FoundRow, began: MessageId) -> ChatCursor {
    ChatCursor::Updated { at: Timestamp(row.chat.updated_at), id: ChatId(row.chat.id), began }
}

/// At most so many rows, and whether there are more.
async fn stretch(
    snapshot: &mut SqliteConnection,
    filter: &ChatFilter,
    start: ChatStart,
    limit: usize,
) -> Result<(Vec<FoundRow>, bool), sqlx::Error> {
    let page = ChatPage { start, limit: limit.saturating_add(1) };
    let mut rows: Vec<FoundRow> = select(filter, page).build_query_as().fetch_all(&mut *snapshot).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok((rows, more))
}

/// Every later message has a greater id, also when this one is erased.
async fn last_message(snapshot: &mut SqliteConnection) -> Result<MessageId, sqlx::Error> {
    let (last,) = sqlx::query_as("SELECT COALESCE(MAX(id), 0) FROM messages").fetch_one(snapshot).await?;
    Ok(MessageId(last))
}
