//! A panel that was told everything shows what a panel that has just been opened shows, and a customer's window too.
//!
//! Whatever two operators and two customers do, and wherever the clock runs meanwhile, the panel's own reducer, fed
//! with the picture it began with and all events since, must come to the picture that the server now gives to a new
//! one; and so must what a customer sees.

mod window;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chathub_app::panel::state::{Input, State};
use chathub_app::panel::{Door, PanelProps};
use chathub_domain::message::CustomerMessage;
use chathub_domain::wire::{ClientFrame, Me, ServerFrame};
use chathub_domain::{
    Chat, ChatId, ChatStatus, ClientId, ErrorCode, OperatorId, OperatorStatus, OrganizationId, Timestamp,
};
use chathub_hub::door::access::{CompanyAccess, OperatorAccess, VisitorAccess};
use chathub_hub::pace::{Pace, Peer};
use chathub_hub::people::Administration;
use chathub_hub::ports::NewOperator;
use chathub_hub::session::{Session, Turn};
use chathub_hub::{Clock, Hub, Origin, Settings};
use chathub_server::run::{self, Opened};
use chathub_store::Sqlite;
use proptest::prelude::*;
use uuid::Uuid;

use crate::support::{folder, furnish, now, within};
use window::Window;

/// What somebody does. Numbers pick among those who are there, so that every sequence means something.
#[derive(Clone, Debug)]
enum Deed {
    Ask {
        customer: usize,
        text: String,
    },
    Answer {
        operator: usize,
        chat: usize,
        text: String,
    },
    SetStatus {
        operator: usize,
        chat: usize,
        status: usize,
    },
    Assign {
        operator: usize,
        chat: usize,
        to: Option<usize>,
    },
    /// All that has been said in the chat, but for the last so many events.
    Read {
        operator: usize,
        chat: usize,
        but: u64,
    },
    ReadByCustomer {
        customer: usize,
        seq: u64,
    },
    Erase {
        operator: usize,
        chat: usize,
    },
    /// One of the three is called something else.
    Rename {
        operator: usize,
        name: String,
    },
    /// The third, who has no panel, may or may not work.
    Employ(OperatorStatus),
    /// Somebody new.
    Hire(String),
}

/// `but` bounds how much of a chat a read leaves out.
fn deed(but: u64) -> impl Strategy<Value = Deed> {
    let (person, chat) = (0..2_usize, 0..4_usize);
    let text = "[a-z]{1,8}( [a-zé\\n]{1,8}){0,30}";
    prop_oneof![
        4 => (person.clone(), text).prop_map(|(customer, text)| Deed::Ask { customer, text }),
        3 => (person.clone(), chat.clone(), text)
            .prop_map(|(operator, chat, text)| Deed::Answer { operator, chat, text }),
        2 => (person.clone(), chat.clone(), 0..5_usize)
            .prop_map(|(operator, chat, status)| Deed::SetStatus { operator, chat, status }),
        2 => (person.clone(), chat.clone(), proptest::option::of(0..3_usize))
            .prop_map(|(operator, chat, to)| Deed::Assign { operator, chat, to }),
        2 => (person.clone(), chat, 0..=but).prop_map(|(operator, chat, but)| Deed::Read { operator, chat, but }),
        1 => (person.clone(), 0..20_u64).prop_map(|(customer, seq)| Deed::ReadByCustomer { customer, seq }),
        1 => (person, 0..4_usize).prop_map(|(operator, chat)| Deed::Erase { operator, chat }),
        1 => (0..3_usize, "[A-Z][a-z]{2,5}").prop_map(|(operator, name)| Deed::Rename { operator, name }),
        1 => prop_oneof![Just(OperatorStatus::Active), Just(OperatorStatus::Inactive)].prop_map(Deed::Employ),
        1 => "[A-Z][a-z]{2,5}".prop_map(Deed::Hire),
    ]
}

/// The stage: a hub with its two operators, a third one who has no panel, and two customers.
struct Stage {
    hub: Hub,
    administration: Administration,
    company: CompanyAccess,
    third: OperatorId,
    operators: [OperatorAccess; 2],
    tokens: [String; 2],
    customers: [VisitorAccess; 2],
    /// By which they come back.
    visitors: [String; 2],
    organization: OrganizationId,
}

impl Stage {
    async fn new(hub: Hub, store: Arc<Sqlite>, operators: [i64; 2], sales: i64) -> Self {
        let acme = hub.find_company("acme").await.unwrap();
        let new = NewOperator { organization_id: OrganizationId(sales), name: "Carl".into() };
        let third = hub.synchronize(&acme, vec![new]).await.unwrap()[0].id;
        let token =
            async |id: i64| hub.operator_token(&acme, OperatorId(id), Timestamp(i64::MAX)).await.unwrap().0;
        let tokens = [token(operators[0]).await, token(operators[1]).await];
        let operators = [
            hub.operator_by_token(&tokens[0]).await.unwrap(),
            hub.operator_by_token(&tokens[1]).await.unwrap(),
        ];
        let organization = OrganizationId(sales);
        let visitor = async || hub.visitor(organization, None, &Origin::Own, Peer::UNKNOWN).await.unwrap();
        let ((one, first), (other, second)) = (visitor().await, visitor().await);
        let (customers, visitors) = ([one, other], [first, second]);
        let administration = Administration::new(store);
        Self {
            hub,
            administration,
            company: acme,
            third,
            operators,
            tokens,
            customers,
            visitors,
            organization,
        }
    }

    /// Does it, as far as it can be done: a refusal is part of life.
    async fn act(&self, deed: Deed) {
        let (chats, _) = self.hub.chats(&self.operators[0], None).await.unwrap();
        let pick = |chat: usize| chats.get(chat % chats.len().max(1));
        let id = |chat: usize| pick(chat).map_or(ChatId(1), |chat| chat.id);
        let name = || ClientId(Uuid::new_v4());
        let hub = &self.hub;
        let done = match deed {
            Deed::Ask { customer, text } => {
                hub.ask(&self.customers[customer], name(), text).await.unwrap().receipt().await.map(drop)
            }
            Deed::Answer { operator, chat, text } => {
                let pending = hub.answer(&self.operators[operator], id(chat), name(), text).await.unwrap();
                pending.receipt().await.map(drop)
            }
            Deed::SetStatus { operator, chat, status } => {
                let status = ChatStatus::ALL[status];
                hub.set_status(&self.operators[operator].clone().into(), id(chat), status).await.map(drop)
            }
            Deed::Assign { operator, chat, to } => {
                let to = to.map(|to| self.colleague(to));
                hub.assign(&self.operators[operator], id(chat), to).await.map(drop)
            }
            Deed::Read { operator, chat, but } => {
                let last = pick(chat).and_then(|chat| chat.last_message.as_ref()).map_or(0, |last| last.seq);
                hub.read(&self.operators[operator], id(chat), last.saturating_sub(but)).await.map(drop)
            }
            Deed::ReadByCustomer { customer, seq } => {
                hub.read_by_customer(&self.customers[customer], seq).await.map(drop)
            }
            Deed::Erase { operator, chat } => {
                hub.erase(&self.operators[operator].clone().into(), id(chat)).await.map(drop)
            }
            Deed::Rename { operator, name } => {
                self.administration.rename_operator(&self.company, self.colleague(operator), &name).await
            }
            Deed::Employ(status) => {
                self.administration.set_operator_status(&self.company, self.third, status).await
            }
            Deed::Hire(name) => {
                let new = NewOperator { organization_id: self.organization, name };
                hub.synchronize(&self.company, vec![new]).await.map(drop)
            }
        };
        if let Err(error) = done {
            assert!(matches!(error.code, ErrorCode::NotFound | ErrorCode::Conflict), "{error}");
        }
    }

    fn colleague(&self, number: usize) -> OperatorId {
        self.operators.get(number).map_or(self.third, OperatorAccess::id)
    }

    /// What a new panel of the operator begins with.
    async fn props(&self, operator: usize) -> PanelProps {
        let access = &self.operators[operator];
        let (snapshot, cursor) = self.hub.snapshot(access).await.unwrap();
        PanelProps {
            hub: String::new(),
            token: self.tokens[operator].clone(),
            me: Me { operator: access.operator.clone(), organization: access.organization.clone() },
            expires_at: access.expires_at,
            cursor,
            snapshot,
            build: String::new(),
            door: Door::Console,
            texts: chathub_app::texts::Texts::default(),
        }
    }
}

/// A panel without a view: the reducer and its connection.
struct Panel {
    state: State,
    session: Session,
}

impl Panel {
    async fn open(stage: &Stage, operator: usize) -> Self {
        let mut state = State::new(stage.props(operator).await);
        state.apply(Input::Connecting, now());
        state.apply(Input::Opened, now());
        let hello = ClientFrame::Hello {
            token: Some(stage.tokens[operator].clone()),
            organization: None,
            visitor: None,
            customer: None,
            cursor: state.resume_from(),
            watch: None,
        };
        let opened = Session::open(&stage.hub, hello, &Origin::Own, Peer::UNKNOWN, true).await;
        Self { state, session: opened.map_err(|(farewell, _)| farewell).unwrap() }
    }

    /// Takes everything up to `seq`.
    async fn take_until(&mut self, seq: u64) {
        while self.state.resume_from().expect("the picture has a hole").seq < seq {
            let frame = match within("an event", self.session.next()).await {
                Turn::Send(frame) => frame,
                Turn::Listen => continue,
                Turn::End => panic!("the session ended"),
            };
            let frame: ServerFrame = serde_json::from_str(&frame).unwrap();
            assert!(!matches!(frame, ServerFrame::Reset { .. } | ServerFrame::Bye { .. }), "{frame:?}");
            self.state.apply(Input::Frame(frame), now());
        }
    }

    /// Takes frames until the number that was told is this one.
    async fn take_badge(&mut self, unread: u32) {
        while self.state.unread() != unread {
            if let Turn::Send(frame) = within("the number of unread messages", self.session.next()).await {
                self.state.apply(Input::Frame(serde_json::from_str(&frame).unwrap()), now());
            }
        }
    }
}

fn list(panel: &State) -> Vec<Chat> {
    panel.chats.view.ids().map(|id| (**panel.chat(id).unwrap()).clone()).collect()
}

/// A clock that says any time of the last six hours.
fn unsteady() -> Clock {
    let (asked, start) = (AtomicI64::new(1), now().0);
    Clock::new(move || Timestamp(start - asked.fetch_add(1, Ordering::Relaxed) * 7_919_333 % 21_600_000))
}

/// Lets it all happen, and then compares each operator's list with a new one, the unread counts by `compare`.
fn play(before: Vec<Deed>, after: Vec<Deed>, compare: fn(u32, u32) -> bool) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let folder = folder();
        let data = folder.path().join("data");
        let people = furnish(&data).await;
        let settings = Settings {
            build: "test".into(),
            company_token_lives: None,
            demo: false,
            pace: Pace::FREE,
            allow_origin: |_, _, _| None,
        };
        let Opened { hub, store, running } = run::open(&data, unsteady(), settings).await.unwrap();
        let stage = Stage::new(hub, store.clone(), [people.anna, people.boris], people.sales).await;
        for deed in before {
            stage.act(deed).await;
        }
        let mut panels = [Panel::open(&stage, 0).await, Panel::open(&stage, 1).await];
        let mut windows = [Window::open(&stage, 0).await, Window::open(&stage, 1).await];
        for deed in after {
            stage.act(deed).await;
        }
        for (operator, panel) in panels.iter_mut().enumerate() {
            let props = stage.props(operator).await;
            panel.take_until(props.cursor.seq).await;
            let fresh = State::new(props);
            panel.take_badge(fresh.unread()).await;
            let mut expected = list(&fresh);
            let all: u32 = expected.iter().map(|chat| chat.unread).sum();
            assert_eq!(fresh.unread(), all, "all chats are on the first page here");
            for (told, new) in list(&panel.state).iter().zip(&mut expected) {
                assert!(compare(told.unread, new.unread), "{told:?} but {}", new.unread);
                new.unread = told.unread;
                // By which the server sorts; nobody is shown it, and a message's own time tells nothing of it.
                new.updated_at = told.updated_at;
            }
            assert_eq!(list(&panel.state), expected);
            assert_eq!(panel.state.chats.view.more, fresh.chats.view.more);
            assert_eq!(panel.state.staff.operators, fresh.staff.operators);
        }
        for (customer, window) in windows.iter_mut().enumerate() {
            let fresh = Window::open(&stage, customer).await;
            window.catch_up(&stage).await;
            let (told, new) = (&window.picture, &fresh.picture);
            assert_eq!(told.status, new.status);
            // Who has been renamed since keeps, in an open window, the name that they have answered by.
            let nameless = |messages: &[CustomerMessage]| -> Vec<_> {
                let operator = |message: &CustomerMessage| message.operator.as_ref().map(|_| String::new());
                messages
                    .iter()
                    .map(|one| CustomerMessage { operator: operator(one), ..one.clone() })
                    .collect()
            };
            assert_eq!(nameless(&told.messages), nameless(&new.messages));
            assert_eq!(told.read_by_operators, new.read_by_operators);
            // What the same customer has read elsewhere, nobody tells here.
            assert!(told.unread() >= new.unread(), "{told:?} but {new:?}");
        }
        running.stop().await;
        store.close().await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn told_by_events_or_by_a_picture_is_the_same(
        before in proptest::collection::vec(deed(0), 0..15),
        after in proptest::collection::vec(deed(0), 1..40),
    ) {
        play(before, after, |told, new| told == new);
    }

    /// Of a chat that is not open here, a panel can't count what a read elsewhere left over: then its number may be
    /// too high, and never hides anybody.
    #[test]
    fn a_part_that_was_read_elsewhere_never_hides_the_rest(
        before in proptest::collection::vec(deed(4), 0..15),
        after in proptest::collection::vec(deed(4), 1..40),
    ) {
        play(before, after, |told, new| told >= new);
    }
}
