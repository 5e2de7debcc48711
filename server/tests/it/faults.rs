//! The promise on a disk that fails: what was acknowledged is there exactly once and in order, whatever dies in
//! between, and writing goes on by itself as soon as it can.

pub mod disk;
mod history;

use std::path::PathBuf;
use std::time::Duration;

use chathub_hub::ports::{Log, Wanted};
use chathub_server::run::Opened;
use serde_json::json;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::support::{
    Client, People, Process, Talker, company_token, folder, furnish, hub, operator_token, within,
};
use chathub_hub::contract::dice::Dice;
use disk::{Calls, Disk, Left};
use history::{History, Watcher};

/// Rounds in every run of the tests; `make faults ROUNDS=500` plays more.
const ROUNDS: u64 = 8;

/// Customers who talk all the time.
const CUSTOMERS: usize = 6;

/// What the system says when it refuses.
const EIO: i32 = 5;
const ENOSPC: i32 = 28;
const EROFS: i32 = 30;

/// A server on a disk of its own.
struct Scene {
    folder: TempDir,
    disk: Disk,
    people: People,
    http: reqwest::Client,
    server: Process,
}

impl Scene {
    async fn new() -> Self {
        let folder = folder();
        let people = furnish(&data(&folder)).await;
        let disk = Disk::new(&data(&folder));
        let server = start(&folder, &disk).await;
        Self { folder, disk, people, http: reqwest::Client::new(), server }
    }

    /// What a readiness probe is told.
    async fn ready(&self) -> (u16, String) {
        let answer = self.http.get(format!("{}/readyz", self.server.base)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn until_ready(&self) {
        let poll = async {
            while self.ready().await.0 != 200 {
                sleep(Duration::from_millis(20)).await;
            }
        };
        within("readiness", poll).await;
    }

    async fn customer(&self) -> (Talker, Client) {
        let mut hello = json!({ "type": "hello", "organization": self.people.sales });
        let client = Client::welcomed(&self.server.base, hello.clone()).await;
        hello["visitor"] = client.visitor_token();
        (Talker::new(hello, None), client)
    }

    /// The `hello` of an operator.
    async fn operator(&self, id: i64) -> serde_json::Value {
        let company = company_token(&self.http, &self.server.base, "acme").await;
        let token = operator_token(&self.http, &self.server.base, &company, id).await;
        json!({ "type": "hello", "token": token })
    }

    /// Kills the server, cuts the power where that is said, and starts it again.
    async fn restart(self, cut: Option<Left>, dice: &mut Dice) -> (Self, usize) {
        self.server.kill().await;
        let at_stake = cut.map_or(0, |left| self.disk.cut(left, dice));
        self.disk.heal();
        self.disk.settle();
        let server = start(&self.folder, &self.disk).await;
        (Self { server, ..self }, at_stake)
    }

    /// What the servers have logged.
    fn log(&self) -> String {
        std::fs::read_to_string(log(&self.folder)).unwrap()
    }
}

fn data(folder: &TempDir) -> PathBuf {
    folder.path().join("data")
}

fn log(folder: &TempDir) -> PathBuf {
    folder.path().join("log")
}

async fn start(folder: &TempDir, disk: &Disk) -> Process {
    let assets = folder.path().join("assets");
    Process::serve_with(&data(folder), &assets, disk.environment(), &log(folder)).await
}

/// Has the disk refuse calls of one kind while somebody writes: the server says so, and is as before when the disk is.
async fn a_disk_that_refuses(error: i32, calls: Calls, count: Option<i32>, words: &str) {
    let scene = Scene::new().await;
    let (mut talker, mut client) = scene.customer().await;
    let base = scene.server.base.clone();
    assert!(talker.say(&mut client).await);
    assert!(!talker.take(&client.expect("ack").await));
    scene.until_ready().await;

    scene.disk.fail(error, calls, count);
    assert!(talker.say(&mut client).await && talker.say(&mut client).await);
    let refusal = client.expect("reject").await;
    assert!(talker.take(&refusal), "{refusal}");
    assert_eq!(refusal["code"], "unavailable");
    if count.is_none() {
        // Its words are those of the last attempt.
        let told = async {
            loop {
                let (status, text) = scene.ready().await;
                assert_eq!(status, 503, "{text}");
                if text.contains(words) {
                    break;
                }
                sleep(Duration::from_millis(20)).await;
            }
        };
        within(words, told).await;
    }
    scene.disk.heal();
    scene.until_ready().await;
    // On the same server, without anybody who does anything.
    drop(client);
    within("everybody's acks", talker.catch_up(&base)).await;
    assert!(scene.disk.refused() > 0);

    let text = scene.log();
    let causes: Vec<_> = text.lines().filter(|line| line.contains("nothing can be stored")).collect();
    assert_eq!(causes.iter().filter(|line| line.contains(words)).count(), 1, "{text}");
    // A read-only disk refuses a write before it refuses to be opened.
    assert!(causes.len() <= 2, "{text}");
    assert_eq!(text.matches("writing works again").count(), 1, "{text}");
    assert!(scene.server.terminate().await.success());
    history::of(&data(&scene.folder), scene.people.sales).await.check(&[talker]);
}

#[tokio::test]
async fn a_full_disk_is_waited_out() {
    a_disk_that_refuses(ENOSPC, Calls::Writes, None, "the disk is full").await;
}

#[tokio::test]
async fn a_disk_that_fails_is_waited_out() {
    a_disk_that_refuses(EIO, Calls::Writes, None, "the disk fails").await;
}

#[tokio::test]
async fn a_disk_that_has_become_read_only_is_waited_out() {
    a_disk_that_refuses(EROFS, Calls::Writes, None, "is read-only").await;
}

#[tokio::test]
async fn one_sync_that_fails_is_one_batch_that_is_sent_again() {
    a_disk_that_refuses(EIO, Calls::Syncs, Some(1), "the disk fails").await;
}

#[tokio::test]
async fn a_lock_that_another_process_holds_is_waited_out() {
    let scene = Scene::new().await;
    let (mut talker, mut client) = scene.customer().await;
    let base = scene.server.base.clone();
    assert!(talker.say(&mut client).await);
    assert!(!talker.take(&client.expect("ack").await));
    let Opened { store, running, .. } = hub(&data(&scene.folder)).await;
    let lock = store.begin(&Wanted::default()).await.unwrap();
    for _ in 0..3 {
        assert!(talker.say(&mut client).await);
    }
    for _ in 0..3 {
        // Whether they were with the first one in its batch or waited behind it.
        let refusal = client.expect("reject").await;
        assert!(talker.take(&refusal) && refusal["code"] == "unavailable", "{refusal}");
    }
    let (status, text) = scene.ready().await;
    assert!(status == 503 && text.contains("another process keeps the database locked"), "{text}");
    drop(lock);
    scene.until_ready().await;
    drop(client);
    within("everybody's acks", talker.catch_up(&base)).await;
    running.stop().await;
    store.close().await;
    assert_eq!(scene.log().matches("keeps the database locked").count(), 1);
    assert!(scene.server.terminate().await.success());
    history::of(&data(&scene.folder), scene.people.sales).await.check(&[talker]);
}

/// What happens to the server in one round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Kill,
    PowerCut,
    PowerCutWithSomePages,
    FailingDisk,
    PowerCutOnFailingDisk,
}

const FAULTS: [Fault; 5] = [
    Fault::Kill,
    Fault::PowerCut,
    Fault::PowerCutWithSomePages,
    Fault::FailingDisk,
    Fault::PowerCutOnFailingDisk,
];

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect(name))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stdout, reason = "the figures of a long run are what it is for")]
async fn kills_power_cuts_and_failing_disks_lose_double_and_reorder_nothing() {
    let rounds = setting("CHATHUB_FAULT_ROUNDS").unwrap_or(ROUNDS);
    let seed = setting("CHATHUB_FAULT_SEED").unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0);
    println!("CHATHUB_FAULT_SEED={seed}");
    let mut dice = Dice::new(seed);
    let mut scene = Scene::new().await;
    let mut figures = std::collections::BTreeMap::<Fault, usize>::new();
    let (mut at_stake, mut refused) = (0, 0);
    let began = std::time::Instant::now();

    let mut watcher = Watcher::new(scene.operator(scene.people.boris).await);
    let mut talkers = Vec::new();
    for _ in 0..CUSTOMERS {
        let (mut talker, mut client) = scene.customer().await;
        assert!(talker.say(&mut client).await);
        talker.take(&client.expect("ack").await);
        talkers.push(talker);
    }
    let chat = watcher.first_chat(&scene.server.base).await;
    talkers.push(Talker::new(scene.operator(scene.people.anna).await, Some(chat)));

    for round in 0..rounds {
        let base = scene.server.base.clone();
        let watching = tokio::spawn(watcher.watch(base.clone()));
        let mut progress = Vec::new();
        let mut talking = Vec::new();
        for talker in talkers.drain(..) {
            progress.push(talker.progress());
            let client = talker.connect(&base).await;
            talking.push(tokio::spawn(talker.talk(client)));
        }
        let who = usize::try_from(dice.below(progress.len() as u64)).unwrap();
        // So many more words of one of them are acknowledged, whatever happened to the disk.
        let mut further = async |count: u64| {
            let until = *progress[who].borrow() + usize::try_from(count).unwrap();
            within("progress", progress[who].wait_for(|acked| *acked >= until)).await.unwrap();
        };
        further(2 + dice.below(20)).await;
        let fault = FAULTS[usize::try_from(dice.below(FAULTS.len() as u64)).unwrap()];
        *figures.entry(fault).or_default() += 1;
        if matches!(fault, Fault::FailingDisk | Fault::PowerCutOnFailingDisk) {
            let error = [EIO, ENOSPC, EROFS][usize::try_from(dice.below(3)).unwrap()];
            let calls = if dice.coin() { Calls::Writes } else { Calls::Syncs };
            let count = if dice.coin() { None } else { Some(1 + i32::try_from(dice.below(5)).unwrap()) };
            scene.disk.fail(error, calls, count);
            let met = async {
                while scene.disk.refused() == 0 {
                    sleep(Duration::from_millis(1)).await;
                }
            };
            within("a call that fails", met).await;
            if fault == Fault::FailingDisk {
                sleep(Duration::from_millis(dice.below(1_500))).await;
                scene.disk.heal();
                further(1 + dice.below(10)).await;
            }
            refused += scene.disk.refused();
        }
        let cut = match fault {
            Fault::Kill | Fault::FailingDisk => None,
            Fault::PowerCut => Some(Left::Nothing),
            Fault::PowerCutWithSomePages | Fault::PowerCutOnFailingDisk => Some(Left::Some),
        };
        let writes;
        (scene, writes) = scene.restart(cut, &mut dice).await;
        at_stake += writes;
        for task in talking {
            talkers.push(task.await.unwrap());
        }
        watcher = watching.await.unwrap();
        if round % 100 == 99 {
            // A token lives for an hour.
            watcher.hello = scene.operator(scene.people.boris).await;
            talkers[CUSTOMERS].hello = scene.operator(scene.people.anna).await;
        }
        let base = scene.server.base.clone();
        let catching_up = talkers.iter_mut().map(|talker| talker.catch_up(&base));
        within("everybody's acks", futures::future::join_all(catching_up)).await;
    }
    let all = talkers.iter().map(|talker| talker.sent.len()).sum();
    let seen = watcher.finish(&scene.server.base, all).await;
    assert!(scene.server.terminate().await.success());
    let history: History = history::of(&data(&scene.folder), scene.people.sales).await;
    let messages = history.check(&talkers);
    assert_eq!(seen, history.names(), "what was told is what is in the log");
    println!(
        "{rounds} rounds in {:?}: {figures:?}; {messages} messages, 0 lost, 0 doubled, 0 reordered; {at_stake} writes \
         not synced at a power cut, {refused} calls refused by the disk",
        began.elapsed()
    );
}
