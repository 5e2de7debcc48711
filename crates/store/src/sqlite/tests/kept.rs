//! Nothing is lost on the way from an earlier schema to this one: every row of every table, and what is in it.

use std::collections::{BTreeMap, BTreeSet};

use chathub_domain::{Event, OrganizationId};
use chathub_hub::ports::{Log, Portion};
use sqlx::{AssertSqlSafe, Connection as _};

use super::migrations::former;
use super::*;

/// What databases hold, by the schema that has room for it: all that is there in the elder ones, too. A schema that
/// makes a table brings rows of it here.
const HELD: [(usize, &str); 6] = [
    (
        1,
        // An open chat, one whose customer went with it when it was erased, a closed one; another tenant's.
        "INSERT INTO installation (id, epoch) VALUES (1, '8c9b0f5e-6a53-4d8e-9b1a-0d3c5a7e9f10');
         INSERT INTO companies (id, login, login_key, name, password_hash, generation) VALUES
             (1, 'Acme', 'acme', 'Acme Tools', 'hash', 2),
             (2, 'globex', 'globex', 'Globex', 'other', 0),
             (3, 'ＡＣＭＥ', 'ａｃｍｅ', 'Equal to the first by rules that came later', 'third', 1);
         INSERT INTO organizations (id, company_id, name, name_key, allowed_origins, seq) VALUES
             (1, 1, 'Sales', 'sales', '[\"https://shop.example\"]', 16),
             (2, 2, 'Elsewhere', 'elsewhere', '[]', 2),
             (3, 1, 'Support', 'support', '[]', 0);
         INSERT INTO operators (id, company_id, organization_id, name, status, generation) VALUES
             (1, 1, 1, 'Anna', 0, 1), (2, 1, 1, 'Boris', 1, 3), (3, 1, 3, 'Clara', 2, 0), (4, 2, 2, 'Eve', 0, 0);
         INSERT INTO customers (id, organization_id, visitor_id, name, seq) VALUES
             (1, 1, '11111111-1111-4111-8111-111111111111', 'Jane', 4),
             (3, 1, '33333333-3333-4333-8333-333333333333', '', 2),
             (4, 2, '11111111-1111-4111-8111-111111111111', 'Jane elsewhere', 1);
         INSERT INTO chats (id, organization_id, customer_id, source, status, operator_id, last_seq, read_by_customer,
                            read_by_operators, created_at, updated_at) VALUES
             (1, 1, 1, 5, 1, 1, 3, 3, 2, 1000, 2000),
             (3, 1, 3, 1, 4, NULL, 14, 0, 0, 5000, 5001),
             (4, 2, 4, 2, 0, NULL, 2, 0, 0, 6000, 6000);
         INSERT INTO messages (id, organization_id, chat_id, customer_id, seq, customer_seq, sender, client_id,
                               operator_id, text, at) VALUES
             (1, 1, 1, 1, 2, 1, 'visitor:11111111-1111-4111-8111-111111111111',
              'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', NULL, 'Where is my PARCEL?', 1000),
             (2, 1, 1, 1, 3, 2, 'operator:1', 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 1, 'On its way', 2000),
             (4, 1, 3, 3, 14, 1, 'visitor:33333333-3333-4333-8333-333333333333',
              'cccccccc-cccc-4ccc-8ccc-cccccccccccc', NULL, 'Good day\nand ''goodbye'' 👋', 5000),
             (5, 2, 4, 4, 2, 1, 'visitor:11111111-1111-4111-8111-111111111111',
              'dddddddd-dddd-4ddd-8ddd-dddddddddddd', NULL, 'Hello', 6000);
         INSERT INTO read_positions (chat_id, operator_id, seq) VALUES (1, 1, 2), (1, 2, 3), (4, 4, 2);
         INSERT INTO events (organization_id, seq, at, kind, chat_id, message_id, operator_id, value, customer_id,
                             customer_seq, customer_value) VALUES
             (1, 1, 1000, 'chat_created', 1, NULL, NULL, NULL, NULL, NULL, NULL),
             (1, 2, 1000, 'message', 1, 1, NULL, NULL, 1, 1, NULL),
             (1, 3, 2000, 'message', 1, 2, 1, NULL, 1, 2, NULL),
             (1, 4, 2000, 'assigned', 1, NULL, 1, NULL, NULL, NULL, NULL),
             (1, 5, 2000, 'chat_status', 1, NULL, 1, 1, 1, 3, NULL),
             (1, 6, 2001, 'read', 1, NULL, 1, 2, 1, 4, 1),
             (1, 7, 2002, 'read_by_customer', 1, NULL, NULL, 3, NULL, NULL, NULL),
             (1, 8, 2003, 'customer', 1, NULL, NULL, NULL, NULL, NULL, NULL),
             (1, 9, 3000, 'chat_created', 2, NULL, NULL, NULL, NULL, NULL, NULL),
             (1, 10, 3000, 'message', 2, 3, NULL, NULL, 2, 1, NULL),
             (1, 11, 3001, 'chat_status', 2, NULL, 2, 4, 2, 2, NULL),
             (1, 12, 4000, 'chat_erased', 2, NULL, NULL, NULL, 2, 3, NULL),
             (1, 13, 5000, 'chat_created', 3, NULL, NULL, NULL, NULL, NULL, NULL),
             (1, 14, 5000, 'message', 3, 4, NULL, NULL, 3, 1, NULL),
             (1, 15, 5001, 'assigned', 3, NULL, NULL, NULL, NULL, NULL, NULL),
             (1, 16, 5001, 'chat_status', 3, NULL, NULL, 4, 3, 2, NULL),
             (2, 1, 6000, 'chat_created', 4, NULL, NULL, NULL, NULL, NULL, NULL),
             (2, 2, 6000, 'message', 4, 5, NULL, NULL, 4, 1, NULL);
         UPDATE sqlite_sequence SET seq = 20;",
    ),
    (
        2,
        "UPDATE customers SET phone = '+371 20 000 001', phone_digits = '+37120000001', tg_user_id = 77 WHERE id = 1;
         UPDATE customers SET name_key = lower(name);",
    ),
    (
        3,
        "UPDATE installation SET directory = 'https://chat.example.com';
         UPDATE organizations SET gone = TRUE WHERE id = 3;
         INSERT INTO upstream_accounts (company_id, login, token, remote_id, answered_at) VALUES
             (1, 'Acme', x'00ff', 42, 7000), (2, NULL, NULL, NULL, 7001);",
    ),
    (
        4,
        // A customer who stays when their chats are erased, of which one is still going.
        "INSERT INTO customers (id, organization_id, visitor_id, name, seq) VALUES
             (5, 2, '55555555-5555-4555-8555-555555555555', '', 4);
         INSERT INTO messages (id, organization_id, chat_id, customer_id, seq, customer_seq, sender, client_id,
                               operator_id, text, at) VALUES
             (7, 2, 6, 5, 7, 3, 'visitor:55555555-5555-4555-8555-555555555555',
              'eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee', NULL, 'Forget me', 8000);
         INSERT INTO events (organization_id, seq, at, kind, chat_id, message_id, operator_id, value, customer_id,
                             customer_seq, customer_value) VALUES
             (2, 3, 7000, 'chat_created', 5, NULL, NULL, NULL, NULL, NULL, NULL),
             (2, 4, 7000, 'message', 5, 6, NULL, NULL, 5, 1, NULL),
             (2, 5, 7001, 'chat_erased', 5, NULL, NULL, NULL, 5, 2, NULL),
             (2, 6, 8000, 'chat_created', 6, NULL, NULL, NULL, NULL, NULL, NULL),
             (2, 7, 8000, 'message', 6, 7, NULL, NULL, 5, 3, NULL),
             (2, 8, 8001, 'chat_erased', 6, NULL, NULL, NULL, 5, 4, NULL);
         UPDATE organizations SET seq = 8 WHERE id = 2;
         INSERT INTO erasures (chat_id, organization_id) VALUES (6, 2);",
    ),
    (
        5,
        "INSERT INTO sessions (company_id, id, created_at, expires_at, used_at) VALUES (1, 'what', 1, 4000000000000, 2);
         INSERT INTO known_addresses (login, address, seen_at) VALUES ('acme', 'keyed', 3), ('globex', 'keyed', 4);",
    ),
    (
        6,
        "INSERT INTO blocked_visitors (organization_id, visitor_id, address, until) VALUES
             (1, '33333333-3333-4333-8333-333333333333', 'keyed', 4000000000000),
             (2, '11111111-1111-4111-8111-111111111111', NULL, 4000000000000);",
    ),
];

/// As a restore leaves it: countings that go on beyond what may have been given out. Since schema 7.
const LEAPT: &str = "
    INSERT INTO leaps (organization_id, customer_id, after, seq) VALUES (1, 0, 16, 1016), (1, 1, 4, 1004), (3, 0, 0, 1000);
    UPDATE organizations SET seq = seq + 1000 WHERE id IN (1, 3);
    UPDATE customers SET seq = seq + 1000 WHERE id = 1;";

/// What is something else afterwards in databases up to this schema: in which table, in which row, what it was and is.
const CHANGED: [(usize, &str, &str, &str, &str); 1] = [
    // A counting that may be a second life leaps beyond the first one.
    (3, "customers", "id 3,", "seq 2", "seq 4"),
];

/// What the program makes anew at each opening, out of the rest.
const DERIVED: [(&str, &str); 5] = [
    ("installation", "changes"),
    ("installation", "index_folding"),
    ("installation", "index_filled"),
    ("companies", "login_prepared"),
    ("companies", "login_exact"),
];

/// Tables that have been taken apart since, put together as they were.
const TOGETHER: [(&str, &str); 2] = [
    (
        "customers",
        "(SELECT u.id, u.organization_id, v.visitor_id, u.name, n.seq, u.name_key, u.phone, u.phone_digits, u.tg_user_id
          FROM customers u JOIN visitors v ON v.customer_id = u.id JOIN countings n ON n.id = v.counting_id)",
    ),
    (
        "events",
        "(SELECT organization_id, seq, at,
                 CASE WHEN kind = 'read' AND actor_kind = 'customer' THEN 'read_by_customer' ELSE kind END AS kind, chat_id,
                 CASE WHEN kind = 'message' THEN subject_id END AS message_id,
                 CASE WHEN kind = 'assigned' THEN subject_id WHEN actor_kind = 'operator' THEN actor_id END AS operator_id,
                 COALESCE(data ->> 'status', data ->> 'up_to') AS value,
                 customer_id, customer_seq, customer_data ->> 'up_to' AS customer_value
          FROM events)",
    ),
];

/// The rows of every table that is no index, as sorted lines: its columns, or those of the same table before.
async fn rows(directory: &Path, before: Option<&Rows>) -> Rows {
    let options = SqliteConnectOptions::new().filename(directory.join(FILE)).read_only(true);
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    let tables: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM sqlite_schema
         WHERE type = 'table' AND name NOT LIKE 'message\\_%' ESCAPE '\\' AND name <> '_sqlx_migrations'",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    let tables = match before {
        Some(before) => before.keys().cloned().collect(),
        None => tables.into_iter().map(|(name,)| name).collect::<Vec<_>>(),
    };
    let mut rows = Rows::new();
    for table in tables {
        let columns = match before {
            Some(before) => before[&table].0.clone(),
            None => {
                let columns = sqlx::query_as("SELECT name FROM pragma_table_info($1)").bind(&table);
                let columns: Vec<(String,)> = columns.fetch_all(&mut database).await.unwrap();
                let names = columns.into_iter().map(|(name,)| name);
                names.filter(|name| !DERIVED.contains(&(&table, name))).collect()
            }
        };
        let line = columns.iter().map(|name| format!("'{name} ' || quote(\"{name}\")"));
        let line = line.collect::<Vec<_>>().join(" || ', ' || ");
        let together = TOGETHER.iter().find(|(of, _)| before.is_some() && *of == table);
        let from = together.map_or(table.as_str(), |(_, from)| from);
        let lines: Vec<(String,)> =
            sqlx::query_as(AssertSqlSafe(format!("SELECT {line} AS line FROM {from} ORDER BY line")))
                .fetch_all(&mut database)
                .await
                .unwrap_or_else(|error| panic!("{table}: {error}"));
        rows.insert(table, (columns, lines.into_iter().map(|(line,)| line).collect()));
    }
    database.close().await.unwrap();
    rows
}

/// By table: the columns, and the rows.
type Rows = BTreeMap<String, (Vec<String>, Vec<String>)>;

#[tokio::test]
async fn every_row_of_every_earlier_schema_is_here_afterwards() {
    for schema in 1..MIGRATIONS.iter().count() {
        let folder = tempfile::tempdir().unwrap();
        let held = HELD.iter().filter(|(since, _)| *since <= schema).map(|(_, sql)| *sql);
        let held: String = held.chain((schema >= 7).then_some(LEAPT)).collect();
        former(folder.path(), schema, &held).await;
        assert_eq!(Sqlite::problems(folder.path()).await.unwrap(), [""; 0], "before, with schema {schema}");
        let before = rows(folder.path(), None).await;
        for (table, (_, rows)) in &before {
            assert!(!rows.is_empty(), "no row of {table} with schema {schema}: add some to HELD");
        }

        let store = Sqlite::open(folder.path()).await.unwrap();
        let mut erased = BTreeSet::new();
        for organization in [1, 2].map(OrganizationId) {
            let told = store.events(organization, 0, Portion::rows(100)).await.unwrap();
            let gone = told.iter().filter(|recorded| matches!(recorded.event, Event::ChatErased { .. }));
            erased.extend(gone.filter_map(|recorded| recorded.event.chat_id()).map(|chat| chat.0));
        }
        let expected = if schema < 4 { vec![2] } else { vec![2, 5, 6] };
        assert_eq!(erased.into_iter().collect::<Vec<_>>(), expected, "with schema {schema}");
        store.close().await;
        assert_eq!(Sqlite::problems(folder.path()).await.unwrap(), [""; 0], "after, with schema {schema}");
        let after = rows(folder.path(), Some(&before)).await;
        for (table, (_, mut rows)) in before {
            for (last, of, row, was, is) in CHANGED {
                let changed =
                    rows.iter_mut().filter(|line| last >= schema && of == table && line.starts_with(row));
                changed.for_each(|line| *line = line.replace(was, is));
            }
            rows.sort();
            assert_eq!(after[&table].1, rows, "{table}, with schema {schema}");
        }
    }
}
