//! What counting costs in an organization with many chats.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chathub_domain::{ChatId, OperatorId, OrganizationId};
use chathub_hub::ports::{ChatFilter, ChatOrder, ChatPage, ChatStart, Chats};
use sqlx::Row;

use super::*;
use crate::sqlite::{list, query, unread};

const CHATS: u64 = 20_000;
const SALES: OrganizationId = OrganizationId(1);
const ANNA: OperatorId = OperatorId(1);
const BORIS: OperatorId = OperatorId(2);

/// 20,000 chats of Sales, in each of them two messages of the customer's and an answer after each, and 100 of another
/// organization. Anna has read every second chat to the end, and the others but for the last message.
async fn many() -> (tempfile::TempDir, Sqlite) {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path()).await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO companies (id, login, login_key, name, password_hash) VALUES (1, 'acme', 'acme', 'Acme', 'hash');
         INSERT INTO organizations (id, company_id, name, name_key, seq)
         VALUES (1, 1, 'Sales', 'sales', 300000), (2, 1, 'Other', 'other', 1000);
         INSERT INTO operators (id, company_id, organization_id, name) VALUES (1, 1, 1, 'Anna'), (2, 1, 1, 'Boris');
         CREATE TEMP TABLE numbers AS WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20100)
         SELECT n, 1 + (n > 20000) AS organization FROM n;
         INSERT INTO customers (id, organization_id, name) SELECT n, organization, '' FROM numbers;
         INSERT INTO chats (id, organization_id, customer_id, source, status, last_seq, read_by_customer,
                            read_by_operators, created_at, updated_at)
         SELECT n, organization, n, 5, 0, n * 10 + 3, 0, 0, n, n FROM numbers;
         INSERT INTO messages (organization_id, chat_id, customer_id, seq, customer_seq, sender, client_id,
                               operator_id, text, at)
         SELECT organization, n, n, n * 10 + s.value, 1 + s.value, 'x', n * 10 + s.value, iif(s.value % 2, 1, NULL), 'Hello', n
         FROM numbers, json_each('[0, 1, 2, 3]') s;
         INSERT INTO read_positions (chat_id, operator_id, seq) SELECT n, 1, n * 10 + iif(n % 2, 3, 1) FROM numbers",
    )
    .execute(&store.writer)
    .await
    .unwrap();
    (folder, store)
}

/// Steps of SQLite's machine for a count of everything, which tell its work better than a clock.
async fn steps(store: &Sqlite, operator: OperatorId) -> u64 {
    let counted = Arc::<AtomicU64>::default();
    let mut reader = store.counters.acquire().await.unwrap();
    // The first reads the schema.
    unread::all(&mut reader, SALES, operator, 1_000).await.unwrap();
    let counter = counted.clone();
    reader.lock_handle().await.unwrap().set_progress_handler(1, move || {
        counter.fetch_add(1, Ordering::Relaxed);
        true
    });
    unread::all(&mut reader, SALES, operator, 1_000).await.unwrap();
    reader.lock_handle().await.unwrap().remove_progress_handler();
    counted.load(Ordering::Relaxed)
}

#[tokio::test]
async fn twenty_thousand_chats_are_counted_without_a_look_at_what_was_read() {
    let (_folder, store) = many().await;
    let overview = store.overview(SALES, ANNA, 51, 1_000).await.unwrap();
    assert_eq!((overview.unread.messages, overview.unread.chats), (10_000, 10_000));
    assert_eq!((overview.chats.len(), overview.unread.newest.len()), (51, 1_000));
    let newest = overview.unread.newest[0];
    assert_eq!((newest.id, newest.unread, newest.last), (ChatId(20_000), 1, 200_002));
    // Who has just come has everything before them.
    let overview = store.overview(SALES, BORIS, 0, 1_000).await.unwrap();
    assert_eq!((overview.unread.messages, overview.unread.chats), (40_000, 20_000));
    let (some, _) = store.unread_in(SALES, ANNA, &[ChatId(7), ChatId(8), ChatId(20_050)], 80).await.unwrap();
    let some: Vec<_> = some.iter().map(|chat| (chat.chat.id.0, chat.chat.unread, chat.earlier)).collect();
    assert_eq!(some, [(7, 0, 0), (8, 1, 0)]);

    let some_read = steps(&store, ANNA).await;
    assert!(some_read < 100 * CHATS, "{some_read} steps");
    // Boris's 40,000 messages are a few steps each, in an index without their texts.
    let all_unread = steps(&store, BORIS).await;
    assert!(all_unread < 250 * CHATS, "{all_unread} steps");
    // When all is read, the messages are not looked at, however many they are.
    sqlx::query("UPDATE read_positions SET seq = chat_id * 10 + 3").execute(&store.writer).await.unwrap();
    let all_read = steps(&store, ANNA).await;
    assert!(all_read < 60 * CHATS && all_read < some_read / 2, "{all_read} steps against {some_read}");
}

async fn plan(store: &Sqlite, sql: &str) -> Vec<String> {
    let sql = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let rows = sqlx::query(sql).fetch_all(&store.readers).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>("detail")).collect()
}

#[tokio::test]
async fn messages_are_counted_in_their_own_index_by_tenant() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path()).await.unwrap();
    let filter = ChatFilter { organizations: vec![SALES], ..Default::default() };
    let page = ChatPage { start: ChatStart::Offset(ChatOrder::Updated, 0), limit: 20 };
    let list = query::select(&filter, page);
    for sql in [unread::ALL, unread::SOME, list::PAGE, list.sql().as_str()] {
        let plan = plan(&store, sql).await;
        let messages: Vec<_> = plan.iter().filter(|step| step.split(' ').nth(1) == Some("n")).collect();
        assert!(!messages.is_empty(), "{plan:#?}");
        let index = "SEARCH n USING COVERING INDEX messages_of_customers (organization_id=? AND chat_id=?";
        assert!(messages.iter().all(|step| step.starts_with(index)), "{plan:#?}");
    }
    let all = plan(&store, unread::ALL).await;
    assert!(
        all.iter()
            .any(|step| step.starts_with("SEARCH c USING INDEX chats_by_")
                && step.contains("organization_id=?")),
        "{all:#?}"
    );
}
