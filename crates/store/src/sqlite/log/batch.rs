//! The writer's transaction: one multi-row statement per table, all in one script, whatever the size of the batch.

use async_trait::async_trait;
use chathub_domain::ChatStatus;
use chathub_hub::phone;
use chathub_hub::ports::{
    Batch, Changes, ChatHead, CustomerHead, ErasedChat, LogState, MessageRow, PortError, Wanted, folded,
};
use serde_json::{Value, json};

use super::{events, load};
use crate::sqlite::database::Sqlite;
use crate::sqlite::index::terms;
use crate::sqlite::rows::text;
use crate::sqlite::trouble::failed;
use crate::sqlite::write::Write;

struct SqliteBatch {
    write: Write,
    state: LogState,
}

pub(super) async fn begin(store: &Sqlite, wanted: &Wanted) -> Result<Box<dyn Batch>, PortError> {
    store.checkpoints.bounded().await;
    let mut write = store.write("writing a batch").await?;
    let state = load::state(&mut write, wanted).await?;
    Ok(Box::new(SqliteBatch { write, state }))
}

#[async_trait]
impl Batch for SqliteBatch {
    fn state(&mut self) -> &mut LogState {
        &mut self.state
    }

    async fn commit(mut self: Box<Self>, changes: &Changes) -> Result<(), PortError> {
        if changes.is_empty() {
            return self.write.commit().await;
        }
        sqlx::query(WRITE)
            .bind(text(changes.heads.iter().map(|(id, head)| json!([id, head]))))
            .bind(text(changes.customers.iter().map(customer)))
            .bind(chats(changes))
            .bind(text(changes.messages.iter().map(message)))
            .bind(text(changes.positions.iter().map(|((chat, operator), at)| json!([chat, operator, at]))))
            .bind(text(changes.events.iter().map(events::columns)))
            .bind(text(changes.erased.iter().map(erased)))
            .bind(text(changes.countings.iter().map(|(id, seq)| json!([id, seq]))))
            .execute(&mut *self.write)
            .await
            .map_err(failed("writing a batch"))?;
        self.write.commit().await
    }
}

/// What is erased first, since it makes room: a customer has one open chat. Then parents before children. One script, since
/// each call crosses to the connection's thread and back; a table that has no rows costs next to nothing. `jsonb_each`, since `json_each` would write every row as text and parse it again.
const WRITE: &str = "
    INSERT INTO erasures (chat_id, organization_id) SELECT value ->> 1, value ->> 0 FROM jsonb_each($7);
    INSERT INTO erased_chats (chat_id, organization_id) SELECT value ->> 1, value ->> 0 FROM jsonb_each($7);
    DELETE FROM read_positions WHERE chat_id IN (SELECT value ->> 1 FROM jsonb_each($7));
    DELETE FROM chats
    WHERE (id, organization_id) IN (SELECT value ->> 1, value ->> 0 FROM jsonb_each($7));
    UPDATE customers SET tg_user_id = NULL
    WHERE id IN (SELECT value ->> 2 FROM jsonb_each($7))
      AND NOT EXISTS (SELECT 1 FROM chats WHERE chats.customer_id = customers.id);

    UPDATE organizations SET seq = w.value ->> 1
    FROM jsonb_each($1) w WHERE organizations.id = w.value ->> 0;

    INSERT INTO customers (id, organization_id, name, name_key, phone, phone_digits)
    SELECT value ->> 0, value ->> 1, value ->> 3, value ->> 4, value ->> 5, value ->> 6
    FROM jsonb_each($2) WHERE true
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, name_key = excluded.name_key, phone = excluded.phone,
        phone_digits = excluded.phone_digits;

    INSERT INTO countings (id, organization_id)
    SELECT value ->> 0, value ->> 1 FROM jsonb_each($2) WHERE true
    ON CONFLICT DO NOTHING;
    UPDATE countings SET seq = w.value ->> 1 FROM jsonb_each($8) w WHERE countings.id = w.value ->> 0;

    INSERT INTO visitors (organization_id, visitor_id, customer_id, counting_id)
    SELECT value ->> 1, value ->> 2, value ->> 0, value ->> 0 FROM jsonb_each($2) WHERE true
    ON CONFLICT DO NOTHING;

    INSERT INTO chats (id, organization_id, customer_id, source, status, operator_id, last_seq,
                       read_by_customer, read_by_operators, created_at, updated_at)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, value ->> 9, value ->> 10 FROM jsonb_each($3) WHERE true
    ON CONFLICT (id) DO UPDATE SET
        status = excluded.status, operator_id = excluded.operator_id, last_seq = excluded.last_seq,
        read_by_customer = excluded.read_by_customer,
        read_by_operators = excluded.read_by_operators, updated_at = excluded.updated_at;

    INSERT INTO messages (id, organization_id, chat_id, customer_id, seq, customer_seq, sender, client_id,
                          operator_id, text, at)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, value ->> 9, value ->> 10 FROM jsonb_each($4);

    INSERT INTO message_search (rowid, terms) SELECT value ->> 0, value ->> 11 FROM jsonb_each($4);

    INSERT INTO read_positions (chat_id, operator_id, seq)
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM jsonb_each($5) WHERE true
    ON CONFLICT (chat_id, operator_id) DO UPDATE SET seq = excluded.seq;

    INSERT INTO events (organization_id, seq, at, kind, actor_kind, actor_id, chat_id, subject_id, data,
                        customer_id, customer_seq, customer_data)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
           value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11 FROM jsonb_each($6)";

fn customer(customer: &CustomerHead) -> Value {
    json!([
        customer.id,
        customer.organization_id,
        customer.visitor_id,
        customer.name,
        folded(&customer.name),
        customer.phone,
        phone::keys(&customer.phone),
    ])
}

fn erased(chat: &ErasedChat) -> Value {
    json!([chat.organization_id, chat.chat_id, chat.customer_id])
}

fn message(message: &MessageRow) -> Value {
    json!([
        message.id,
        message.organization_id,
        message.chat_id,
        message.customer_id,
        message.seq,
        message.customer_seq,
        message.sender.to_string(),
        message.client_id,
        message.operator_id,
        message.body.text,
        message.at,
        terms(message.organization_id, &message.body.text),
    ])
}

/// Closed ones first: a customer's chat that closes must make room for the one that opens.
fn chats(changes: &Changes) -> String {
    let (closed, open): (Vec<_>, Vec<_>) =
        changes.chats.iter().partition(|chat| chat.status == ChatStatus::Closed);
    let row = |chat: &ChatHead| -> Value {
        json!([
            chat.id,
            chat.organization_id,
            chat.customer_id,
            chat.source,
            chat.status,
            chat.operator_id,
            chat.last_seq,
            chat.read_by_customer,
            chat.read_by_operators,
            chat.created_at,
            chat.updated_at,
        ])
    };
    text(closed.into_iter().chain(open).map(row))
}
