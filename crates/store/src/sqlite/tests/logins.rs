//! Logins of earlier versions, which were told apart by more than case.

use std::borrow::Cow;

use chathub_domain::CompanyId;
use chathub_hub::ports::{Directory, LoginMistake, Mirror, OddLogins};

use super::*;

/// What a version without prepared logins let in, with its keys: two that are equal now, three, one that is refused now,
/// one with a final sigma, and one that nothing is wrong with.
const LOGINS: [(&str, &str); 9] = [
    ("acme", "acme"),
    ("ＡＣＭＥ", "ａｃｍｅ"),
    ("caf\u{e9}", "caf\u{e9}"),
    ("CAFE\u{301}", "cafe\u{301}"),
    ("ＣＡＦ\u{c9}", "ｃａｆ\u{e9}"),
    ("Acme Tools", "acme tools"),
    ("ΟΔΟΣ", "οδος"),
    ("Ｇlobex", "ｇlobex"),
    ("acme\u{212a}", "acmek"),
];

/// A database with them as the version left it that had the first seven migrations.
async fn former(directory: &Path) {
    let past = MIGRATIONS.iter().take(7).cloned().collect();
    let options = SqliteConnectOptions::new().filename(directory.join(FILE)).create_if_missing(true);
    let pool = SqlitePool::connect_with(options.journal_mode(SqliteJournalMode::Wal)).await.unwrap();
    let past = sqlx::migrate::Migrator { migrations: Cow::Owned(past), ..sqlx::migrate::Migrator::DEFAULT };
    past.run(&pool).await.unwrap();
    sqlx::query("INSERT INTO installation (id, epoch) VALUES (1, '8c9b0f5e-6a53-4d8e-9b1a-0d3c5a7e9f10')")
        .execute(&pool)
        .await
        .unwrap();
    for (id, (login, key)) in (1..).zip(LOGINS) {
        sqlx::query(
            "INSERT INTO companies (id, login, login_key, name, password_hash) VALUES ($1, $2, $3, '', '')",
        )
        .bind(id)
        .bind(login)
        .bind(key)
        .execute(&pool)
        .await
        .unwrap();
    }
    pool.close().await;
}

async fn id(store: &Sqlite, login: &str) -> Option<i64> {
    store.company_by_login(login).await.unwrap().map(|found| found.id.0)
}

async fn exact(store: &Sqlite) -> Vec<String> {
    store.exact_logins().await.unwrap()
}

/// Whoever signed in before the upgrade does after it, and finds the same company.
async fn assert_all_are_let_in(store: &Sqlite) {
    for (number, (login, key)) in (1..).zip(LOGINS) {
        for typed in [login, key, &login.to_lowercase()] {
            assert_eq!(id(store, typed).await, Some(number), "{typed}");
        }
    }
    for (typed, number) in
        [("ACME", 1), ("ａＣＭＥ", 2), ("CAF\u{c9}", 3), ("ACME TOOLS", 6), ("οδος", 7), ("ACMEK", 9)]
    {
        assert_eq!(id(store, typed).await, Some(number), "{typed}");
    }
}

#[tokio::test]
async fn an_upgrade_locks_nobody_out_and_takes_nobody_for_another() {
    let folder = tempfile::tempdir().unwrap();
    former(folder.path()).await;
    let before = Sqlite::odd_logins(folder.path()).await.unwrap();
    let store = Sqlite::open(folder.path()).await.unwrap();
    assert_all_are_let_in(&store).await;
    assert_eq!(
        exact(&store).await,
        ["acme", "ＡＣＭＥ", "caf\u{e9}", "CAFE\u{301}", "ＣＡＦ\u{c9}", "Acme Tools", "ΟΔΟΣ"]
    );
    // What is equal to none is found however it is written.
    assert_eq!((id(&store, "GLOBEX").await, id(&store, "ａｃｍｅｋ").await), (Some(8), Some(9)));
    // What is equal to several is nobody's unless it is written like one of them, and given to nobody.
    assert_eq!((id(&store, "ａcme").await, id(&store, "ｃafe\u{301}").await), (None, None));
    for taken in ["Ａcme", "ACME", "ＣＡＦＥ\u{301}", "οδοσ", "οδος", "globex", "acme tools"] {
        let refused = store.add_company(taken, "", "").await.unwrap_err();
        assert!(matches!(refused, PortError::Taken { what: "login" }), "{taken}: {refused}");
    }
    // It is told the same before and after.
    let after = Sqlite::odd_logins(folder.path()).await.unwrap();
    assert_eq!((before.len(), &before), (3, &after), "{before:#?}");
    let same = |logins: &[&str]| OddLogins::Same(logins.iter().map(|&login| login.to_owned()).collect());
    assert_eq!(before[0], same(&["acme", "ＡＣＭＥ"]));
    assert_eq!(before[1], same(&["caf\u{e9}", "CAFE\u{301}", "ＣＡＦ\u{c9}"]));
    assert_eq!(before[2], OddLogins::Refused("Acme Tools".into(), LoginMistake::Character(' ')));
    store.close().await;
    // Once more is nothing more.
    let store = Sqlite::open(folder.path()).await.unwrap();
    assert_all_are_let_in(&store).await;
    assert_eq!(exact(&store).await.len(), 7);
}

/// As a kill leaves it between the migration and what follows it.
#[tokio::test]
async fn an_upgrade_that_was_cut_short_is_as_before_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    former(folder.path()).await;
    let options = SqliteConnectOptions::new().filename(folder.path().join(FILE));
    let pool = SqlitePool::connect_with(options).await.unwrap();
    MIGRATIONS.run(&pool).await.unwrap();
    let (exact_ones,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM companies WHERE login_exact AND login_prepared IS NULL")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(exact_ones, 9);
    pool.close().await;
    let store = Sqlite::open(folder.path()).await.unwrap();
    assert_all_are_let_in(&store).await;
    assert_eq!(id(&store, "GLOBEX").await, Some(8));
}

#[tokio::test]
async fn who_is_left_of_two_equal_ones_is_found_however_they_write() {
    let folder = tempfile::tempdir().unwrap();
    former(folder.path()).await;
    let store = Sqlite::open(folder.path()).await.unwrap();
    // Renamed: the other one at once.
    assert!(store.set_login(CompanyId(2), "acme.japan").await.unwrap());
    assert_eq!((id(&store, "ＡＣＭＥ").await, id(&store, "ACME.Japan").await), (Some(1), Some(2)));
    // A third is as many as two.
    assert!(store.set_login(CompanyId(3), "bistro").await.unwrap());
    assert_eq!((id(&store, "CAF\u{c9}").await, id(&store, "CAFE\u{301}").await), (None, Some(4)));
    // Its own login once more is compared as all are today.
    assert!(store.set_login(CompanyId(7), "ΟΔΟΣ").await.unwrap());
    assert_eq!((id(&store, "οδοσ").await, id(&store, "οδος").await), (Some(7), None));
    // Gone, by whatever tool: the other one at the next start.
    sqlx::query("DELETE FROM companies WHERE id = 4").execute(&store.writer).await.unwrap();
    store.close().await;
    let store = Sqlite::open(folder.path()).await.unwrap();
    assert_eq!(id(&store, "cafe\u{301}").await, Some(5));
    assert_eq!(exact(&store).await, ["Acme Tools"]);
}

#[tokio::test]
async fn a_remote_may_tell_apart_what_is_equal_here() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path()).await.unwrap();
    store.claim("https://chat.example.com").await.unwrap();
    let mut ids = Vec::new();
    for login in ["Acme", "ACME", "ＡＣＭＥ", "Acme Tools"] {
        ids.push(store.keep_company(login, &[], chathub_domain::Timestamp(1)).await.unwrap().0);
    }
    assert_eq!(ids, [1, 2, 3, 4]);
    // The first has all ways that are not another one's own.
    assert_eq!((id(&store, "acme").await, id(&store, "ａcme").await), (Some(1), Some(1)));
    assert_eq!((id(&store, "ａｃｍｅ").await, id(&store, "ACME TOOLS").await), (Some(3), Some(4)));
    store.close().await;
    assert_eq!(Sqlite::odd_logins(folder.path()).await.unwrap(), [], "there is nothing to do here");
}
