//! A log in memory.

use super::plan::{ORGANIZATIONS, Plan, guest};
use super::*;
use crate::ports::{Changes, ChatHead, CustomerHead, Mark, MarkAt, MessageRow, Posted, Wanted};

/// A log in memory: what a batch loads is what its commands want and nothing else.
#[derive(Clone, Debug)]
pub struct Memory {
    pub heads: BTreeMap<OrganizationId, Seq>,
    pub chats: BTreeMap<ChatId, ChatHead>,
    pub customers: BTreeMap<CustomerId, CustomerHead>,
    messages: BTreeMap<MessageId, MessageRow>,
    pub positions: BTreeMap<(ChatId, OperatorId), Seq>,
    posted: BTreeMap<(Sender, ClientId), Posted>,
    pub events: Vec<Recorded>,
    /// The next chat, message and customer.
    next: [i64; 3],
}

/// What a command came to; a refusal by its code.
pub type Outcome = std::result::Result<Receipt, ErrorCode>;

impl Memory {
    pub fn new() -> Self {
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

    pub fn batch(&mut self, plans: &[Plan], now: i64) -> (Vec<Outcome>, Changes) {
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
        for (id, seq) in &changes.countings {
            self.customers.get_mut(id).unwrap().seq = *seq;
        }
        // As a database has it: from the chats themselves.
        for customer in self.customers.values_mut() {
            let own = || self.chats.values().filter(|chat| chat.customer_id == customer.id);
            customer.chats = own().count() as u64;
            customer.open_chat = own().find(|chat| chat.status != ChatStatus::Closed).map(|chat| chat.id);
        }
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
    pub fn told_before(&self, plans: &[Plan]) -> Vec<Plan> {
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
    pub fn seen(&self) -> impl PartialEq + std::fmt::Debug + use<> {
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
