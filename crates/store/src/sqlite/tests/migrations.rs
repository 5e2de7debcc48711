//! Migrations that have landed, and databases that are as old as they are.

use chathub_domain::{Author, ChatStatus, CompanyId, CustomerId, OperatorId, OrganizationId, VisitorId};
use chathub_hub::ports::{
    Actor, ChatFilter, ChatOrder, ChatPage, ChatStart, Chats, Log, Portion, Register, Search, SearchText,
    Span,
};
use sqlx::AssertSqlSafe;
use sqlx::migrate::Migrator;
use std::borrow::Cow;

use super::*;
use crate::sqlite::forward::MOVE;

/// A line for each file: its name, and the SHA-384 of its text in hex, as `sha384sum` prints it.
const LANDED: &str = include_str!("../../../../../migrations/landed");

#[test]
fn a_migration_that_has_landed_is_never_edited_again() {
    let landed: Vec<(&str, &str)> = LANDED
        .lines()
        .map(|line| line.split_once("  ").unwrap_or_else(|| panic!("migrations/landed: what is “{line}”?")))
        .collect();
    for (index, migration) in MIGRATIONS.iter().enumerate() {
        assert_eq!(
            migration.version,
            index as i64 + 1,
            "two migrations have one number, or a number has none"
        );
        let file = format!("{:04}_{}.sql", migration.version, migration.description.replace(' ', "_"));
        let digest: String = migration.checksum.iter().map(|byte| format!("{byte:02x}")).collect();
        let known = landed.iter().find(|(_, name)| *name == file);
        let (known, _) = known.unwrap_or_else(|| {
            panic!("{file} is new: once it is as it shall be for ever, add this line to migrations/landed:\n{digest}  {file}")
        });
        assert_eq!(
            *known, digest,
            "{file} was edited after it had landed, and databases that have run it would be refused: put it back as \
             it was, and write a new migration"
        );
    }
    assert_eq!(
        landed.len(),
        MIGRATIONS.iter().count(),
        "a migration that has landed was removed: put it back"
    );
}

/// What a database of any schema can hold.
const PAST: &str = "
    INSERT INTO installation (id, epoch) VALUES (1, '8c9b0f5e-6a53-4d8e-9b1a-0d3c5a7e9f10');
    INSERT INTO companies (id, login, login_key, name, password_hash, generation)
    VALUES (1, 'Acme', 'acme', 'Acme Tools', 'hash', 2);
    INSERT INTO organizations (id, company_id, name, name_key, allowed_origins, seq)
    VALUES (1, 1, 'Sales', 'sales', '[\"https://shop.example\"]', 5);
    INSERT INTO operators (id, company_id, organization_id, name, status, generation)
    VALUES (1, 1, 1, 'Anna', 0, 1);
    INSERT INTO customers (id, organization_id, visitor_id, name, seq)
    VALUES (1, 1, '11111111-1111-4111-8111-111111111111', 'Jane', 3);
    INSERT INTO chats (id, organization_id, customer_id, source, status, operator_id, last_seq, read_by_customer,
                       read_by_operators, created_at, updated_at)
    VALUES (1, 1, 1, 5, 1, 1, 4, 0, 2, 1000, 2000);
    INSERT INTO messages (id, organization_id, chat_id, customer_id, seq, customer_seq, sender, client_id, operator_id,
                          text, at)
    VALUES (1, 1, 1, 1, 2, 1, 'visitor:11111111-1111-4111-8111-111111111111',
            'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', NULL, 'Where is my PARCEL?', 1000),
           (2, 1, 1, 1, 4, 3, 'operator:1', 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 1, 'On its way', 2000);
    INSERT INTO read_positions (chat_id, operator_id, seq) VALUES (1, 1, 2);
    INSERT INTO events (organization_id, seq, at, kind, chat_id, message_id, operator_id, value, customer_id,
                        customer_seq, customer_value)
    VALUES (1, 1, 1000, 'chat_created', 1, NULL, NULL, NULL, NULL, NULL, NULL),
           (1, 2, 1000, 'message', 1, 1, NULL, NULL, 1, 1, NULL),
           (1, 3, 1500, 'chat_status', 1, NULL, 1, 1, 1, 2, NULL),
           (1, 4, 2000, 'message', 1, 2, 1, NULL, 1, 3, NULL),
           (1, 5, 2000, 'assigned', 1, NULL, 1, NULL, NULL, NULL, NULL);";

/// A database as the version left it that had only the first `count` migrations.
async fn of_the_past(directory: &Path, count: usize) {
    former(directory, count, PAST).await;
}

/// The same with other rows in it.
pub(super) async fn former(directory: &Path, count: usize, held: &str) {
    let past: Vec<_> = MIGRATIONS.iter().take(count).cloned().collect();
    let options = SqliteConnectOptions::new().filename(directory.join(FILE)).create_if_missing(true);
    let pool = SqlitePool::connect_with(options.journal_mode(SqliteJournalMode::Wal)).await.unwrap();
    Migrator { migrations: Cow::Owned(past), ..Migrator::DEFAULT }.run(&pool).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(held.to_owned())).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn a_database_of_every_earlier_schema_is_brought_to_this_one_and_read() {
    for count in 1..MIGRATIONS.iter().count() {
        let folder = tempfile::tempdir().unwrap();
        of_the_past(folder.path(), count).await;
        assert_eq!(
            Sqlite::problems(folder.path()).await.unwrap(),
            [""; 0],
            "before, with {count} migrations"
        );

        let store = Sqlite::open(folder.path()).await.unwrap();
        let (company, sales) = (CompanyId(1), OrganizationId(1));
        let acme = store.company_by_login("ACME").await.unwrap().unwrap();
        assert_eq!((acme.id, acme.password_hash.as_str(), acme.generation), (company, "hash", 2));
        let organizations = store.organizations(company).await.unwrap();
        assert_eq!(organizations[0].allowed_origins, ["https://shop.example"]);
        let anna = store.operator(company, OperatorId(1)).await.unwrap().unwrap();
        assert_eq!((anna.operator.name.as_str(), anna.generation), ("Anna", 3));

        let (chats, head) = store.chats(sales, OperatorId(1), None, 10).await.unwrap();
        assert_eq!((head, chats.len()), (5, 1));
        assert_eq!((chats[0].status, chats[0].customer.as_str()), (ChatStatus::Open, "Jane"));
        let told = store.events(sales, 0, Portion::rows(10)).await.unwrap();
        assert_eq!(told.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        let said = store
            .messages(sales, chats[0].id, Span::Last, Portion::rows(10))
            .await
            .unwrap()
            .unwrap()
            .messages;
        assert_eq!(
            said.iter().map(|message| message.body.text.as_str()).collect::<Vec<_>>(),
            ["Where is my PARCEL?", "On its way"]
        );
        assert_eq!(said[0].author, Author::Customer);
        let visitor = VisitorId(Uuid::parse_str("11111111-1111-4111-8111-111111111111").unwrap());
        let page = store.visitor_page(sales, visitor, None, Portion::rows(10)).await.unwrap();
        assert_eq!((page.seq, page.messages.len()), (3, 2));
        for word in ["parcel", "ay"] {
            let search = Some(SearchText { words: vec![word.into()], phone: None });
            let filter = ChatFilter { organizations: vec![sales], search, ..ChatFilter::default() };
            let page = ChatPage { start: ChatStart::Offset(ChatOrder::Updated, 0), limit: 10 };
            assert_eq!(store.find(&filter, page).await.unwrap().total, 1, "{word}, with {count} migrations");
        }
        store.close().await;
        assert_eq!(Sqlite::problems(folder.path()).await.unwrap(), [""; 0], "after, with {count} migrations");
    }
}

/// The log is moved in pieces: after a crash between two of them the next start goes on where it was.
#[tokio::test]
async fn a_log_that_is_half_way_is_brought_on_by_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    of_the_past(folder.path(), 9).await;
    let options = SqliteConnectOptions::new().filename(folder.path().join(FILE)).foreign_keys(false);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let past = MIGRATIONS.iter().take(10).cloned().collect();
    Migrator { migrations: Cow::Owned(past), ..Migrator::DEFAULT }.run(&pool).await.unwrap();
    sqlx::query(MOVE).bind(0).bind(0).bind(2).execute(&pool).await.unwrap();
    pool.close().await;
    let problems = Sqlite::problems(folder.path()).await.unwrap();
    assert!(problems.len() == 1 && problems[0].contains("half way"), "{problems:?}");
    let error = Sqlite::open_to_read(folder.path()).await.err().unwrap().to_string();
    assert!(error.contains("server once"), "{error}");
    let store = Sqlite::open(folder.path()).await.unwrap();
    let told = store.events(OrganizationId(1), 0, Portion::rows(10)).await.unwrap();
    assert_eq!(told.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(told[1].actor, Actor::Customer(CustomerId(1)));
    assert_eq!((told[2].actor, told[4].actor), (Actor::Operator(OperatorId(1)), Actor::Unknown));
    store.close().await;
    assert_eq!(Sqlite::problems(folder.path()).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn whoever_only_reads_leaves_an_earlier_schema_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let count = MIGRATIONS.iter().count() - 1;
    of_the_past(folder.path(), count).await;
    let before = std::fs::read(folder.path().join(FILE)).unwrap();
    let error = Sqlite::open_to_read(folder.path()).await.err().unwrap().to_string();
    assert!(error.contains(&format!("version {count}")) && error.contains("server once"), "{error}");
    assert_eq!(std::fs::read(folder.path().join(FILE)).unwrap(), before);
    let store = Sqlite::open(folder.path()).await.unwrap();
    store.close().await;
    let store = Sqlite::open_to_read(folder.path()).await.unwrap();
    assert_eq!(store.companies(CompanyId(0), 9).await.unwrap()[0].login, "Acme");
    assert!(store.set_password(CompanyId(1), "new").await.is_err(), "it only reads");
    store.close().await;
    let nowhere = folder.path().join("nowhere");
    assert!(Sqlite::open_to_read(&nowhere).await.is_err() && !nowhere.exists());
}
