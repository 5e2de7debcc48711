//! What a search costs, and for whom.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chathub_domain::{ChatId, ClientId, MessageId, OrganizationId, Source, Timestamp};
use chathub_hub::contract::{Place, Subject};
use chathub_hub::ports::{
    ChatCursor, ChatFilter, ChatOrder, ChatPage, ChatStart, FOLDING, Ports, SearchText,
};
use chathub_hub::rules::{Ask, Command};
use sqlx::Row;
use uuid::Uuid;

use super::*;
use crate::sqlite::{query, search};

const PAGE: ChatPage = ChatPage { start: ChatStart::Offset(ChatOrder::Updated, 0), limit: 20 };

fn asks(place: &Place, number: u128, text: &str) -> Ask {
    let client_id = ClientId(Uuid::from_u128(number));
    Ask { by: place.guest(number), client_id, body: text.into(), source: Source::Website }
}

fn ask(place: &Place, number: u128, text: &str) -> Command {
    asks(place, number, text).into()
}

fn of(organizations: &[OrganizationId], search: &str) -> ChatFilter {
    let organizations = organizations.to_vec();
    ChatFilter { organizations, search: SearchText::parse(search), ..ChatFilter::default() }
}

async fn opened() -> (Arc<Sqlite>, Subject) {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(Sqlite::open(directory.path()).await.unwrap());
    (store.clone(), Subject { ports: Ports::of(&store), mirror: None, home: None, keep: Box::new(directory) })
}

/// Steps of SQLite's machine, which tell the work of a query better than a clock.
async fn steps(store: &Sqlite, filter: &ChatFilter) -> u64 {
    let counted = Arc::<AtomicU64>::default();
    let mut reader = store.searchers.acquire().await.unwrap();
    let counter = counted.clone();
    reader.lock_handle().await.unwrap().set_progress_handler(1, move || {
        counter.fetch_add(1, Ordering::Relaxed);
        true
    });
    search::read(&mut reader, filter, PAGE).await.unwrap();
    counted.load(Ordering::Relaxed)
}

#[tokio::test]
async fn a_word_of_another_tenant_costs_what_a_word_of_nobody_costs() {
    let (store, subject) = opened().await;
    let (mine, other) = (subject.place("acme").await, subject.place("other").await);
    subject.run(1_000, (0..20).map(|number| ask(&mine, number, "Hello there")).collect()).await;
    subject.run(1_000, (100..600).map(|number| ask(&other, number, "parcel number 47")).collect()).await;
    // The first reads the schema.
    steps(&store, &of(&[mine.organization], "first")).await;
    for (foreign, absent) in
        [("parcel", "zebras"), ("parc", "zebr"), ("pa", "zz"), ("4", "9"), ("par", "zeb")]
    {
        let cost = async |word| steps(&store, &of(&[mine.organization], word)).await;
        let (foreign, absent) = (cost(foreign).await, cost(absent).await);
        // Less than a step for two of the other's 500 messages.
        assert!(foreign.abs_diff(absent) < 250, "{foreign} steps against {absent}");
    }
}

#[tokio::test]
async fn a_list_waits_for_no_search() {
    let (store, subject) = opened().await;
    let place = subject.place("acme").await;
    subject.run(1_000, vec![ask(&place, 1, "Hello there")]).await;
    let mut searching = Vec::new();
    for _ in 0..SEARCHERS {
        searching.push(store.searchers.acquire().await.unwrap());
    }
    let found = search::find(&store, &of(&[place.organization], ""), PAGE).await.unwrap();
    assert_eq!((found.chats.len(), found.total), (1, 1));
}

#[tokio::test]
async fn a_list_is_read_in_order_and_no_further_than_its_page() {
    let (store, _subject) = opened().await;
    let organizations = [1, 2, 3].map(OrganizationId);
    for tenant in [&organizations[..1], &organizations[..]] {
        for order in [ChatOrder::Updated, ChatOrder::Created] {
            let filter = of(tenant, "");
            let page =
                plan(&store, query::select(&filter, ChatPage { start: ChatStart::Offset(order, 0), ..PAGE }))
                    .await;
            let index = match order {
                ChatOrder::Updated => "COVERING INDEX chats_by_update (organization_id=?)",
                ChatOrder::Created => "COVERING INDEX chats_by_creation (organization_id=?)",
            };
            assert_eq!(page.iter().filter(|step| step.contains(index)).count(), tenant.len(), "{page:#?}");
            // The page's own rows are put in order once more after they were joined, and nothing else is.
            let sorted = page.iter().filter(|step| step.contains("TEMP B-TREE")).count();
            assert!(sorted <= 1, "{page:#?}");
            let inner = page.iter().take_while(|step| !step.starts_with("SCAN f"));
            assert!(inner.into_iter().all(|step| !step.contains("TEMP B-TREE")), "{page:#?}");
        }
        let count = plan(&store, query::count(&of(tenant, ""))).await;
        assert!(
            count.iter().all(|step| !step.contains("customers") && !step.starts_with("SEARCH u")),
            "{count:#?}"
        );
    }
}

#[tokio::test]
async fn a_page_behind_a_cursor_is_read_from_there_on() {
    let (store, _subject) = opened().await;
    let organizations = [1, 2, 3].map(OrganizationId);
    let (at, id, began) = (Timestamp(1_000), ChatId(7), MessageId(3));
    for tenant in [&organizations[..1], &organizations[..]] {
        for (cursor, index) in [
            (
                ChatCursor::Created { at, id },
                "COVERING INDEX chats_by_creation (organization_id=? AND created_at>?)",
            ),
            (
                ChatCursor::Updated { at, id, began },
                "COVERING INDEX chats_by_update (organization_id=? AND updated_at<?)",
            ),
            (
                ChatCursor::Moved { began, ended: MessageId(9), id },
                "SEARCH e USING PRIMARY KEY (organization_id=? AND seq>?)",
            ),
        ] {
            let page = ChatPage { start: ChatStart::After(cursor), ..PAGE };
            let page = plan(&store, query::select(&of(tenant, ""), page)).await;
            assert_eq!(page.iter().filter(|step| step.contains(index)).count(), tenant.len(), "{page:#?}");
            assert!(!page.iter().any(|step| step.starts_with("SCAN c")), "{page:#?}");
        }
    }
}

async fn plan(store: &Sqlite, query: sqlx::QueryBuilder<sqlx::Sqlite>) -> Vec<String> {
    let sql = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", query.sql().as_str()));
    let rows = sqlx::query(sql).fetch_all(&store.readers).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>("detail")).collect()
}

#[tokio::test]
async fn an_index_of_another_folding_is_made_anew_and_goes_on_where_it_was() {
    let (store, subject) = opened().await;
    let place = subject.place("acme").await;
    let folder = tempfile::tempdir().unwrap();
    let said = |number| {
        let mut asks = asks(&place, number, &format!("word{number} İade"));
        asks.by.introduction.phone = "+49 (0)30 1234567".into();
        asks.into()
    };
    let said = (0..30).map(said).collect();
    subject.run(1_000, said).await;
    let terms = async |store: &Sqlite| -> i64 {
        let (terms,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM message_terms").fetch_one(&store.readers).await.unwrap();
        terms
    };
    let made = terms(&store).await;
    let wrong = [
        // By another folding, or by an earlier version: not made at all.
        "INSERT INTO message_search (message_search) VALUES ('delete-all');
         UPDATE customers SET name_key = 'x', phone_digits = 'x'; UPDATE installation SET index_folding = 0"
            .to_owned(),
        // Interrupted after the tenth message.
        format!(
            "INSERT INTO message_search (message_search) VALUES ('delete-all');
             INSERT INTO message_search (rowid, terms) SELECT id, '1xwor ' FROM messages WHERE id <= 10;
             UPDATE installation SET index_folding = {FOLDING}, index_filled = 10"
        ),
    ];
    for (wrong, expected) in wrong.into_iter().zip([30, 20]) {
        sqlx::query(sqlx::AssertSqlSafe(wrong.clone())).execute(&store.writer).await.unwrap();
        sqlx::query("VACUUM INTO $1")
            .bind(folder.path().join(format!("{expected}.db")).to_str().unwrap())
            .execute(&store.writer)
            .await
            .unwrap();
        let data = tempfile::tempdir().unwrap();
        std::fs::rename(folder.path().join(format!("{expected}.db")), data.path().join(FILE)).unwrap();
        let again = Sqlite::open(data.path()).await.unwrap();
        let found = search::find(&again, &of(&[place.organization], "iade"), PAGE).await.unwrap();
        assert_eq!((found.chats.len(), found.total), (20, expected), "{wrong}");
        if expected == 30 {
            let phone = of(&[place.organization], "+49 30 1234567");
            assert_eq!(search::find(&again, &phone, PAGE).await.unwrap().total, 30);
            assert_eq!(terms(&again).await, made);
        }
    }
}
