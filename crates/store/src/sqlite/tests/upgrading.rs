//! Databases of earlier versions.

use std::borrow::Cow;

use chathub_domain::{OrganizationId, VisitorId};
use chathub_hub::ports::{ChatFilter, ChatOrder, ChatPage, ChatStart, Chats, Portion, Search, SearchText};

use super::*;

/// A database as version 3 left it: two customers, the first one's only chat erased with them, the same browser back
/// as the second, and an elder one beside.
const FORMER: &str = "
    INSERT INTO installation (id, epoch) VALUES (1, '0191e3a4-7e5c-7a83-b0f6-3c1d2a9b8e47');
    INSERT INTO companies (id, login, login_key, name, password_hash) VALUES (1, 'acme', 'acme', 'Acme', 'hash');
    INSERT INTO organizations (id, company_id, name, name_key, seq) VALUES (1, 1, 'Sales', 'sales', 6);
    INSERT INTO customers (id, organization_id, visitor_id, name, seq, name_key) VALUES
        (1, 1, '00000000-0000-0000-0000-000000000001', 'İrem', 1, ''),
        (3, 1, '00000000-0000-0000-0000-000000000002', '', 1, '');
    INSERT INTO chats VALUES (1, 1, 1, 5, 0, NULL, 1, 0, 0, 1000, 1000), (3, 1, 3, 5, 0, NULL, 6, 0, 0, 3000, 3000);
    INSERT INTO messages VALUES
        (1, 1, 1, 1, 1, 1, 'visitor:00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001',
         NULL, 'Where is my PARCEL?', 1000),
        (9, 1, 3, 3, 6, 1, 'visitor:00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000009',
         NULL, 'Back again', 3000);
    INSERT INTO events VALUES
        (1, 1, 1000, 'message', 1, 1, NULL, NULL, 1, 1, NULL), (1, 2, 2000, 'message', 2, 2, NULL, NULL, 2, 1, NULL),
        (1, 3, 2000, 'message', 2, 3, NULL, NULL, 2, 2, NULL), (1, 4, 2000, 'chat_erased', 2, NULL, NULL, NULL, 2, 3, NULL),
        (1, 6, 3000, 'message', 3, 9, NULL, NULL, 3, 1, NULL);
    UPDATE sqlite_sequence SET seq = 20 WHERE name = 'messages';";

#[tokio::test]
async fn what_version_three_has_is_found_kept_and_counted_on() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(folder.path().join(FILE)).create_if_missing(true);
    let old = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let migrations = MIGRATIONS.iter().take(3).cloned().collect();
    let former =
        sqlx::migrate::Migrator { migrations: Cow::Owned(migrations), ..sqlx::migrate::Migrator::DEFAULT };
    former.run(&old).await.unwrap();
    sqlx::raw_sql(FORMER).execute(&old).await.unwrap();
    old.close().await;

    let store = Sqlite::open(folder.path()).await.unwrap();
    let (sales, visitor) = (OrganizationId(1), |number| VisitorId(uuid::Uuid::from_u128(number)));
    for (search, expected) in [("parcel", 1), ("irem", 1), ("back AG", 1), ("a", 2), ("nothing", 0)] {
        let filter = ChatFilter {
            organizations: vec![sales],
            search: SearchText::parse(search),
            ..ChatFilter::default()
        };
        let page = ChatPage { start: ChatStart::Offset(ChatOrder::Updated, 0), limit: 9 };
        assert_eq!(store.find(&filter, page).await.unwrap().total, expected, "{search}");
    }
    let (next,): (i64,) = sqlx::query_as("SELECT seq FROM sqlite_sequence WHERE name = 'messages'")
        .fetch_one(&store.readers)
        .await
        .unwrap();
    assert_eq!(next, 20, "ids are not given out again");
    // The first was never gone. The second may have been: whatever their windows know, it is no place before the head.
    assert_eq!(store.visitor_page(sales, visitor(1), None, Portion::rows(9)).await.unwrap().seq, 1);
    assert_eq!(store.visitor_page(sales, visitor(2), None, Portion::rows(9)).await.unwrap().seq, 4);
    sqlx::query("DELETE FROM chats WHERE id = 3").execute(&store.writer).await.unwrap();
    let (wrong,): (String,) =
        sqlx::query_as("PRAGMA integrity_check").fetch_one(&store.readers).await.unwrap();
    assert_eq!(wrong, "ok");
}
