//! What is read from the log and the tables that follow from it.

use async_trait::async_trait;
use chathub_domain::chat::{CustomerMessage, LastMessage};
use chathub_domain::text::preview;
use chathub_domain::wire::ChatsBefore;
use chathub_domain::{
    Author, Chat, ChatId, ChatStatus, ClientId, Epoch, Message, MessageId, OperatorId, OperatorRef,
    OrganizationId, Seq, Source, Timestamp, VisitorId,
};
use chathub_hub::links;
use chathub_hub::ports::{
    Batch, ChatFilter, ChatHead, ChatPage, CountedChat, CustomerPage, CustomerRecord, FoundPage, Log,
    MessagePage, Overview, PortError, Portion, Recorded, Span, Wanted,
};
use futures::{Stream, TryStreamExt};
use serde_json::json;
use sqlx::{AssertSqlSafe, FromRow, SqliteConnection};

use super::events::{EventRow, SELECT, seq, uuid};
use super::load::{self, bounded};
use super::{Sqlite, batch, erase, failed, search, strange, unread};

const CHATS: &str = "reading chats";

pub(super) const PAGE: &str = "
    SELECT c.id, u.name AS customer, c.source, c.status, c.operator_id, o.name AS operator_name,
           c.created_at, c.updated_at, c.read_by_customer, COALESCE(p.seq, 0) AS read_by_me,
           (SELECT COUNT(*) FROM messages n
            WHERE n.organization_id = c.organization_id AND n.chat_id = c.id
              AND n.seq > COALESCE(p.seq, 0) AND n.operator_id IS NULL) AS unread,
           m.seq AS last_seq, m.operator_id AS last_by, substr(m.text, 1, 320) AS last_text, m.at AS last_at
    FROM chats c
    JOIN customers u ON u.id = c.customer_id
    LEFT JOIN operators o ON o.id = c.operator_id
    LEFT JOIN read_positions p ON p.chat_id = c.id AND p.operator_id = $2
    LEFT JOIN messages m ON m.chat_id = c.id AND m.seq = c.last_seq
    WHERE c.organization_id = $1 AND (c.updated_at, c.id) < ($3, $4)
    ORDER BY c.updated_at DESC, c.id DESC LIMIT $5";

#[derive(FromRow)]
pub(super) struct ChatRow {
    pub(super) id: i64,
    customer: String,
    source: i64,
    status: i64,
    operator_id: Option<i64>,
    operator_name: Option<String>,
    pub(super) created_at: i64,
    pub(super) updated_at: i64,
    read_by_customer: i64,
    read_by_me: i64,
    unread: i64,
    last_seq: Option<i64>,
    last_by: Option<i64>,
    last_text: Option<String>,
    last_at: Option<i64>,
}

#[derive(FromRow)]
struct MessageRow {
    id: i64,
    seq: i64,
    customer_seq: i64,
    client_id: String,
    operator_id: Option<i64>,
    operator_name: Option<String>,
    text: String,
    at: i64,
}

#[async_trait]
impl Log for Sqlite {
    async fn epoch(&self) -> Result<Epoch, PortError> {
        // Asks the file, so that a probe learns when it does not answer.
        sqlx::query("SELECT 1").execute(&self.readers).await.map_err(failed("asking the database"))?;
        Ok(self.epoch)
    }

    async fn begin(&self, wanted: &Wanted) -> Result<Box<dyn Batch>, PortError> {
        batch::begin(self, wanted).await
    }

    async fn probe(&self) -> Result<(), PortError> {
        self.prove_write().await
    }

    async fn head(&self, organization: OrganizationId) -> Result<Seq, PortError> {
        let mut reader = self.readers.acquire().await.map_err(failed("reading a log's head"))?;
        head(&mut reader, organization).await
    }

    async fn events(
        &self,
        organization: OrganizationId,
        after: Seq,
        portion: Portion,
    ) -> Result<Vec<Recorded>, PortError> {
        let sql = format!("{SELECT} WHERE e.organization_id = $1 AND e.seq > $2 ORDER BY e.seq LIMIT $3");
        let rows = sqlx::query_as(AssertSqlSafe(sql))
            .bind(organization.0)
            .bind(bounded(after))
            .bind(rows_at_most(portion.rows))
            .fetch(&self.readers);
        let (rows, _) = take(rows, portion, EventRow::text).await.map_err(failed("reading events"))?;
        rows.into_iter().map(|row| row.recorded(organization)).collect()
    }

    async fn visitor_events(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
        after: Seq,
        portion: Portion,
    ) -> Result<(Vec<(Timestamp, CustomerRecord)>, Seq), PortError> {
        let operation = "reading a customer's events";
        let mut snapshot = self.readers.begin().await.map_err(failed(operation))?;
        let Some((customer, head)) = customer(&mut snapshot, organization, visitor).await? else {
            return Ok((Vec::new(), 0));
        };
        let sql = format!(
            "{SELECT} WHERE e.customer_id = $1 AND e.customer_seq > $2 ORDER BY e.customer_seq LIMIT $3"
        );
        let rows = sqlx::query_as(AssertSqlSafe(sql))
            .bind(customer)
            .bind(bounded(after))
            .bind(rows_at_most(portion.rows))
            .fetch(&mut *snapshot);
        let (rows, _) = take(rows, portion, EventRow::text).await.map_err(failed(operation))?;
        let mut events = Vec::with_capacity(rows.len());
        for row in rows {
            let record =
                row.customer_record()?.ok_or_else(|| strange(operation, "an event of no customer"))?;
            events.push((row.at(), record));
        }
        Ok((events, head))
    }

    async fn chats(
        &self,
        organization: OrganizationId,
        operator: OperatorId,
        before: Option<ChatsBefore>,
        limit: usize,
    ) -> Result<(Vec<Chat>, Seq), PortError> {
        let mut snapshot = self.readers.begin().await.map_err(failed(CHATS))?;
        let head = head(&mut snapshot, organization).await?;
        Ok((page(&mut snapshot, organization, operator, before, limit).await?, head))
    }

    async fn overview(
        &self,
        organization: OrganizationId,
        operator: OperatorId,
        chats: usize,
        unread: usize,
    ) -> Result<Overview, PortError> {
        unread::overview(self, organization, operator, chats, unread).await
    }

    async fn unread_in(
        &self,
        organization: OrganizationId,
        operator: OperatorId,
        chats: &[ChatId],
        earlier: Seq,
    ) -> Result<(Vec<CountedChat>, Seq), PortError> {
        unread::of(self, organization, operator, chats, earlier).await
    }

    async fn messages(
        &self,
        organization: OrganizationId,
        chat: ChatId,
        span: Span,
        portion: Portion,
    ) -> Result<Option<MessagePage>, PortError> {
        let operation = "reading messages";
        let mut snapshot = self.readers.begin().await.map_err(failed(operation))?;
        if visitor_of(&mut snapshot, organization, chat).await?.is_none() {
            return Ok(None);
        }
        let (nearest_first, from) = match span {
            Span::Last => ("m.seq < $3 ORDER BY m.seq DESC", i64::MAX),
            Span::Before(seq) => ("m.seq < $3 ORDER BY m.seq DESC", bounded(seq)),
            Span::After(seq) => ("m.seq > $3 ORDER BY m.seq", bounded(seq)),
        };
        let sql = format!(
            "SELECT m.id, m.seq, m.customer_seq, m.client_id, m.operator_id, o.name AS operator_name, m.text, m.at
             FROM messages m LEFT JOIN operators o ON o.id = m.operator_id
             WHERE m.organization_id = $1 AND m.chat_id = $2 AND {nearest_first} LIMIT $4"
        );
        let rows = sqlx::query_as(AssertSqlSafe(sql))
            .bind(organization.0)
            .bind(chat.0)
            .bind(from)
            .bind(rows_at_most(portion.rows.saturating_add(1)))
            .fetch(&mut *snapshot);
        let (rows, more) = take(rows, portion, MessageRow::text).await.map_err(failed(operation))?;
        let mut messages = rows.into_iter().map(MessageRow::message).collect::<Result<Vec<_>, _>>()?;
        messages.sort_unstable_by_key(|message| message.seq);
        Ok(Some(MessagePage { messages, more }))
    }

    async fn chat(
        &self,
        organizations: &[OrganizationId],
        chat: ChatId,
    ) -> Result<Option<ChatHead>, PortError> {
        let row: Option<load::ChatRow> = sqlx::query_as(
            "SELECT id, organization_id, customer_id, source, status, operator_id, last_seq,
                    read_by_customer, read_by_operators, created_at, updated_at
             FROM chats WHERE id = $1 AND organization_id IN (SELECT value FROM json_each($2))",
        )
        .bind(chat.0)
        .bind(load::text(organizations.iter().map(|id| json!(id))))
        .fetch_optional(&self.readers)
        .await
        .map_err(failed("reading a chat"))?;
        row.map(|row| load::chat(row).map(|(_, head)| head)).transpose()
    }

    async fn find(&self, filter: &ChatFilter, page: ChatPage) -> Result<FoundPage, PortError> {
        search::find(self, filter, page).await
    }

    async fn scrub(&self) -> Result<(), PortError> {
        erase::scrub(self).await
    }

    async fn erase_some(&self) -> Result<bool, PortError> {
        erase::some(self).await
    }

    async fn visitor_page(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
        before: Option<Seq>,
        portion: Portion,
    ) -> Result<CustomerPage, PortError> {
        let operation = "reading a customer's messages";
        let mut snapshot = self.readers.begin().await.map_err(failed(operation))?;
        let Some((customer, head)) = customer(&mut snapshot, organization, visitor).await? else {
            let (messages, status) = (Vec::new(), None);
            return Ok(CustomerPage {
                seq: 0,
                messages,
                more: false,
                status,
                read_by_me: 0,
                read_by_operators: 0,
            });
        };
        let rows = sqlx::query_as(
            "SELECT m.id, m.seq, m.customer_seq, m.client_id, m.operator_id, o.name AS operator_name, m.text, m.at
             FROM messages m LEFT JOIN operators o ON o.id = m.operator_id
             WHERE m.customer_id = $1 AND m.customer_seq < $2
               -- A chat that is being erased has no row any more.
               AND EXISTS (SELECT 1 FROM chats WHERE id = m.chat_id)
             ORDER BY m.customer_seq DESC LIMIT $3",
        )
        .bind(customer)
        .bind(before.map_or(i64::MAX, bounded))
        .bind(rows_at_most(portion.rows.saturating_add(1)))
        .fetch(&mut *snapshot);
        let (rows, more) = take(rows, portion, MessageRow::text).await.map_err(failed(operation))?;
        // Of their chats the open one counts, whichever that is; their messages have the same order in both countings.
        let (status, read_by_me, read_by_operators): (Option<i64>, i64, i64) = sqlx::query_as(
            "SELECT (SELECT status FROM chats WHERE customer_id = $1 ORDER BY status = 4, id DESC LIMIT 1),
                    COALESCE((SELECT MAX(customer_seq) FROM messages WHERE customer_id = $1 AND seq <=
                        (SELECT MAX(read_by_customer) FROM chats WHERE customer_id = $1)), 0),
                    COALESCE((SELECT MAX(customer_seq) FROM messages WHERE customer_id = $1 AND seq <=
                        (SELECT MAX(read_by_operators) FROM chats WHERE customer_id = $1)), 0)",
        )
        .bind(customer)
        .fetch_one(&mut *snapshot)
        .await
        .map_err(failed(operation))?;
        Ok(CustomerPage {
            seq: head,
            messages: rows.into_iter().rev().map(MessageRow::customer_message).collect::<Result<_, _>>()?,
            more,
            status: status.and_then(ChatStatus::from_number),
            read_by_me: seq(read_by_me),
            read_by_operators: seq(read_by_operators),
        })
    }

    async fn chat_visitor(
        &self,
        organization: OrganizationId,
        chat: ChatId,
    ) -> Result<Option<VisitorId>, PortError> {
        let mut reader = self.readers.acquire().await.map_err(failed("reading a chat"))?;
        visitor_of(&mut reader, organization, chat).await
    }

    async fn open_chat(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
    ) -> Result<Option<ChatId>, PortError> {
        let row: Option<(i64,)> = sqlx::query_as(
            "SELECT c.id FROM customers u JOIN chats c ON c.customer_id = u.id AND c.status <> 4
             WHERE u.organization_id = $1 AND u.visitor_id = $2",
        )
        .bind(organization.0)
        .bind(visitor.to_string())
        .fetch_optional(&self.readers)
        .await
        .map_err(failed("reading a customer's open chat"))?;
        Ok(row.map(|(id,)| ChatId(id)))
    }
}

/// The head of an organization's log; 0 for an unknown one.
pub(super) async fn head(
    reader: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<Seq, PortError> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT seq FROM organizations WHERE id = $1")
        .bind(organization.0)
        .fetch_optional(reader)
        .await
        .map_err(failed("reading a log's head"))?;
    Ok(row.map_or(0, |(head,)| seq(head)))
}

/// A page of the list as an operator sees it.
pub(super) async fn page(
    reader: &mut SqliteConnection,
    organization: OrganizationId,
    operator: OperatorId,
    before: Option<ChatsBefore>,
    limit: usize,
) -> Result<Vec<Chat>, PortError> {
    let rows: Vec<ChatRow> = sqlx::query_as(PAGE)
        .bind(organization.0)
        .bind(operator.0)
        .bind(before.map_or(i64::MAX, |before| before.updated_at.0))
        .bind(before.map_or(i64::MAX, |before| before.id.0))
        .bind(rows_at_most(limit))
        .fetch_all(reader)
        .await
        .map_err(failed(CHATS))?;
    rows.into_iter().map(ChatRow::chat).collect()
}

/// The customer that a visitor has become, and the head of their counting.
async fn customer(
    reader: &mut SqliteConnection,
    organization: OrganizationId,
    visitor: VisitorId,
) -> Result<Option<(i64, Seq)>, PortError> {
    let row: Option<(i64, i64)> =
        sqlx::query_as("SELECT id, seq FROM customers WHERE organization_id = $1 AND visitor_id = $2")
            .bind(organization.0)
            .bind(visitor.to_string())
            .fetch_optional(reader)
            .await
            .map_err(failed("reading a customer"))?;
    Ok(row.map(|(id, head)| (id, seq(head))))
}

async fn visitor_of(
    reader: &mut SqliteConnection,
    organization: OrganizationId,
    chat: ChatId,
) -> Result<Option<VisitorId>, PortError> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT u.visitor_id FROM chats c JOIN customers u ON u.id = c.customer_id
         WHERE c.organization_id = $1 AND c.id = $2",
    )
    .bind(organization.0)
    .bind(chat.0)
    .fetch_optional(reader)
    .await
    .map_err(failed("reading a chat"))?;
    row.map(|(visitor,)| uuid(Some(&visitor)).map(VisitorId)).transpose()
}

impl ChatRow {
    pub(super) fn chat(self) -> Result<Chat, PortError> {
        let operation = "reading a chat";
        let last_message = match (self.last_seq, self.last_text, self.last_at) {
            (Some(at_seq), Some(text), Some(at)) => Some(LastMessage {
                seq: seq(at_seq),
                from_customer: self.last_by.is_none(),
                text: preview(&text),
                at: Timestamp(at),
            }),
            _ => None,
        };
        Ok(Chat {
            id: ChatId(self.id),
            customer: self.customer,
            // The directory knows; the log does not.
            looks_like_operator: false,
            source: Source::from_number(self.source)
                .ok_or_else(|| strange(operation, "an unknown source"))?,
            status: ChatStatus::from_number(self.status)
                .ok_or_else(|| strange(operation, "an unknown chat status"))?,
            operator: operator(self.operator_id, self.operator_name),
            unread: u32::try_from(self.unread).unwrap_or(u32::MAX),
            last_message,
            created_at: Timestamp(self.created_at),
            updated_at: Timestamp(self.updated_at),
            read_by_customer: seq(self.read_by_customer),
            read_by_me: seq(self.read_by_me),
        })
    }
}

impl MessageRow {
    fn text(&self) -> &str {
        &self.text
    }

    fn message(self) -> Result<Message, PortError> {
        Ok(Message {
            id: MessageId(self.id),
            seq: seq(self.seq),
            client_id: ClientId(uuid(Some(&self.client_id))?),
            author: operator(self.operator_id, self.operator_name).map_or(Author::Customer, Author::Operator),
            links: links::found_in(&self.text),
            text: self.text,
            at: Timestamp(self.at),
        })
    }

    fn customer_message(self) -> Result<CustomerMessage, PortError> {
        Ok(CustomerMessage {
            seq: seq(self.customer_seq),
            client_id: ClientId(uuid(Some(&self.client_id))?),
            operator: operator(self.operator_id, self.operator_name).map(|operator| operator.name),
            links: links::found_in(&self.text),
            text: self.text,
            at: Timestamp(self.at),
        })
    }
}

fn operator(id: Option<i64>, name: Option<String>) -> Option<OperatorRef> {
    Some(OperatorRef { id: OperatorId(id?), name: name.unwrap_or_default() })
}

/// The first rows, as many as the portion holds, and whether there are more. What is beyond it is not read.
async fn take<T>(
    mut rows: impl Stream<Item = Result<T, sqlx::Error>> + Unpin,
    portion: Portion,
    text: fn(&T) -> &str,
) -> Result<(Vec<T>, bool), sqlx::Error> {
    let (mut taken, mut bytes) = (Vec::new(), 0_usize);
    while let Some(row) = rows.try_next().await? {
        bytes = bytes.saturating_add(links::weight(text(&row)));
        if taken.len() == portion.rows || (bytes > portion.bytes && !taken.is_empty()) {
            return Ok((taken, true));
        }
        taken.push(row);
    }
    Ok((taken, false))
}

pub(super) fn rows_at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
