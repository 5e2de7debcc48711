//! Copies of a database that is in use, what is found wrong with one, and a new life after a restore.

use std::os::unix::fs::PermissionsExt;

use chathub_domain::{ClientId, CompanyId, Source, Timestamp};
use chathub_hub::contract::Place;
use chathub_hub::ports::{Door, Log, Ports, SessionId, SessionRecord};
use chathub_hub::rules::{Ask, Command};

use super::*;

const LEAP: i64 = 1_000_000_000;

fn says(place: &Place, customer: u128, message: u128) -> Command {
    Ask {
        by: place.guest(customer),
        client_id: ClientId(Uuid::from_u128(message)),
        body: format!("message {message}").into(),
        source: Source::Website,
    }
    .into()
}

/// The ports on one directory, and the store beneath them.
async fn open(directory: &Path) -> (Subject, Arc<Sqlite>) {
    let store = Arc::new(Sqlite::open(directory).await.unwrap());
    let subject =
        Subject { ports: Ports::of(&store), mirror: Some(store.clone()), home: None, keep: Box::new(()) };
    (subject, store)
}

async fn sql(store: &Sqlite, statement: &'static str) {
    sqlx::raw_sql(statement).execute(&store.writer).await.unwrap();
}

#[tokio::test]
async fn a_copy_of_a_database_in_use_is_whole_and_private() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (subject, store) = open(from.path()).await;
    let place = subject.place("acme").await;
    subject.run(1_000, (1..=50).map(|number| says(&place, number, number)).collect()).await;
    let file = to.path().join(FILE);
    // In the middle of another's writing.
    let open_batch = store.begin(&chathub_hub::ports::Wanted::default()).await.unwrap();
    Sqlite::copy(from.path(), &file).await.unwrap();
    drop(open_batch);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(Sqlite::problems(to.path()).await.unwrap(), [""; 0]);
    subject.run(2_000, vec![says(&place, 1, 51)]).await;

    let (copy, _) = open(to.path()).await;
    assert_eq!(copy.ports.log.epoch().await.unwrap(), store.epoch);
    assert_eq!(
        copy.ports.log.head(place.organization).await.unwrap(),
        100,
        "each one makes a chat and says something"
    );
    assert_eq!(store.head(place.organization).await.unwrap(), 101);
}

#[tokio::test]
async fn nothing_is_copied_over_anything_or_out_of_nowhere() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert!(Sqlite::copy(from.path(), &to.path().join(FILE)).await.is_err());
    assert!(std::fs::read_dir(from.path()).unwrap().next().is_none(), "nothing was made");
    drop(open(from.path()).await);
    std::fs::write(to.path().join(FILE), "something").unwrap();
    assert!(Sqlite::copy(from.path(), &to.path().join(FILE)).await.is_err());
    assert_eq!(std::fs::read(to.path().join(FILE)).unwrap(), b"something");
}

#[tokio::test]
async fn what_was_erased_is_in_no_copy() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (subject, store) = open(from.path()).await;
    let place = subject.place("acme").await;
    subject.run(1_000, (1..=3).map(|number| says(&place, number, number)).collect()).await;
    // As long as it can be remembered elsewhere: in the pages that are free.
    sql(
        &store,
        "PRAGMA secure_delete = OFF; CREATE TABLE note (text); INSERT INTO note VALUES ('a secret word');
        DROP TABLE note;",
    )
    .await;
    let file = to.path().join(FILE);
    Sqlite::copy(from.path(), &file).await.unwrap();
    let holds =
        |path: &Path, text: &[u8]| std::fs::read(path).unwrap().windows(text.len()).any(|part| part == text);
    assert!(holds(&file, b"message 1") && !holds(&file, b"a secret word"));
}

#[tokio::test]
async fn a_new_life_gives_out_nothing_that_the_lost_time_gave_out() {
    let (data, old) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (subject, store) = open(data.path()).await;
    let place = subject.place("acme").await;
    subject.run(1_000, vec![says(&place, 1, 1)]).await;
    let (id, created_at) = (SessionId(Uuid::from_u128(1)), Timestamp(0));
    let session =
        SessionRecord { id, company: place.company, created_at, expires_at: created_at.plus(10_000) };
    store.add_session(&session, 1).await.unwrap();
    Sqlite::copy(data.path(), &old.path().join(FILE)).await.unwrap();
    // The lost time.
    subject.run(2_000, (2..=9).map(|number| says(&place, number, number)).collect()).await;
    let other = subject.place("globex").await;
    let (_, lost) = subject.run(3_000, vec![says(&place, 1, 10)]).await;
    let lost_head = store.head(place.organization).await.unwrap();
    let before = store.operator(place.company, place.operator.id).await.unwrap().unwrap();

    for life in 1..=3 {
        let (_, restored) = open(old.path()).await;
        let told = restored.begin_new_life(LEAP).await.unwrap();
        assert_eq!((told.is_local, told.logins), (true, vec!["acme".to_owned()]));
        restored.close().await;
        assert_eq!(Sqlite::problems(old.path()).await.unwrap(), [""; 0]);
        if life == 2 {
            // One that nothing was written in.
            continue;
        }
        let (subject, restored) = open(old.path()).await;
        assert_ne!(restored.epoch, store.epoch);
        assert_eq!(restored.session(place.company, id, created_at).await.unwrap(), None);
        let place = Place {
            company: place.company,
            organization: place.organization,
            operator: place.operator.clone(),
        };
        let newcomer = 100 * life;
        let (receipts, told) =
            subject.run(4_000, vec![says(&place, 1, newcomer), says(&place, newcomer, newcomer + 1)]).await;
        let (first, second) = (receipts[0].as_ref().unwrap(), receipts[1].as_ref().unwrap());
        assert!(first.seq > lost_head && first.seq > LEAP as u64, "{first:?}");
        assert!(first.customer_seq > lost.last().unwrap().customer.as_ref().unwrap().seq, "{first:?}");
        assert!(second.chat_id.unwrap().0 > LEAP && first.message_id.unwrap().0 > LEAP, "{second:?}");
        let new = subject.place(&format!("company {life}")).await;
        assert!(new.company.0 > LEAP && new.organization.0 > LEAP && new.operator.id.0 > LEAP);
        assert!(new.company > other.company);
        // Whoever follows from the head sees no hole.
        assert_eq!(
            told.iter().map(|event| event.seq).collect::<Vec<_>>(),
            (told[0].seq..).take(told.len()).collect::<Vec<_>>()
        );
        let now = restored.operator(place.company, place.operator.id).await.unwrap().unwrap();
        assert!(now.generation >= before.generation + LEAP, "operators' tokens have ended");
        assert_eq!(
            restored.company(CompanyId(1)).await.unwrap().unwrap().generation,
            0,
            "companies' go by their key"
        );
        assert_eq!(Sqlite::problems(old.path()).await.unwrap(), [""; 0]);
        restored.close().await;
        // The next round has the former life's companies.
        sql(
            &open(old.path()).await.1,
            "DELETE FROM operators WHERE company_id > 1; DELETE FROM organizations WHERE company_id > 1;
             DELETE FROM companies WHERE id > 1;",
        )
        .await;
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_a_line_each() {
    for (damage, says) in [
        ("DELETE FROM events WHERE seq = 2", "organization 1 has 1 hole"),
        ("DELETE FROM events WHERE seq = 4", "does not end where its counting is"),
        ("UPDATE organizations SET seq = 9", "does not end where its counting is"),
        ("UPDATE countings SET seq = 9 WHERE id = 1", "customer 1 was told does not end"),
        ("UPDATE events SET customer_seq = 7 WHERE customer_id = 1", "customer 1 was told has 1 hole"),
        (
            "UPDATE events SET subject_id = 9 WHERE subject_id = 1",
            "1 messages of organization 1 are not in its log",
        ),
        ("DELETE FROM messages WHERE id = 1", "in its log and nowhere else"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM operators", "read_positions refer to operators"),
        ("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'chats'", "ids of chats would be given out again"),
        ("UPDATE installation SET epoch = ''", "no epoch"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (subject, store) = open(folder.path()).await;
        let place = subject.place("acme").await;
        subject.run(1_000, vec![says_one(&place, 1), says_one(&place, 2)]).await;
        sql(&store, "INSERT INTO read_positions VALUES (1, 1, 2)").await;
        assert_eq!(Sqlite::problems(folder.path()).await.unwrap(), [""; 0]);
        sqlx::raw_sql(damage).execute(&store.writer).await.unwrap();
        let problems = Sqlite::problems(folder.path()).await.unwrap();
        assert!(problems.iter().any(|line| line.contains(says)), "{damage}: {problems:?}");
        assert!(problems.iter().all(|line| !line.contains('\n')));
    }
}

fn says_one(place: &Place, number: u128) -> Command {
    says(place, number, number)
}

#[tokio::test]
async fn a_damaged_file_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (subject, store) = open(folder.path()).await;
    let place = subject.place("acme").await;
    subject.run(1_000, (1..=200).map(|number| says(&place, number, number)).collect()).await;
    store.close().await;
    let path = folder.path().join(FILE);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    // Found by looking, or met while looking.
    let found = Sqlite::problems(folder.path()).await;
    assert!(found.as_ref().map_or(true, |problems| !problems.is_empty()), "{found:?}");
}
