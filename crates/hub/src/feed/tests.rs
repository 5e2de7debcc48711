//! What each subscriber is told, and what becomes of a slow one.

use chathub_domain::chat::CustomerMessage;
use chathub_domain::{
    ChatId, ChatStatus, ClientId, CustomerEvent, CustomerId, Event, OperatorRef, Timestamp,
};
use uuid::Uuid;

use super::*;
use crate::ports::CustomerRecord;

const SALES: OrganizationId = OrganizationId(1);

fn visitor(number: u128) -> VisitorId {
    VisitorId(Uuid::from_u128(number))
}

fn event(organization_id: OrganizationId, seq: Seq, told: Option<(VisitorId, Seq)>) -> Recorded {
    let message = CustomerMessage {
        seq: 1,
        client_id: ClientId(Uuid::nil()),
        operator: None,
        text: "Hello".into(),
        at: Timestamp(0),
    };
    Recorded {
        organization_id,
        seq,
        at: Timestamp(0),
        event: Event::ChatStatus { chat_id: ChatId(3), status: ChatStatus::Open, by: None },
        customer: told.map(|(visitor_id, seq)| CustomerRecord {
            customer_id: CustomerId(1),
            visitor_id,
            seq,
            event: CustomerEvent::Message { message },
        }),
    }
}

async fn seqs(subscription: &mut Subscription, count: usize) -> Vec<Seq> {
    let mut seqs = Vec::new();
    for _ in 0..count {
        match subscription.next().await {
            Some(Delivery::Event { seq, .. }) => seqs.push(seq),
            other => panic!("{other:?}"),
        }
    }
    seqs
}

#[tokio::test]
async fn each_is_told_what_is_theirs_in_their_own_counting() {
    let feed = Feed::default();
    let mut operator = feed.subscribe(Audience::Operator(SALES, OperatorId(7)));
    let mut stranger = feed.subscribe(Audience::Operator(OrganizationId(2), OperatorId(8)));
    let mut customer = feed.subscribe(Audience::Visitor(SALES, visitor(1)));
    let mut neighbour = feed.subscribe(Audience::Visitor(SALES, visitor(2)));
    feed.publish([
        event(SALES, 11, Some((visitor(1), 1))),
        event(SALES, 12, None),
        event(SALES, 13, Some((visitor(2), 1))),
        event(SALES, 14, Some((visitor(1), 2))),
        event(OrganizationId(2), 1, None),
    ]);
    assert_eq!(seqs(&mut operator, 4).await, [11, 12, 13, 14]);
    assert_eq!(seqs(&mut customer, 2).await, [1, 2]);
    assert_eq!(seqs(&mut neighbour, 1).await, [1]);
    assert_eq!(seqs(&mut stranger, 1).await, [1]);
}

#[tokio::test]
async fn a_slow_one_is_dropped_and_the_others_are_not_slowed() {
    let feed = Feed::default();
    let mut slow = feed.subscribe(Audience::Operator(SALES, OperatorId(7)));
    let mut quick = feed.subscribe(Audience::Operator(SALES, OperatorId(8)));
    let beyond = QUEUE as u64 + 10;
    for seq in 1..=beyond {
        feed.publish([event(SALES, seq, None)]);
        assert_eq!(seqs(&mut quick, 1).await, [seq]);
    }
    assert_eq!(seqs(&mut slow, QUEUE).await.last(), Some(&(QUEUE as u64)));
    assert!(slow.next().await.is_none(), "the queue ends where the subscriber fell behind");
}

#[tokio::test]
async fn signals_leave_room_for_events() {
    let feed = Feed::default();
    let mut operator = feed.subscribe(Audience::Operator(SALES, OperatorId(7)));
    let frame = ServerFrame::Typing { chat_id: ChatId(3), operator: None };
    for _ in 0..QUEUE * 2 {
        feed.signal_operators(SALES, None, &frame);
    }
    feed.publish([event(SALES, 1, None)]);
    let mut signals = 0;
    loop {
        match operator.next().await {
            Some(Delivery::Signal(_)) => signals += 1,
            Some(Delivery::Event { seq, .. }) => break assert_eq!(seq, 1),
            other => panic!("{other:?}"),
        }
    }
    assert!(signals <= QUEUE - SIGNALS_NEED, "{signals}");
}

#[tokio::test]
async fn who_types_does_not_hear_it_and_who_left_is_forgotten() {
    let feed = Feed::default();
    let typist = feed.subscribe(Audience::Operator(SALES, OperatorId(7)));
    let mut colleague = feed.subscribe(Audience::Operator(SALES, OperatorId(8)));
    let anna = OperatorRef { id: OperatorId(7), name: "Anna".into() };
    let frame = ServerFrame::Typing { chat_id: ChatId(3), operator: Some(anna) };
    feed.signal_operators(SALES, Some(OperatorId(7)), &frame);
    assert!(matches!(colleague.next().await, Some(Delivery::Signal(_))));
    assert!(typist.queue.is_empty());
    drop((typist, colleague));
    assert!(feed.shared.lock().is_empty());
}

#[tokio::test]
async fn a_dismissed_operator_hears_why_and_nothing_more() {
    let feed = Feed::default();
    let mut operator = feed.subscribe(Audience::Operator(SALES, OperatorId(7)));
    feed.dismiss_operator(OperatorId(7), ErrorCode::OperatorInactive, "Inactive.");
    feed.publish([event(SALES, 1, None)]);
    assert!(matches!(
        operator.next().await,
        Some(Delivery::Dismissed { code: ErrorCode::OperatorInactive, reconnect: false, .. })
    ));
    assert!(operator.next().await.is_none());
}
