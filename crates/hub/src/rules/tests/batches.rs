//! The rules over several batches, organizations and browsers, with a log in memory between them.

use std::collections::{BTreeMap, BTreeSet};

use chathub_domain::event::Reader;
use chathub_domain::{Author, CustomerId, MessageId, Seq};
use proptest::sample::Index;

use super::*;
use crate::ports::{
    Actor, Changes, ChatHead, CustomerHead, Mark, MarkAt, MessageRow, Posted, Recorded, Sender, Wanted,
};

const ORGANIZATIONS: i64 = 2;

/// Something that is asked for, as it can be asked for again.
#[derive(Clone, Debug)]
enum Plan {
    Ask { organization: i64, visitor: u128, name: &'static str, client_id: u128 },
    Answer { organization: i64, operator: i64, chat: i64, client_id: u128 },
    SetStatus { organization: i64, operator: Option<i64>, chat: i64, status: ChatStatus },
    Erase { organization: i64, chat: i64 },
    Assign { organization: i64, chat: i64, to: Option<i64> },
    Read { organization: i64, operator: i64, chat: i64, seq: Seq },
    ReadByCustomer { organization: i64, visitor: u128, seq: Seq },
}

fn any_plan() -> impl Strategy<Value = Plan> {
    // A browser may be at several organizations; an operator is at one.
    let organization = 1..=ORGANIZATIONS;
    let (operator, visitor, chat, client_id) = (0..2_i64, 0..2_u128, 1..8_i64, 0..20_u128);
    let name = prop::sample::select(&["", "Eva", "Adam"][..]);
    let status = (0..5_i64).prop_map(|number| ChatStatus::from_number(number).unwrap());
    prop_oneof![
        8 => (organization.clone(), visitor.clone(), name, client_id.clone()).prop_map(
            |(organization, visitor, name, client_id)| Plan::Ask { organization, visitor, name, client_id }
        ),
        6 => (organization.clone(), operator.clone(), chat.clone(), client_id).prop_map(
            |(organization, operator, chat, client_id)| Plan::Answer { organization, operator, chat, client_id }
        ),
        4 => (organization.clone(), prop::option::of(operator.clone()), chat.clone(), status).prop_map(
            |(organization, operator, chat, status)| Plan::SetStatus { organization, operator, chat, status }
        ),
        1 => (organization.clone(), chat.clone())
            .prop_map(|(organization, chat)| Plan::Erase { organization, chat }),
        2 => (organization.clone(), chat.clone(), prop::option::of(operator.clone()))
            .prop_map(|(organization, chat, to)| Plan::Assign { organization, chat, to }),
        6 => (organization.clone(), operator, chat, 0..80_u64).prop_map(
            |(organization, operator, chat, seq)| Plan::Read { organization, operator, chat, seq }
        ),
        3 => (organization, visitor, 0..30_u64)
            .prop_map(|(organization, visitor, seq)| Plan::ReadByCustomer { organization, visitor, seq }),
    ]
}

fn member(organization: i64, operator: i64) -> Member {
    let operator = OperatorRef { id: OperatorId(organization * 10 + operator), name: "Anna".into() };
    Member { organization_id: OrganizationId(organization), operator }
}

fn guest(organization: i64, visitor: u128, name: &str) -> Guest {
    Guest {
        organization_id: OrganizationId(organization),
        visitor_id: VisitorId(Uuid::from_u128(visitor)),
        introduction: Introduction { name: name.into(), phone: String::new() },
    }
}

impl Plan {
    fn command(&self) -> Command {
        let named = |client_id| ClientId(Uuid::from_u128(client_id));
        match *self {
            Self::Ask { organization, visitor, name, client_id } => Ask {
                by: guest(organization, visitor, name),
                client_id: named(client_id),
                body: "Hello".into(),
                source: Source::Website,
            }
            .into(),
            Self::Answer { organization, operator, chat, client_id } => Answer {
                by: member(organization, operator),
                chat_id: ChatId(chat),
                client_id: named(client_id),
                body: "Good day".into(),
            }
            .into(),
            Self::SetStatus { organization, operator, chat, status } => {
                let operator = operator.map(|operator| member(organization, operator).operator);
                let by = Clerk { organization_id: OrganizationId(organization), operator };
                SetStatus { by, chat_id: ChatId(chat), status }.into()
            }
            Self::Erase { organization, chat } => {
                Erase { by: member(organization, 0).into(), chat_id: ChatId(chat) }.into()
            }
            Self::Assign { organization, chat, to } => Assign {
                by: member(organization, 0),
                chat_id: ChatId(chat),
                operator: to.map(|operator| member(organization, operator).operator),
            }
            .into(),
            Self::Read { organization, operator, chat, seq } => {
                Read { by: member(organization, operator), chat_id: ChatId(chat), seq }.into()
            }
            Self::ReadByCustomer { organization, visitor, seq } => {
                ReadByCustomer { by: guest(organization, visitor, ""), seq }.into()
            }
        }
    }

    /// Who names a message with what.
    fn post(&self) -> Option<(Sender, u128)> {
        match *self {
            Self::Ask { organization, visitor, client_id, .. } => {
                Some((Sender::Visitor(guest(organization, visitor, "").visitor_id), client_id))
            }
            Self::Answer { organization, operator, client_id, .. } => {
                Some((Sender::Operator(member(organization, operator).operator.id), client_id))
            }
            _ => None,
        }
    }
}

/// A log in memory: what a batch loads is what its commands want and nothing else.
#[derive(Clone, Debug)]
struct Memory {
    heads: BTreeMap<OrganizationId, Seq>,
    chats: BTreeMap<ChatId, ChatHead>,
    customers: BTreeMap<CustomerId, CustomerHead>,
    messages: BTreeMap<MessageId, MessageRow>,
    positions: BTreeMap<(ChatId, OperatorId), Seq>,
    posted: BTreeMap<(Sender, ClientId), Posted>,
    events: Vec<Recorded>,
    /// The next chat, message and customer.
    next: [i64; 3],
}

/// What a command came to; a refusal by its code.
type Outcome = std::result::Result<Receipt, ErrorCode>;

impl Memory {
    fn new() -> Self {
        Self {
            heads: (1..=ORGANIZATIONS).map(|id| (OrganizationId(id), 0)).collect(),
            chats: BTreeMap::new(),
            customers: BTreeMap::new(),
            messages: BTreeMap::new(),
            positions: BTreeMap::new(),
            posted: BTreeMap::new(),
            events: Vec::new(),
            next: [1; 3],
        }
    }

    fn batch(&mut self, plans: &[Plan], now: i64) -> (Vec<Outcome>, Changes) {
        let commands: Vec<_> = plans.iter().map(Plan::command).collect();
        let mut wanted = Wanted::default();
        commands.iter().for_each(|command| command.want(&mut wanted));
        let mut state = self.load(&wanted);
        let mut decider = Decider::new(&mut state, Timestamp(now));
        let decided = commands.iter().map(|command| command.decide(&mut decider).map_err(|error| error.code));
        let outcomes = decided.collect();
        let changes = decider.changes();
        let used = |id: Option<i64>, next: i64, reserved: usize| id.unwrap_or(next + reserved as i64);
        let ids = &mut state.ids;
        self.next = [
            used(ids.chat().ok().map(|id| id.0), self.next[0], wanted.ids.chats),
            used(ids.message().ok().map(|id| id.0), self.next[1], wanted.ids.messages),
            used(ids.customer().ok().map(|id| id.0), self.next[2], wanted.ids.customers),
        ];
        self.write(&changes);
        (outcomes, changes)
    }

    fn load(&self, wanted: &Wanted) -> LogState {
        let of_visitor = |key: &(OrganizationId, VisitorId)| {
            self.customers.values().find(|customer| (customer.organization_id, customer.visitor_id) == *key)
        };
        let mut chats: HashMap<_, _> = wanted
            .chats
            .iter()
            .filter_map(|(organization, id)| {
                self.chats.get(id).filter(|chat| chat.organization_id == *organization)
            })
            .map(|chat| (chat.id, chat.clone()))
            .collect();
        let customers: HashMap<_, _> = wanted
            .visitors
            .iter()
            .filter_map(|key| Some(of_visitor(key)?.id))
            .chain(chats.values().map(|chat| chat.customer_id))
            .map(|id| (id, self.customers[&id].clone()))
            .collect();
        let is_heard = |row: &&MessageRow| self.chats.contains_key(&row.chat_id);
        let mark = |at: &MarkAt| {
            let heard = self.messages.values().filter(is_heard);
            let last = match at {
                MarkAt::Chat(organization, chat, seq) => heard
                    .filter(|row| {
                        (row.organization_id, row.chat_id) == (*organization, *chat) && row.seq <= *seq
                    })
                    .max_by_key(|row| row.seq),
                MarkAt::Visitor(organization, visitor, seq) => {
                    let customer = of_visitor(&(*organization, *visitor))?.id;
                    heard
                        .filter(|row| row.customer_id == customer && row.customer_seq <= *seq)
                        .max_by_key(|row| row.customer_seq)
                }
            }?;
            Some((*at, Mark { chat_id: last.chat_id, seq: last.seq, customer_seq: last.customer_seq }))
        };
        let marks: HashMap<_, _> = wanted.marks.iter().filter_map(mark).collect();
        let open = customers.values().filter_map(|customer| customer.open_chat);
        let further = open.chain(marks.values().map(|mark| mark.chat_id));
        chats.extend(further.map(|id| (id, self.chats[&id].clone())));
        let newest = |organization: &OrganizationId| {
            let chats = self.chats.values().filter(|chat| chat.organization_id == *organization);
            Some((*organization, chats.map(|chat| chat.updated_at).max()?))
        };
        let ids = |kind: usize, count: usize| self.next[kind]..self.next[kind] + count as i64;
        LogState {
            heads: wanted.organizations.iter().map(|id| (*id, self.heads[id])).collect(),
            newest: wanted.organizations.iter().filter_map(newest).collect(),
            posted: wanted.posts.iter().filter_map(|key| Some((*key, *self.posted.get(key)?))).collect(),
            positions: wanted
                .positions
                .iter()
                .filter_map(|key| Some((*key, *self.positions.get(key)?)))
                .collect(),
            visitors: customers
                .values()
                .map(|customer| ((customer.organization_id, customer.visitor_id), customer.id))
                .collect(),
            marks,
            ids: Ids::new(
                ids(0, wanted.ids.chats),
                ids(1, wanted.ids.messages),
                ids(2, wanted.ids.customers),
            ),
            chats,
            customers,
        }
    }

    fn write(&mut self, changes: &Changes) {
        self.heads.extend(changes.heads.iter().copied());
        self.customers.extend(changes.customers.iter().map(|customer| (customer.id, customer.clone())));
        for erased in &changes.erased {
            self.chats.remove(&erased.chat_id);
            self.messages.retain(|_, row| row.chat_id != erased.chat_id);
            self.positions.retain(|(chat, _), _| *chat != erased.chat_id);
        }
        self.chats.extend(changes.chats.iter().map(|chat| (chat.id, chat.clone())));
        self.messages.extend(changes.messages.iter().map(|row| (row.id, row.clone())));
        self.positions.extend(changes.positions.iter().copied());
        for recorded in &changes.events {
            if let (Event::Message { chat_id, message }, Some(told)) = (&recorded.event, &recorded.customer) {
                let sender = match &message.author {
                    Author::Operator(operator) => Sender::Operator(operator.id),
                    Author::Customer => Sender::Visitor(told.visitor_id),
                };
                let posted = Posted {
                    organization_id: recorded.organization_id,
                    chat_id: *chat_id,
                    message_id: message.id,
                    seq: message.seq,
                    customer_seq: told.seq,
                };
                self.posted.insert((sender, message.client_id), posted);
            }
        }
        self.events.extend(changes.events.iter().cloned());
    }

    /// What can be asked for in one batch so that nobody can tell that it was one: reads of what was told before it,
    /// and nothing about a chat that nobody has been told of.
    fn told_before(&self, plans: &[Plan]) -> Vec<Plan> {
        let mut erasing = BTreeSet::new();
        let mut kept = Vec::new();
        for plan in plans {
            let mut plan = plan.clone();
            match &mut plan {
                // It would be refused beside what makes the chat.
                Plan::Erase { chat, .. } if *chat >= self.next[0] => continue,
                Plan::Erase { organization, .. } => drop(erasing.insert(*organization)),
                Plan::Read { organization, seq, .. } => {
                    *seq = (*seq).min(self.heads[&OrganizationId(*organization)]);
                }
                // Their place may be in what is being erased.
                Plan::ReadByCustomer { organization, .. } if erasing.contains(organization) => continue,
                Plan::ReadByCustomer { organization, visitor, seq } => {
                    let by = guest(*organization, *visitor, "");
                    let known = self.customers.values().find(|customer| {
                        (customer.organization_id, customer.visitor_id) == (by.organization_id, by.visitor_id)
                    });
                    *seq = (*seq).min(known.map_or(0, |customer| customer.seq));
                }
                _ => {}
            }
            kept.push(plan);
        }
        kept
    }

    /// What anybody can see of it. Chats have an order, whatever the time that it is made of.
    fn seen(&self) -> impl PartialEq + std::fmt::Debug + use<> {
        let mut order: Vec<_> = self.chats.values().collect();
        order.sort_by_key(|chat| (chat.organization_id, chat.updated_at, chat.id));
        let order: Vec<_> = order.into_iter().map(|chat| chat.id).collect();
        let timeless = |chat: &ChatHead| ChatHead { updated_at: Timestamp(0), ..chat.clone() };
        (
            order,
            self.chats.values().map(timeless).collect::<Vec<_>>(),
            self.heads.clone(),
            self.customers.clone(),
            self.messages.keys().copied().collect::<Vec<_>>(),
            self.positions.clone(),
            self.events.clone(),
        )
    }
}

/// Which organization, chat, customer and operators an event names.
fn named(recorded: &Recorded) -> (Option<ChatId>, Vec<OperatorId>, Vec<CustomerId>) {
    let (mut operators, mut customers) = (Vec::new(), Vec::new());
    match recorded.actor {
        Actor::Operator(id) => operators.push(id),
        Actor::Customer(id) => customers.push(id),
        Actor::Company | Actor::Unknown => {}
    }
    let operator = match &recorded.event {
        Event::Message { message, .. } => match &message.author {
            Author::Operator(operator) => Some(operator),
            Author::Customer => None,
        },
        Event::ChatStatus { by, .. } => by.as_ref(),
        Event::Assigned { operator, .. } => operator.as_ref(),
        Event::Read { reader: Reader::Operator(operator), .. } => Some(operator),
        Event::StaffChanged { operator, .. } => Some(operator),
        _ => None,
    };
    operators.extend(operator.map(|operator| operator.id));
    customers.extend(recorded.customer.as_ref().map(|told| told.customer_id));
    (recorded.event.chat_id(), operators, customers)
}

proptest! {
    /// Whatever is asked for, batch after batch: each counting is without holes, tenants are apart, what was read was
    /// said, a customer has one chat that is not closed, and what is erased is gone.
    #[test]
    fn the_log_stays_sound_from_batch_to_batch(
        batches in prop::collection::vec(prop::collection::vec(any_plan(), 0..20), 1..10),
    ) {
        let mut memory = Memory::new();
        let mut erased = BTreeSet::new();
        let mut first: BTreeMap<(Sender, u128), Receipt> = BTreeMap::new();
        for (now, plans) in (1000..).step_by(1000).zip(&batches) {
            let before = memory.clone();
            let (outcomes, changes) = memory.batch(plans, now);

            for (plan, outcome) in plans.iter().zip(outcomes) {
                prop_assert!(outcome != Err(ErrorCode::Internal), "{plan:?} wants too little");
                if let (Some(post), Ok(receipt)) = (plan.post(), outcome) {
                    prop_assert_eq!(*first.entry(post).or_insert(receipt), receipt, "{:?}", plan);
                }
            }
            for recorded in &changes.events {
                let chat = recorded.event.chat_id().unwrap();
                prop_assert!(!erased.contains(&chat), "{recorded:?} is of an erased chat");
                if matches!(recorded.event, Event::ChatErased { .. }) {
                    erased.insert(chat);
                }
            }
            prop_assert!(changes.chats.iter().all(|chat| !erased.contains(&chat.id)));
            prop_assert!(changes.messages.iter().all(|row| !erased.contains(&row.chat_id)));
            prop_assert!(changes.positions.iter().all(|((chat, _), _)| !erased.contains(chat)));
            for (id, chat) in &memory.chats {
                let (customers, operators) = (chat.read_by_customer, chat.read_by_operators);
                prop_assert!(customers <= chat.last_seq && operators <= chat.last_seq, "{chat:?}");
                if let Some(before) = before.chats.get(id) {
                    prop_assert!(before.read_by_customer <= customers && before.read_by_operators <= operators);
                }
            }
            for (key, seq) in &memory.positions {
                prop_assert!(*seq <= memory.chats[&key.0].last_seq);
                prop_assert!(before.positions.get(key).is_none_or(|before| before <= seq));
            }
            for customer in memory.customers.values() {
                let chats = memory.chats.values().filter(|chat| chat.customer_id == customer.id);
                let open = chats.clone().filter(|chat| chat.status != ChatStatus::Closed).map(|chat| chat.id);
                prop_assert_eq!(open.collect::<Vec<_>>(), customer.open_chat.into_iter().collect::<Vec<_>>());
                prop_assert_eq!(chats.count() as u64, customer.chats);
            }
        }

        let mut homes: BTreeMap<(&str, i64), OrganizationId> = BTreeMap::new();
        let mut told: BTreeMap<CustomerId, Vec<Seq>> = BTreeMap::new();
        let mut logs: BTreeMap<OrganizationId, Vec<Seq>> = BTreeMap::new();
        let mut read: BTreeMap<(ChatId, Option<OperatorId>), Seq> = BTreeMap::new();
        for recorded in &memory.events {
            let home = recorded.organization_id;
            logs.entry(home).or_default().push(recorded.seq);
            let (chat, operators, customers) = named(recorded);
            let message = match &recorded.event {
                Event::Message { message, .. } => Some(message.id.0),
                _ => None,
            };
            let names = (chat.iter().map(|id| ("chat", id.0)))
                .chain(message.map(|id| ("message", id)))
                .chain(customers.iter().map(|id| ("customer", id.0)));
            for name in names {
                prop_assert_eq!(*homes.entry(name).or_insert(home), home, "{:?}", name);
            }
            prop_assert!(operators.iter().all(|id| id.0 / 10 == home.0), "{recorded:?}");
            if let Some(told_of) = &recorded.customer {
                told.entry(told_of.customer_id).or_default().push(told_of.seq);
            }
            if let Event::Read { chat_id, reader, up_to } = &recorded.event {
                let reader = match reader {
                    Reader::Operator(operator) => Some(operator.id),
                    Reader::Customer => None,
                };
                let before = read.insert((*chat_id, reader), *up_to);
                prop_assert!(before.is_none_or(|before| before < *up_to) && *up_to < recorded.seq, "{recorded:?}");
            }
        }
        for (organization, seqs) in logs {
            prop_assert_eq!(&seqs, &(1..=memory.heads[&organization]).collect::<Vec<_>>());
        }
        for (customer, seqs) in told {
            prop_assert_eq!(&seqs, &(1..=memory.customers[&customer].seq).collect::<Vec<_>>());
        }
    }

    /// What is asked for together comes to the same as one after the other: nobody can tell what was one batch.
    #[test]
    fn nobody_can_tell_what_was_decided_together(
        batches in prop::collection::vec(prop::collection::vec(any_plan(), 0..20), 1..10),
        cut in any::<Index>(),
    ) {
        let (mut together, mut apart, mut halved) = (Memory::new(), Memory::new(), Memory::new());
        for (now, plans) in (1000..).step_by(1000).zip(&batches) {
            let plans = together.told_before(plans);
            let (outcomes, _) = together.batch(&plans, now);
            let one_by_one: Vec<_> = plans.chunks(1).flat_map(|plan| apart.batch(plan, now).0).collect();
            prop_assert_eq!(&outcomes, &one_by_one);
            let (head, tail) = plans.split_at(cut.index(plans.len() + 1));
            let in_two: Vec<_> = [head, tail].into_iter().flat_map(|plans| halved.batch(plans, now).0).collect();
            prop_assert_eq!(&outcomes, &in_two);
        }
        prop_assert_eq!(together.seen(), apart.seen());
        prop_assert_eq!(together.seen(), halved.seen());
    }
}
