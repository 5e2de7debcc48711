//! What each subscriber is told, and what becomes of a slow one.

mod book;
mod order;

use chathub_domain::message::CustomerMessage;
use chathub_domain::{
    ChatId, ChatStatus, ClientId, CustomerEvent, CustomerId, Event, OperatorRef, Seq, Timestamp,
};
use uuid::Uuid;

use self::book::Book;
use super::mailbox::{SIGNALS, WAITING, WAITING_BYTES};
use super::*;
use crate::ports::{Actor, Alone, CustomerRecord};

const SALES: OrganizationId = OrganizationId(1);

fn visitor(number: u128) -> VisitorId {
    VisitorId(Uuid::from_u128(number))
}

fn event(organization_id: OrganizationId, seq: Seq, told: Option<(VisitorId, Seq)>) -> Recorded {
    let message = CustomerMessage {
        seq: 1,
        client_id: ClientId(Uuid::nil()),
        operator: None,
        body: "Hello".into(),
        at: Timestamp(0),
    };
    Recorded {
        organization_id,
        seq,
        at: Timestamp(0),
        actor: Actor::Customer(CustomerId(1)),
        event: Event::ChatStatus { chat_id: ChatId(3), status: ChatStatus::Open, by: None },
        customer: told.map(|(visitor_id, seq)| CustomerRecord {
            customer_id: CustomerId(1),
            visitor_id,
            seq,
            event: CustomerEvent::Message { message },
        }),
    }
}

/// A feed over logs that have got so far, alone.
fn feed(heads: &[(OrganizationId, Seq)]) -> Feed {
    Feed::new(Arc::new(Book::new(heads)), Arc::new(Alone))
}

async fn subscribe(feed: &Feed, audience: Audience) -> Subscription {
    feed.subscribe(audience, usize::MAX).await.unwrap().unwrap()
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
    let feed = feed(&[(SALES, 10)]);
    let mut operator = subscribe(&feed, Audience::Operator(SALES, OperatorId(7))).await;
    let mut stranger = subscribe(&feed, Audience::Operator(OrganizationId(2), OperatorId(8))).await;
    let mut customer = subscribe(&feed, Audience::Visitor(SALES, visitor(1))).await;
    let mut neighbour = subscribe(&feed, Audience::Visitor(SALES, visitor(2))).await;
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
async fn a_burst_of_one_batch_waits_whole() {
    let feed = feed(&[]);
    let mut operator = subscribe(&feed, Audience::Operator(SALES, OperatorId(7))).await;
    feed.publish((1..=512 * 3).map(|seq| event(SALES, seq, None)));
    assert_eq!(seqs(&mut operator, 512 * 3).await.last(), Some(&(512 * 3)));
}

#[tokio::test]
async fn a_slow_one_is_sent_to_the_log_and_the_others_are_not_slowed() {
    let feed = feed(&[]);
    let mut slow = subscribe(&feed, Audience::Operator(SALES, OperatorId(7))).await;
    let mut quick = subscribe(&feed, Audience::Operator(SALES, OperatorId(8))).await;
    let beyond = WAITING as u64 + 10;
    for seq in 1..=beyond {
        feed.publish([event(SALES, seq, None)]);
        assert_eq!(seqs(&mut quick, 1).await, [seq]);
    }
    assert!(slow.mailbox.is_empty(), "nothing is kept for who will read it in the log");
    assert!(matches!(slow.next().await, Some(Delivery::Behind)));
    // From there on it is told again.
    feed.publish([event(SALES, beyond + 1, None)]);
    assert_eq!(seqs(&mut slow, 1).await, [beyond + 1]);
}

#[tokio::test]
async fn what_waits_is_bounded_in_bytes() {
    let feed = feed(&[]);
    let mut operator = subscribe(&feed, Audience::Operator(SALES, OperatorId(7))).await;
    let long = Event::Customer { chat_id: ChatId(3), customer: "x".repeat(WAITING_BYTES / 4) };
    for seq in 1..=4 {
        feed.publish([Recorded { event: long.clone(), ..event(SALES, seq, None) }]);
    }
    assert!(matches!(operator.next().await, Some(Delivery::Behind)));
    feed.publish([Recorded { event: long, ..event(SALES, 5, None) }]);
    assert_eq!(seqs(&mut operator, 1).await, [5]);
}

#[tokio::test]
async fn one_person_has_so_many_places_and_no_more() {
    let feed = feed(&[]);
    let anna = Audience::Operator(SALES, OperatorId(7));
    let first = feed.subscribe(anna, 2).await.unwrap().unwrap();
    let _badge = feed.subscribe(Audience::Watcher(SALES, OperatorId(7)), 2).await.unwrap().unwrap();
    assert!(feed.subscribe(anna, 2).await.unwrap().is_none());
    assert!(feed.subscribe(Audience::Operator(SALES, OperatorId(8)), 2).await.unwrap().is_some());
    drop(first);
    assert!(feed.subscribe(anna, 2).await.unwrap().is_some());
    let _window = feed.subscribe(Audience::Visitor(SALES, visitor(1)), 1).await.unwrap().unwrap();
    assert!(feed.subscribe(Audience::Visitor(SALES, visitor(1)), 1).await.unwrap().is_none());
    assert!(feed.subscribe(Audience::Visitor(SALES, visitor(2)), 1).await.unwrap().is_some());
}

#[tokio::test]
async fn signals_leave_room_for_events() {
    let feed = feed(&[]);
    let mut operator = subscribe(&feed, Audience::Operator(SALES, OperatorId(7))).await;
    let frame = ServerFrame::Typing { chat_id: ChatId(3), operator: None };
    for _ in 0..WAITING * 2 {
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
    assert!(signals <= SIGNALS, "{signals}");
}

#[tokio::test]
async fn who_types_does_not_hear_it_and_who_left_is_forgotten() {
    let feed = feed(&[]);
    let typist = subscribe(&feed, Audience::Operator(SALES, OperatorId(7))).await;
    let mut colleague = subscribe(&feed, Audience::Operator(SALES, OperatorId(8))).await;
    let anna = OperatorRef { id: OperatorId(7), name: "Anna".into() };
    let frame = ServerFrame::Typing { chat_id: ChatId(3), operator: Some(anna) };
    feed.signal_operators(SALES, Some(OperatorId(7)), &frame);
    assert!(matches!(colleague.next().await, Some(Delivery::Signal(_))));
    assert!(typist.mailbox.is_empty());
    drop((typist, colleague));
    assert!(feed.shared.rooms().is_empty());
}

#[tokio::test]
async fn a_dismissed_operator_hears_why_and_nothing_more() {
    let feed = feed(&[]);
    let mut operator = subscribe(&feed, Audience::Operator(SALES, OperatorId(7))).await;
    feed.dismiss_operator(SALES, OperatorId(7), ErrorCode::OperatorInactive, "Inactive.");
    feed.publish([event(SALES, 1, None)]);
    assert!(matches!(
        operator.next().await,
        Some(Delivery::Dismissed { code: ErrorCode::OperatorInactive, reconnect: false, .. })
    ));
    assert!(operator.next().await.is_none());
}
