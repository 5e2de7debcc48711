//! What two nodes over one database do for their people, whatever becomes of what they tell each other.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chathub_domain::error::ErrorCode;
use chathub_domain::{ChatId, ClientId, OperatorStatus, Seq, Timestamp};
use futures::future::join_all;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::dice::Dice;
use super::faulty::FaultyDoor;
use super::lossy::{Lossy, Luck};
use super::{Place, Subject};
use crate::clock::Clock;
use crate::door::access::{CompanyAccess, OperatorAccess, VisitorAccess};
use crate::door::origin::Origin;
use crate::door::tokens::TokenKeys;
use crate::hub::{Hub, Running, Settings};
use crate::pace::{Pace, Peer};
use crate::people::Administration;
use crate::ports::Ports;
use crate::session::{Session, Turn};

/// Nodes look by themselves every second; what takes this long never comes.
const WITHIN: Duration = Duration::from_secs(20);

/// Every kind of luck that a case is to hold with.
const LUCKS: [Luck; 6] =
    [Luck::Good, Luck::Bad, Luck::Changing(1), Luck::Changing(2), Luck::Changing(3), Luck::Changing(4)];

/// Two nodes of an installation, with Anna's company on it.
struct Installation {
    nodes: [Hub; 2],
    place: Place,
    company: CompanyAccess,
    anna: OperatorAccess,
    /// Anna's.
    token: String,
    _running: [Running; 2],
}

impl Installation {
    async fn new(subjects: &[Subject; 2], luck: Luck) -> Self {
        let [first, second] = subjects;
        Self::of([first.ports.clone(), second.ports.clone()], first, luck).await
    }

    async fn of(ports: [Ports; 2], people: &Subject, luck: Luck) -> Self {
        let login = format!("{luck:?}").to_lowercase().replace(['(', ')'], "-");
        let place = people.place(&login).await;
        let ([first, second], [here, there]) = (ports, Lossy::pair(luck));
        let start = async |ports| {
            let keys = TokenKeys::new(&[vec![7; 32]]).unwrap();
            let settings = Settings {
                build: "test".into(),
                company_token_lives: None,
                demo: false,
                pace: Pace::FREE,
                allow_origin: |_, _, _| None,
            };
            Hub::start(ports, keys, Clock::system(), settings).await.unwrap()
        };
        let (one, one_running) = start(Ports { relay: here, ..first }).await;
        let (other, other_running) = start(Ports { relay: there, ..second }).await;
        let company = one.find_company(&login).await.unwrap();
        let (token, _) = one.operator_token(&company, place.operator.id, Timestamp(i64::MAX)).await.unwrap();
        let anna = one.operator_by_token(&token).await.unwrap();
        let (nodes, running) = ([one, other], [one_running, other_running]);
        Self { nodes, place, company, anna, token, _running: running }
    }

    /// Anna's panel at a node.
    async fn panel(&self, node: usize) -> Subscriber {
        Subscriber::open(&self.nodes[node], json!({ "type": "hello", "token": self.token })).await
    }

    /// Somebody who was never here before, and their token.
    async fn visitor(&self) -> (VisitorAccess, String) {
        let organization = self.place.organization;
        self.nodes[0].visitor(organization, None, &Origin::Absent, Peer::UNKNOWN).await.unwrap()
    }

    /// A visitor's window at a node.
    async fn window(&self, node: usize, token: &str) -> Subscriber {
        let hello = json!({ "type": "hello", "organization": self.place.organization, "visitor": token });
        Subscriber::open(&self.nodes[node], hello).await
    }

    /// The visitor writes at a node.
    async fn ask(&self, node: usize, by: &VisitorAccess, text: &str) -> ChatId {
        let pending = self.nodes[node].ask(by, client_id(), text).await.unwrap();
        pending.receipt().await.unwrap().chat_id.unwrap()
    }

    /// Anna writes at a node.
    async fn answer(&self, node: usize, chat: ChatId, text: &str) {
        let pending = self.nodes[node].answer(&self.anna, chat, client_id(), text).await.unwrap();
        pending.receipt().await.unwrap();
    }
}

/// A session, by the frames that it is told.
struct Subscriber {
    session: Session,
    /// The last event.
    seq: Seq,
}

impl Subscriber {
    async fn open(hub: &Hub, hello: Value) -> Self {
        let hello = serde_json::from_value(hello).unwrap();
        let opened = Session::open(hub, hello, &Origin::Absent, Peer::UNKNOWN, true).await;
        let session = opened.map_err(|(farewell, _)| farewell.detail).unwrap();
        let mut subscriber = Self { session, seq: 0 };
        let welcome = subscriber.next("welcome").await;
        subscriber.seq = welcome["cursor"]["seq"].as_u64().unwrap();
        subscriber
    }

    /// The next frame of a type; everything before it is passed over, but no event out of its order.
    async fn next(&mut self, kind: &str) -> Value {
        loop {
            match within(kind, self.session.next()).await {
                Turn::Send(frame) => {
                    let frame: Value = serde_json::from_str(&frame).unwrap();
                    if frame["type"] == "event" {
                        assert_eq!((&frame["prev"], &frame["seq"]), (&json!(self.seq), &json!(self.seq + 1)));
                        self.seq += 1;
                    }
                    if frame["type"] == kind {
                        return frame;
                    }
                }
                Turn::Listen => {}
                Turn::End => panic!("the session ended before a {kind}"),
            }
        }
    }

    /// The next event of a kind; those before it are passed over.
    async fn event(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next("event").await["event"].take();
            if event["kind"] == kind {
                return event;
            }
        }
    }

    /// The texts of the next messages.
    async fn texts(&mut self, count: usize) -> Vec<String> {
        let mut texts = Vec::new();
        while texts.len() < count {
            let text = self.event("message").await["message"]["text"].take();
            texts.push(text.as_str().unwrap().to_owned());
        }
        texts
    }

    /// Why the session ends.
    async fn farewell(&mut self) -> String {
        let code = self.next("bye").await["code"].take();
        assert_eq!(within("the end", self.session.next()).await, Turn::End);
        code.as_str().unwrap().to_owned()
    }
}

fn client_id() -> ClientId {
    ClientId(Uuid::new_v4())
}

async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(WITHIN, future).await.unwrap_or_else(|_| panic!("{what}: nothing came within {WITHIN:?}"))
}

/// Waits until something is so that nobody is told of.
async fn sooner_or_later(what: &str, is_so: impl AsyncFn() -> bool) {
    let waiting = async {
        while !is_so().await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    within(what, waiting).await;
}

/// Does the same with every luck, at the same time.
async fn with_every_luck(subjects: &[Subject; 2], case: impl AsyncFn(Installation)) {
    let case = &case;
    join_all(LUCKS.map(async |luck| case(Installation::new(subjects, luck).await).await)).await;
}

pub async fn what_is_said_at_either_reaches_everybody_once(subjects: &[Subject; 2]) {
    const EACH: usize = 20;
    with_every_luck(subjects, async |installation| {
        let (visitor, token) = installation.visitor().await;
        let mut panels = [installation.panel(0).await, installation.panel(1).await];
        let mut windows = [installation.window(0, &token).await, installation.window(1, &token).await];
        let chat = installation.ask(0, &visitor, "first").await;
        let node = |dice: &mut Dice| usize::from(dice.coin());
        let questions = async {
            let mut dice = Dice::new(1);
            for number in 0..EACH {
                installation.ask(node(&mut dice), &visitor, &format!("question {number}")).await;
            }
        };
        let answers = async {
            let mut dice = Dice::new(2);
            for number in 0..EACH {
                installation.answer(node(&mut dice), chat, &format!("answer {number}")).await;
            }
        };
        tokio::join!(questions, answers);

        let told = panels[0].texts(1 + 2 * EACH).await;
        let of = |who| told.iter().filter(|text| text.starts_with(who)).cloned().collect::<Vec<_>>();
        assert_eq!(told[0], "first");
        for who in ["question", "answer"] {
            assert_eq!(of(who), (0..EACH).map(|number| format!("{who} {number}")).collect::<Vec<_>>());
        }
        assert_eq!(panels[1].texts(told.len()).await, told);
        for window in &mut windows {
            assert_eq!(window.texts(told.len()).await, told);
        }
    })
    .await;
}

pub async fn what_is_true_only_now_is_told_at_both(subjects: &[Subject; 2]) {
    let installation = Installation::new(subjects, Luck::Good).await;
    let (visitor, token) = installation.visitor().await;
    let chat = installation.ask(0, &visitor, "Hello").await;
    let (mut panel, mut window) = (installation.panel(1).await, installation.window(1, &token).await);
    installation.nodes[0].customer_types(&visitor).await.unwrap();
    assert_eq!(panel.next("typing").await["chat_id"], json!(chat));
    installation.nodes[0].operator_types(&installation.anna, chat).await.unwrap();
    window.next("typing").await;
}

pub async fn a_new_name_shows_at_the_other(subjects: &[Subject; 2]) {
    let register = Administration::new(subjects[0].mirror.clone().unwrap());
    with_every_luck(subjects, async |installation| {
        let (visitor, _) = installation.visitor().await;
        let chat = installation.ask(0, &visitor, "Hello").await;
        let mut panel = installation.panel(1).await;
        register.rename_operator(&installation.company, installation.anna.id(), "Anna Meyer").await.unwrap();
        assert_eq!(panel.event("staff_changed").await["operator"]["name"], "Anna Meyer");
        // And she writes under it, at the node where she is, as soon as it has looked.
        loop {
            let post = json!({ "type": "post", "chat_id": chat, "client_id": client_id(), "text": "Hi" });
            panel.session.take_frame(&post.to_string()).await;
            let author = panel.event("message").await["message"]["author"].take();
            if author["name"] == "Anna Meyer" {
                break;
            }
        }
    })
    .await;
}

pub async fn an_erased_chat_is_gone_at_the_other(subjects: &[Subject; 2]) {
    with_every_luck(subjects, async |installation| {
        let (visitor, token) = installation.visitor().await;
        let chat = installation.ask(0, &visitor, "Hello").await;
        let (mut panel, mut window) = (installation.panel(1).await, installation.window(1, &token).await);
        installation.nodes[0].erase(&installation.anna.clone().into(), chat).await.unwrap();
        assert_eq!(panel.event("chat_erased").await["chat_id"], json!(chat));
        window.event("erased").await;
        let history = installation.nodes[1].history(&installation.anna, chat, None).await;
        assert_eq!(history.unwrap_err().code, ErrorCode::NotFound);
    })
    .await;
}

pub async fn who_is_set_inactive_at_one_must_leave_the_other(subjects: &[Subject; 2]) {
    with_every_luck(subjects, async |installation| {
        let (mut here, mut there) = (installation.panel(0).await, installation.panel(1).await);
        let (company, anna) = (&installation.company, installation.anna.id());
        installation.nodes[0].set_operator_status(company, anna, OperatorStatus::Inactive).await.unwrap();
        for panel in [&mut here, &mut there] {
            assert_eq!(panel.farewell().await, "operator_inactive");
        }
        let token = &installation.token;
        sooner_or_later("a token that is good no more", async || {
            let back = installation.nodes[1].operator_by_token(token).await;
            back.is_err_and(|error| error.code == ErrorCode::OperatorInactive)
        })
        .await;
    })
    .await;
}

pub async fn who_is_blocked_at_one_is_kept_out_of_the_other(subjects: &[Subject; 2]) {
    with_every_luck(subjects, async |installation| kept_out(&installation).await).await;
}

async fn kept_out(installation: &Installation) {
    let (visitor, token) = installation.visitor().await;
    let chat = installation.ask(0, &visitor, "Hello").await;
    let (mut here, mut there) = (installation.window(0, &token).await, installation.window(1, &token).await);
    let [one, other] = &installation.nodes;
    let anna = installation.anna.clone().into();
    one.block(&anna, chat, 1, false).await.unwrap();
    for window in [&mut here, &mut there] {
        assert_eq!(window.farewell().await, "blocked");
    }
    let refused = other.ask(&visitor, client_id(), "Hello?").await.map(drop);
    assert_eq!(refused.unwrap_err().code, ErrorCode::Blocked);
    one.unblock(&anna, chat).await.unwrap();
    sooner_or_later("an open door", async || other.ask(&visitor, client_id(), "I am back.").await.is_ok())
        .await;
}

pub async fn a_list_that_can_not_be_read_is_read_again(subjects: &[Subject; 2]) {
    let [first, second] = subjects;
    let failing = Arc::new(FaultyDoor { door: second.ports.door.clone(), fails: 0.into() });
    let ports = [first.ports.clone(), Ports { door: failing.clone(), ..second.ports.clone() }];
    let installation = Installation::of(ports, first, Luck::Good).await;
    failing.fails.store(2, Ordering::Relaxed);
    kept_out(&installation).await;
    assert_eq!(failing.fails.load(Ordering::Relaxed), 0);
}
