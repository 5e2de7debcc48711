//! The contract, and what is SQLite's own: the version, durability, other versions, other processes.

mod counting;
mod files;
mod kept;
mod logins;
mod searching;
mod upgrading;

use chathub_hub::contract::Subject;
use chathub_hub::people::Cached;
use chathub_hub::ports::{Directory, OriginsChange, PortError, Ports};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
};
use uuid::Uuid;

use super::database::{MIGRATIONS, READERS, SEARCHERS};
use super::*;

mod copies;
mod migrations;

chathub_hub::contract_tests!(fresh);
chathub_hub::contract_tests!(@ fresh, mirror:
    a_company_is_known_by_what_it_owns
    nothing_passes_from_one_company_to_another
    lists_are_kept_with_the_generations_that_follow
    an_account_is_kept_until_it_is_revoked
);
chathub_hub::contract_tests!(@ fresh, register:
    lists_go_on_after_the_last_of_a_page
    names_are_changed_by_their_company_and_counted
);

chathub_hub::contract_tests!(@ two_nodes, nodes:
    what_is_said_at_either_reaches_everybody_once
    what_is_true_only_now_is_told_at_both
    a_new_name_shows_at_the_other
    an_erased_chat_is_gone_at_the_other
    who_is_set_inactive_at_one_must_leave_the_other
    who_is_blocked_at_one_is_kept_out_of_the_other
    a_list_that_can_not_be_read_is_read_again
);

/// Two that have opened the same database.
async fn two_nodes() -> [Subject; 2] {
    let directory = Arc::new(tempfile::tempdir().unwrap());
    let node = async || {
        let store = Arc::new(Sqlite::open(directory.path()).await.unwrap());
        let ports = Ports { directory: Arc::new(Cached::new(store.clone())), ..Ports::of(&store) };
        Subject { ports, mirror: Some(store), home: None, keep: Box::new(Arc::clone(&directory)) }
    };
    [node().await, node().await]
}

async fn fresh() -> Subject {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(Sqlite::open(directory.path()).await.unwrap());
    Subject { ports: Ports::of(&store), mirror: Some(store), home: None, keep: Box::new(directory) }
}

/// What is remembered of a directory is as good as the directory.
mod cached {
    use super::*;

    chathub_hub::contract_tests!(directory: fresh);

    async fn fresh() -> Subject {
        let subject = super::fresh().await;
        let cached = Cached::new(subject.ports.directory.clone());
        // From here on it remembers.
        cached.changes().await.unwrap();
        let ports = Ports { directory: Arc::new(cached), ..subject.ports };
        Subject { ports, ..subject }
    }
}

#[tokio::test]
async fn what_another_process_has_changed_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let here = Cached::new(Arc::new(Sqlite::open(folder.path()).await.unwrap()));
    let elsewhere = Sqlite::open(folder.path()).await.unwrap();
    let company = here.add_company("acme", "Acme", "hash").await.unwrap();
    let organization = here.add_organization(company, "Sales", &[]).await.unwrap();
    let origins = ["https://shop.example".to_owned()];
    for _ in 0..2 {
        here.changes().await.unwrap();
        assert_eq!(here.company(company).await.unwrap().unwrap().password_hash, "hash");
        assert!(here.organization(organization).await.unwrap().unwrap().allowed_origins.is_empty());
        assert_eq!(here.organizations(company).await.unwrap().len(), 1);
    }
    elsewhere.set_password(company, "other").await.unwrap();
    elsewhere.set_allowed_origins(company, organization, OriginsChange::Replace(&origins)).await.unwrap();
    elsewhere.add_organization(company, "Support", &[]).await.unwrap();
    here.changes().await.unwrap();
    assert_eq!(here.company(company).await.unwrap().unwrap().password_hash, "other");
    assert_eq!(here.organization(organization).await.unwrap().unwrap().allowed_origins, origins);
    assert_eq!(here.organizations(company).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_bundled_sqlite_does_not_lose_data_on_a_wal_reset() {
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path()).await.unwrap();
    let (version,): (String,) =
        sqlx::query_as("SELECT sqlite_version()").fetch_one(&store.writer).await.unwrap();
    let numbers: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
    assert!(numbers >= vec![3, 51, 3], "{version}");
}

#[tokio::test]
async fn a_database_keeps_its_epoch_and_a_new_one_has_another() {
    let directory = tempfile::tempdir().unwrap();
    let first = Sqlite::open(directory.path()).await.unwrap();
    let epoch = first.epoch;
    first.close().await;
    assert_eq!(Sqlite::open(directory.path()).await.unwrap().epoch, epoch);
    let elsewhere = tempfile::tempdir().unwrap();
    assert_ne!(Sqlite::open(elsewhere.path()).await.unwrap().epoch, epoch);
}

#[tokio::test]
async fn readers_cannot_write() {
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path()).await.unwrap();
    assert!(sqlx::query("DELETE FROM installation").execute(&store.readers).await.is_err());
}

#[tokio::test]
async fn a_newer_database_is_refused_in_words() {
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path()).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (999, 'of tomorrow', true, x'00', 0)",
    )
    .execute(&store.writer)
    .await
    .unwrap();
    store.close().await;
    let error = Sqlite::open(directory.path()).await.err().unwrap();
    assert!(error.to_string().contains("made by a newer ChatHub"), "{error}");
}

#[tokio::test]
async fn an_unusable_directory_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Sqlite::open(&file.join("data")).await.err().unwrap();
    assert!(error.to_string().contains("--data-dir"), "{error}");
}
