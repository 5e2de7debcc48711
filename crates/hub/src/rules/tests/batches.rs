//! The rules over several batches, organizations and browsers, with a log in memory between them.

mod memory;
mod plan;

use std::collections::{BTreeMap, BTreeSet};

use chathub_domain::event::Reader;
use chathub_domain::{Author, CustomerId, MessageId, Seq};
use proptest::sample::Index;

use super::*;
use crate::ports::{Actor, Recorded, Sender};
use memory::Memory;
use plan::any_plan;

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
