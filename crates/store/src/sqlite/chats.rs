//! Chats and what is said in them, as those who take part see them.

use async_trait::async_trait;
use chathub_domain::wire::ChatsBefore;
use chathub_domain::{Chat, ChatId, ChatStatus, OperatorId, OrganizationId, Seq, VisitorId};
use chathub_hub::ports::{
    ChatHead, Chats, CountedChat, CustomerPage, MessagePage, Overview, PortError, Portion, Span,
};
use serde_json::json;
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::database::Sqlite;
use super::list::page;
use super::log::{counting, head};
use super::rows::{self, MessageRow, bounded, rows_at_most, seq, take, text, uuid};
use super::trouble::failed;
use super::unread;

const CHATS: &str = "reading chats";

#[async_trait]
impl Chats for Sqlite {
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
        let row: Option<rows::ChatHeadRow> = sqlx::query_as(
            "SELECT id, organization_id, customer_id, source, status, operator_id, last_seq,
                    read_by_customer, read_by_operators, created_at, updated_at
             FROM chats WHERE id = $1 AND organization_id IN (SELECT value FROM json_each($2))",
        )
        .bind(chat.0)
        .bind(text(organizations.iter().map(|id| json!(id))))
        .fetch_optional(&self.readers)
        .await
        .map_err(failed("reading a chat"))?;
        row.map(|row| rows::chat(row).map(|(_, head)| head)).transpose()
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
        let Some((customer, head)) = counting(&mut snapshot, organization, visitor).await? else {
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
            "SELECT c.id FROM visitors v JOIN chats c ON c.customer_id = v.customer_id AND c.status <> 4
             WHERE v.organization_id = $1 AND v.visitor_id = $2",
        )
        .bind(organization.0)
        .bind(visitor.to_string())
        .fetch_optional(&self.readers)
        .await
        .map_err(failed("reading a customer's open chat"))?;
        Ok(row.map(|(id,)| ChatId(id)))
    }
}

async fn visitor_of(
    reader: &mut SqliteConnection,
    organization: OrganizationId,
    chat: ChatId,
) -> Result<Option<VisitorId>, PortError> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT v.visitor_id FROM chats c JOIN visitors v ON v.customer_id = c.customer_id
         WHERE c.organization_id = $1 AND c.id = $2",
    )
    .bind(organization.0)
    .bind(chat.0)
    .fetch_optional(reader)
    .await
    .map_err(failed("reading a chat"))?;
    row.map(|(visitor,)| uuid(Some(&visitor)).map(VisitorId)).transpose()
}
