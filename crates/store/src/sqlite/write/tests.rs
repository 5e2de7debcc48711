//! Whatever goes wrong with a write, the next one finds a connection that works.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chathub_domain::{ClientId, Source};
use chathub_hub::contract::{Place, Subject};
use chathub_hub::ports::{Chats, Directory, Log, NewOperator, PortError, Ports, Trouble, Wanted};
use chathub_hub::rules::{Ask, Decider, Rule};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use uuid::Uuid;

use super::super::{FILE, Sqlite};

/// A database with one company in it, and another process at the same file.
struct Scene {
    store: Arc<Sqlite>,
    subject: Subject,
    place: Place,
    other: SqliteConnection,
    folder: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Sqlite::open(folder.path()).await.unwrap());
        let subject =
            Subject { ports: Ports::of(&store), mirror: Some(store.clone()), home: None, keep: Box::new(()) };
        let place = subject.place("acme").await;
        let other = connect(folder.path()).await;
        Self { store, subject, place, other, folder }
    }

    /// What SQLite does by itself after some errors of the disk: the whole transaction is gone.
    async fn roll_back_at(&mut self, table: &str, column: &str, value: &str) {
        let trigger = format!(
            "CREATE TRIGGER refuse_{table} BEFORE INSERT ON {table} WHEN new.{column} = '{value}'
             BEGIN SELECT RAISE(ROLLBACK, 'as the test wants'); END"
        );
        self.run(trigger).await;
    }

    async fn run(&mut self, sql: String) {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut self.other).await.unwrap();
    }

    async fn say(&self, number: u128, text: &str) -> Result<(), PortError> {
        let client_id = ClientId(Uuid::from_u128(number));
        let by = self.place.guest(1);
        let command = Ask { by, client_id, body: text.into(), source: Source::Website };
        let mut wanted = Wanted::default();
        command.want(&mut wanted);
        let mut batch = self.store.begin(&wanted).await?;
        let mut decider = Decider::new(batch.state(), chathub_domain::Timestamp(1));
        command.decide(&mut decider).unwrap();
        let changes = decider.changes();
        batch.commit(&changes).await
    }
}

async fn connect(folder: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(folder.join(FILE)).connect().await.unwrap()
}

#[tokio::test]
async fn a_batch_that_fails_leaves_the_next_one_a_connection_that_works() {
    let mut scene = Scene::new().await;
    scene.roll_back_at("messages", "text", "guilty").await;
    scene.say(1, "Hello").await.unwrap();
    let error = scene.say(2, "guilty").await.unwrap_err();
    assert!(matches!(error, PortError::Failed { .. }), "{error:?}");
    scene.say(3, "Still here").await.unwrap();
    assert_eq!(scene.store.head(scene.place.organization).await.unwrap(), 3);
}

#[tokio::test]
async fn so_does_a_change_of_the_directory() {
    let mut scene = Scene::new().await;
    scene.roll_back_at("operators", "name", "guilty").await;
    let organization_id = scene.place.organization;
    let add = async |name: &str| {
        let new = NewOperator { organization_id, name: name.into() };
        scene.store.add_operators(scene.place.company, &[new]).await
    };
    add("guilty").await.unwrap_err();
    assert!(add("Boris").await.unwrap().is_some());
    scene.say(1, "Hello").await.unwrap();
}

#[tokio::test]
async fn a_reader_that_lost_its_transaction_does_not_show_the_past_from_then_on() {
    let scene = Scene::new().await;
    let mut readers = Vec::new();
    while let Some(mut reader) = scene.store.readers.try_begin().await.unwrap() {
        // What SQLite does by itself when the disk does not let it read.
        sqlx::query("ROLLBACK").execute(&mut *reader).await.unwrap();
        readers.push(reader);
    }
    drop(readers);
    for number in 1..20 {
        scene.say(number, "Hello").await.unwrap();
        let operator = scene.place.operator.id;
        let (_, head) = scene.store.chats(scene.place.organization, operator, None, 10).await.unwrap();
        // The first one makes the chat.
        assert_eq!(u128::from(head), number + 1);
    }
}

#[tokio::test]
async fn a_write_that_nobody_waits_for_any_more_leaves_nothing_begun() {
    let scene = Scene::new().await;
    for number in 1..20_u32 {
        // Dropped at a moment of its own, in the middle of whatever it is at.
        let say = scene.say(number.into(), "Hello");
        let _ = tokio::time::timeout(number * Duration::from_micros(50), say).await;
    }
    scene.say(100, "Still here").await.unwrap();
    scene.subject.place("globex").await;
}

#[tokio::test]
async fn a_lock_that_another_process_holds_is_named_and_waited_out() {
    let mut scene = Scene::new().await;
    scene.store.probe().await.unwrap();
    scene.run("BEGIN IMMEDIATE".to_owned()).await;
    let (said, probed) = (scene.say(1, "Hello").await, scene.store.probe().await);
    for error in [said.unwrap_err(), probed.unwrap_err()] {
        assert!(matches!(error, PortError::Unavailable { trouble: Trouble::Locked, .. }), "{error:?}");
    }
    scene.run("ROLLBACK".to_owned()).await;
    scene.store.probe().await.unwrap();
    scene.say(2, "Hello").await.unwrap();
}

#[tokio::test]
async fn a_probe_writes_and_changes_nothing() {
    let scene = Scene::new().await;
    scene.say(1, "Hello").await.unwrap();
    let wal = scene.folder.path().join(format!("{FILE}-wal"));
    let length = || std::fs::metadata(&wal).unwrap().len();
    let (before, changes) = (length(), scene.store.changes().await.unwrap());
    scene.store.probe().await.unwrap();
    assert!(length() > before, "a probe that writes nothing proves nothing");
    assert_eq!(scene.store.changes().await.unwrap(), changes);
    assert_eq!(scene.store.head(scene.place.organization).await.unwrap(), 2);
    scene.other.close().await.unwrap();
}
