//! The hub's writer over a real database, when storing fails.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use chathub_domain::wire::ClientFrame;
use chathub_domain::{ClientId, ErrorCode, OrganizationId};
use chathub_hub::contract::faulty::{Faulty, Judge};
use chathub_hub::door::access::VisitorAccess;
use chathub_hub::door::tokens::TokenKeys;
use chathub_hub::pace::{Pace, Peer};
use chathub_hub::ports::{Directory, Log, PortError, Portion, Ports, Trouble};
use chathub_hub::session::{Session, Turn};
use chathub_hub::{Clock, Hub, Origin, Running, Settings};
use chathub_store::Sqlite;
use futures::FutureExt;
use serde_json::Value;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

/// Everything here takes milliseconds; what takes this long never comes.
const WITHIN: Duration = Duration::from_secs(20);

/// A hub over a database that does what a test wants when it is written.
struct Scene {
    hub: Hub,
    running: Running,
    store: Arc<Sqlite>,
    organization: OrganizationId,
    folder: TempDir,
}

impl Scene {
    async fn new(judge: Judge) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Sqlite::open(folder.path()).await.unwrap());
        let company = store.add_company("acme", "Acme", "hash").await.unwrap();
        let organization = store.add_organization(company, "Sales", &[]).await.unwrap();
        let faulty = Arc::new(Faulty { log: store.clone(), erase: store.clone(), judge });
        let ports = Ports { log: faulty.clone(), erase: faulty, ..Ports::of(&store) };
        let keys = TokenKeys::new(&[vec![7; 32]]).unwrap();
        let settings = Settings {
            build: "test".into(),
            company_token_lives: None,
            demo: false,
            pace: Pace::FREE,
            allow_origin: |_, _, _| None,
        };
        let (hub, running) = Hub::start(ports, keys, Clock::system(), settings).await.unwrap();
        Self { hub, running, store, organization, folder }
    }

    async fn visitor(&self) -> VisitorAccess {
        self.hub.visitor(self.organization, None, &Origin::Own, Peer::UNKNOWN).await.unwrap().0
    }

    /// What is in the log, in its order.
    async fn texts(&self) -> Vec<String> {
        let events = self.store.events(self.organization, 0, Portion::rows(10_000)).await.unwrap();
        assert!(events.iter().zip(1..).all(|(event, seq)| event.seq == seq), "the log has no holes");
        let text = |event| match event {
            chathub_domain::Event::Message { message, .. } => Some(message.body.text),
            _ => None,
        };
        events.into_iter().filter_map(|recorded| text(recorded.event)).collect()
    }
}

fn full() -> PortError {
    let (operation, trouble) = ("a test", Trouble::Full);
    PortError::Unavailable { operation, trouble, source: "as it was told to".into() }
}

fn name(number: usize) -> ClientId {
    ClientId(Uuid::from_u128(number as u128))
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(WITHIN, future).await.expect("it never came")
}

/// A gate before every batch: the test hears of each, and says what becomes of it.
type Gate = mpsc::UnboundedReceiver<oneshot::Sender<Result<(), PortError>>>;

fn gated() -> (Judge, Gate) {
    let (tell, gate) = mpsc::unbounded_channel();
    let judge: Judge = Box::new(move |wanted| {
        let (verdict, judged) = oneshot::channel();
        if wanted.is_some() {
            // A test that has ended lets everything pass.
            let _ = tell.send(verdict);
        }
        async move { judged.await.unwrap_or(Ok(())) }.boxed()
    });
    (judge, gate)
}

/// What a connection said last, frame by frame.
async fn answers(session: &mut Session, count: usize) -> Vec<(String, usize)> {
    let mut said = Vec::new();
    while said.len() < count {
        let Turn::Send(frame) = within(session.next()).await else { continue };
        let frame: Value = serde_json::from_str(&frame).unwrap();
        if frame["type"] == "ack" || frame["type"] == "reject" {
            let id = Uuid::parse_str(frame["client_id"].as_str().unwrap()).unwrap();
            let what = frame["code"].as_str().unwrap_or("ack").to_owned();
            said.push((what, usize::try_from(id.as_u128()).unwrap()));
        }
    }
    said
}

async fn post(session: &mut Session, number: usize) {
    let post = ClientFrame::Post { chat_id: None, client_id: name(number), text: number.to_string() };
    session.take_frame(&serde_json::to_string(&post).unwrap()).await;
}

#[tokio::test]
async fn what_waits_behind_a_message_that_could_not_be_stored_does_not_pass_it() {
    let (judge, mut gate) = gated();
    let scene = Scene::new(judge).await;
    let hello = ClientFrame::Hello {
        token: None,
        organization: Some(scene.organization),
        visitor: None,
        customer: None,
        cursor: None,
        watch: None,
    };
    let opened = Session::open(&scene.hub, hello, &Origin::Own, Peer::UNKNOWN, true).await;
    let mut session = opened.map_err(|(farewell, _)| farewell).unwrap();
    post(&mut session, 1).await;
    within(gate.recv()).await.unwrap().send(Ok(())).unwrap();
    assert_eq!(answers(&mut session, 1).await, [("ack".to_owned(), 1)]);

    post(&mut session, 2).await;
    let second = within(gate.recv()).await.unwrap();
    // These wait for the writer, which is busy with the second.
    post(&mut session, 3).await;
    post(&mut session, 4).await;
    second.send(Err(full())).unwrap();
    drop(gate);
    let refused = |number| ("unavailable".to_owned(), number);
    assert_eq!(answers(&mut session, 3).await, [refused(2), refused(3), refused(4)]);
    // Nor does one that comes now.
    post(&mut session, 5).await;
    assert_eq!(answers(&mut session, 1).await, [refused(5)]);
    for number in 2..6 {
        post(&mut session, number).await;
    }
    answers(&mut session, 4).await;
    assert_eq!(scene.texts().await, ["1", "2", "3", "4", "5"]);
}

#[tokio::test]
async fn a_batch_that_fails_for_one_command_is_stored_but_for_that_one() {
    let (judge, mut gate) = gated();
    let scene = Scene::new(judge).await;
    let trigger = "CREATE TRIGGER guilty BEFORE INSERT ON messages WHEN new.text = '13'
                   BEGIN SELECT RAISE(ABORT, 'as the test wants'); END";
    let file = SqliteConnectOptions::new().filename(scene.folder.path().join("chathub.db"));
    sqlx::query(trigger).execute(&mut file.connect().await.unwrap()).await.unwrap();
    let first = scene.hub.ask(&scene.visitor().await, name(0), "0").await.unwrap();
    let open = within(gate.recv()).await.unwrap();
    // One batch, by as many customers, while the writer is busy with the first.
    let mut pending = Vec::new();
    for number in 1..30 {
        let visitor = scene.visitor().await;
        pending.push(scene.hub.ask(&visitor, name(number), number.to_string()).await.unwrap());
    }
    open.send(Ok(())).unwrap();
    drop(gate);
    within(first.receipt()).await.unwrap();
    let mut stored = vec!["0".to_owned()];
    for (number, pending) in (1..30).zip(pending) {
        match within(pending.receipt()).await {
            Ok(_) => stored.push(number.to_string()),
            Err(error) => assert_eq!((error.code, number), (ErrorCode::Internal, 13)),
        }
    }
    assert_eq!(stored.len(), 29);
    assert_eq!(scene.texts().await, stored);
    scene.hub.check().await.unwrap();
}

#[tokio::test]
async fn a_panic_in_the_writer_costs_nobody_else_anything() {
    let panics = Arc::new(AtomicUsize::new(2));
    let left = Arc::clone(&panics);
    let scene = Scene::new(Box::new(move |wanted| {
        let due = wanted.is_some()
            && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
        async move { if due { panic!("as the test wants") } else { Ok(()) } }.boxed()
    }))
    .await;
    let visitor = scene.visitor().await;
    let lost = within(scene.hub.ask(&visitor, name(1), "1").await.unwrap().receipt()).await;
    assert_eq!(lost.unwrap_err().code, ErrorCode::Internal);
    // Nothing else is asked for in between: the next batch meets the second panic, and the one after it none.
    within(scene.hub.ask(&visitor, name(1), "1").await.unwrap().receipt()).await.unwrap_err();
    within(scene.hub.ask(&visitor, name(1), "1").await.unwrap().receipt()).await.unwrap();
    assert_eq!(scene.texts().await, ["1"]);
}

#[tokio::test]
async fn a_full_disk_is_told_and_found_empty_again_without_anybody_who_writes() {
    let is_full = Arc::new(AtomicBool::new(false));
    let state = Arc::clone(&is_full);
    let scene = Scene::new(Box::new(move |_| {
        let full_now = state.load(Ordering::SeqCst);
        async move { if full_now { Err(full()) } else { Ok(()) } }.boxed()
    }))
    .await;
    let visitor = scene.visitor().await;
    let ask = async |number: usize| {
        within(scene.hub.ask(&visitor, name(number), number.to_string()).await.unwrap().receipt()).await
    };
    ask(1).await.unwrap();
    scene.hub.check().await.unwrap();
    is_full.store(true, Ordering::SeqCst);
    assert_eq!(ask(2).await.unwrap_err().code, ErrorCode::Unavailable);
    let not_ready = scene.hub.check().await.unwrap_err();
    assert_eq!(not_ready.code, ErrorCode::Unavailable);
    assert!(not_ready.detail.contains("the disk is full: make room"), "{not_ready}");
    is_full.store(false, Ordering::SeqCst);
    within(async {
        while scene.hub.check().await.is_err() {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    ask(2).await.unwrap();
    assert_eq!(scene.texts().await, ["1", "2"]);
}

#[tokio::test]
async fn the_end_of_what_the_hub_lives_by_is_noticed() {
    let scene = Scene::new(Box::new(|_| async { Ok(()) }.boxed())).await;
    let Scene { hub, mut running, .. } = scene;
    // Without a handle to its queue the writer ends.
    drop(hub);
    assert_eq!(within(running.ended()).await, "writing");
    running.stop().await;
}

#[tokio::test]
async fn so_is_a_panic_that_nobody_survives() {
    let scene = Scene::new(Box::new(|wanted| {
        // Not while a batch is stored, which has its own way: where the rest of what was erased is looked for.
        async move { wanted.map(drop).ok_or_else(|| panic!("as the test wants")) }.boxed()
    }))
    .await;
    let mut running = scene.running;
    assert_eq!(within(running.ended()).await, "erasing");
    running.stop().await;
}
