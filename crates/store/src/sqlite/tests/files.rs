//! What stands in the files: how long the write-ahead log gets, and what an erased chat leaves.

use std::path::Path;
use std::sync::Arc;

use chathub_domain::{ClientId, Source, Timestamp};
use chathub_hub::contract::{Place, Subject};
use chathub_hub::door::tokens::TokenKeys;
use chathub_hub::ports::{ChatFilter, ChatOrder, ChatPage, ChatStart, Ports, Search, SearchText};
use chathub_hub::rules::{Ask, Command, Erase};
use chathub_hub::{Clock, Hub, Settings};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::*;

const PAGE: ChatPage = ChatPage { start: ChatStart::Offset(ChatOrder::Updated, 0), limit: 20 };

fn ask(place: &Place, customer: u128, message: u128, text: String) -> Command {
    let client_id = ClientId(Uuid::from_u128(message));
    Ask { by: place.guest(customer), client_id, body: text.into(), source: Source::Website }.into()
}

async fn opened(directory: &Path) -> (Arc<Sqlite>, Subject) {
    let store = Arc::new(Sqlite::open(directory).await.unwrap());
    (store.clone(), Subject { ports: Ports::of(&store), mirror: None, home: None, keep: Box::new(()) })
}

fn length(directory: &Path) -> u64 {
    std::fs::metadata(directory.join("chathub.db-wal")).unwrap().len()
}

/// Writing, reading and searching, all without a pause: reads overlap, and there is always one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_log_stays_small_under_reads_that_overlap() {
    /// In batches of some 500 KB: three times what the file may hold.
    const BATCHES: u128 = 200;

    let folder = tempfile::tempdir().unwrap();
    let (store, subject) = opened(folder.path()).await;
    let place = subject.place("acme").await;
    subject.run(1_000, vec![ask(&place, 1, 1, "Hello parcel".into())]).await;
    let mut busy = JoinSet::new();
    for _ in 0..READERS {
        let store = store.clone();
        busy.spawn(async move {
            loop {
                sqlx::query(
                    "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 20000)
                     SELECT (SELECT COUNT(*) FROM chats), COUNT(*) FROM n",
                )
                .execute(&store.readers)
                .await
                .unwrap();
            }
        });
    }
    for _ in 0..SEARCHERS {
        let store = store.clone();
        let organizations = vec![place.organization];
        let search = SearchText::parse("parcel");
        let filter = ChatFilter { organizations, search, ..ChatFilter::default() };
        busy.spawn(async move {
            loop {
                assert_eq!(store.find(&filter, PAGE).await.unwrap().total, 1);
            }
        });
    }
    let mut longest = 0;
    for batch in 1..=BATCHES {
        // Much to store and little to index.
        let said = (0..50).map(|number| {
            let text = format!("{batch}{}", " ".repeat(7_900));
            ask(&place, 1, batch * 100 + number, text)
        });
        subject.run(2_000, said.collect()).await;
        longest = longest.max(length(folder.path()));
    }
    assert!(longest <= checkpoint::BOUND + (2 << 20), "{longest} bytes");
    assert!(longest > 0);
    if let Some(ended) = busy.try_join_next() {
        ended.unwrap();
    }
    busy.shutdown().await;
}

#[tokio::test]
async fn what_was_being_erased_when_the_server_died_is_erased_at_the_next_start() {
    const SECRET: &str = "unforgettable-Zanzibar-4711";

    let folder = tempfile::tempdir().unwrap();
    let (store, subject) = opened(folder.path()).await;
    let place = subject.place("acme").await;
    let said = (1..=40).map(|number| ask(&place, 1, number, SECRET.into())).collect();
    let (outcomes, _) = subject.run(1_000, said).await;
    let chat_id = outcomes[0].as_ref().unwrap().chat_id.unwrap();
    subject.run(2_000, vec![Erase { by: place.member().into(), chat_id }.into()]).await;
    assert!(subject.ports.erase.erase_some().await.unwrap());
    store.close().await;
    assert!(stands_in(folder.path(), SECRET));

    let (store, _subject) = opened(folder.path()).await;
    let keys = TokenKeys::new(&[vec![1; 32]]).unwrap();
    let settings = Settings {
        build: String::new(),
        company_token_lives: None,
        demo: false,
        pace: chathub_hub::pace::Pace::FREE,
        allow_origin: |_, _, _| None,
    };
    let clock = Clock::new(|| Timestamp(3_000));
    let (_hub, _running) = Hub::start(Ports::of(&store), keys, clock, settings).await.unwrap();
    tokio::time::timeout(Duration::from_secs(60), async {
        // There is no event for it: nobody asked.
        while marks(&store).await > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    assert!(!stands_in(folder.path(), SECRET));
}

async fn marks(store: &Sqlite) -> i64 {
    let (marks,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM erasures").fetch_one(&store.readers).await.unwrap();
    marks
}

fn stands_in(directory: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.is_file()).any(|path| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}
