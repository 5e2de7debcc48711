//! Every subscriber gets every event once and in order, whatever becomes of what is said about the log.

use std::sync::Weak;

use proptest::prelude::*;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{advance, timeout};

use super::*;
use crate::ports::Portion;

/// Nothing here takes as long as this, on a clock that moves when nothing else does.
const WITHIN: std::time::Duration = std::time::Duration::from_secs(600);

/// A node of an installation whose log others write as well.
struct Node {
    book: Arc<Book>,
    feed: Feed,
    written: Vec<Recorded>,
}

/// Somebody who is told, as a session is: what was in the log when they came, they have read there.
struct Reader {
    subscription: Subscription,
    audience: Audience,
    cursor: Seq,
    /// The last delivery.
    last: Option<Seq>,
}

impl Node {
    fn new() -> Self {
        let book = Arc::<Book>::default();
        let feed = Feed::new(Arc::clone(&book) as Arc<dyn Log>, Arc::new(Alone));
        Self { book, feed, written: Vec::new() }
    }

    /// Somebody writes an event that a visitor is told, or none.
    fn write(&mut self, told: Option<u128>) {
        let seq = self.written.len() as Seq + 1;
        let told = told.map(visitor).map(|visitor| {
            let of = |recorded: &&Recorded| {
                recorded.customer.as_ref().is_some_and(|one| one.visitor_id == visitor)
            };
            (visitor, self.written.iter().filter(of).count() as Seq + 1)
        });
        let recorded = event(SALES, seq, told);
        self.book.write(recorded.clone());
        self.written.push(recorded);
    }

    /// This node says that it has written one of the events.
    fn publish(&self, index: usize) {
        self.feed.publish(self.written.get(index).cloned());
    }

    /// Somebody says that one of the events is there.
    fn reached(&self, seq: Seq) {
        self.feed.hear(&Notice::Reached { organization: SALES, seq });
    }

    async fn join(&self, audience: Audience) -> Result<Reader, PortError> {
        join(self.feed.clone(), Arc::clone(&self.book), audience).await
    }

    /// The reader is told everything, and nothing twice.
    async fn catches_up(&self, reader: &mut Reader) {
        let head = head(&self.book, reader.audience).await.unwrap();
        while reader.cursor < head || !reader.subscription.mailbox.is_empty() {
            let delivery = timeout(WITHIN, reader.subscription.next()).await;
            match delivery.expect("every event is told") {
                Some(Delivery::Event { seq, .. } | Delivery::Seen { seq, .. }) => {
                    assert!(reader.last.is_none_or(|last| seq == last + 1), "{seq} after {:?}", reader.last);
                    assert!(seq <= reader.cursor + 1, "{seq} for who is at {}", reader.cursor);
                    reader.last = Some(seq);
                    reader.cursor = reader.cursor.max(seq);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Where somebody's counting has got to.
async fn head(book: &Book, audience: Audience) -> Result<Seq, PortError> {
    match audience {
        Audience::Operator(organization, _) | Audience::Watcher(organization, _) => {
            book.head(organization).await
        }
        Audience::Visitor(organization, visitor) => {
            Ok(book.visitor_events(organization, visitor, 0, Portion::rows(0)).await?.1)
        }
    }
}

async fn join(feed: Feed, book: Arc<Book>, audience: Audience) -> Result<Reader, PortError> {
    let subscription = feed.subscribe(audience, usize::MAX).await?.unwrap();
    let cursor = head(&book, audience).await?;
    Ok(Reader { subscription, audience, cursor, last: None })
}

fn anna() -> Audience {
    Audience::Operator(SALES, OperatorId(7))
}

#[tokio::test(start_paused = true)]
async fn a_hole_is_filled_from_the_log() {
    let mut node = Node::new();
    node.write(None);
    let mut operator = node.join(anna()).await.unwrap();
    let mut customer = node.join(Audience::Visitor(SALES, visitor(1))).await.unwrap();
    for told in [Some(1), None, Some(2), Some(1)] {
        node.write(told);
    }
    node.publish(4);
    node.catches_up(&mut operator).await;
    node.catches_up(&mut customer).await;
    assert_eq!((operator.cursor, customer.cursor), (5, 2));
}

#[tokio::test(start_paused = true)]
async fn what_nobody_has_told_of_is_found_by_looking() {
    let mut node = Node::new();
    let mut operator = node.join(anna()).await.unwrap();
    node.write(None);
    node.feed.look().await.unwrap();
    node.catches_up(&mut operator).await;
    // It goes on from there by itself.
    node.write(None);
    node.publish(1);
    node.catches_up(&mut operator).await;
    assert_eq!(operator.cursor, 2);
}

#[tokio::test(start_paused = true)]
async fn a_large_hole_is_filled_piece_by_piece() {
    let mut node = Node::new();
    let mut operator = node.join(anna()).await.unwrap();
    (0..1_000).for_each(|_| node.write(None));
    node.reached(1_000);
    node.catches_up(&mut operator).await;
    assert_eq!(operator.cursor, 1_000);
}

#[tokio::test(start_paused = true)]
async fn a_log_that_fails_is_read_again() {
    let mut node = Node::new();
    let mut operator = node.join(anna()).await.unwrap();
    node.write(None);
    node.write(None);
    node.book.fail(3);
    node.publish(1);
    while let Err(PortError::Unavailable { .. }) = node.book.head(SALES).await {}
    node.catches_up(&mut operator).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_not_in_the_log_is_not_waited_for() {
    let mut node = Node::new();
    let mut operator = node.join(anna()).await.unwrap();
    node.reached(100);
    (0..10).for_each(|_| node.write(None));
    node.feed.look().await.unwrap();
    node.catches_up(&mut operator).await;
    for _ in 0..1_000 {
        yield_now().await;
    }
    // What is asked for in vain is asked for once.
    node.book.fail(1);
    for _ in 0..10 {
        advance(room::PAUSE).await;
    }
    assert!(node.book.head(SALES).await.is_err(), "nobody reads the log any more");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_read_for_nobody() {
    let mut node = Node::new();
    let operator = node.join(anna()).await.unwrap();
    let room: Weak<Room> = Arc::downgrade(&operator.subscription.room);
    node.book.fail(usize::MAX);
    node.write(None);
    node.reached(1);
    yield_now().await;
    drop(operator);
    assert!(node.feed.shared.rooms().is_empty());
    while room.strong_count() > 0 {
        advance(room::PAUSE).await;
        yield_now().await;
    }
}

/// Several threads at once: one that writes and publishes, and others that read what it has not published yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn the_writer_and_who_fills_holes_do_not_tell_twice() {
    let mut node = Node::new();
    let mut operator = node.join(anna()).await.unwrap();
    let feed = node.feed.clone();
    let looking = tokio::spawn(async move {
        loop {
            feed.look().await.unwrap();
        }
    });
    for index in 0..1_000 {
        node.write(None);
        yield_now().await;
        node.publish(index);
    }
    looking.abort();
    // Where nobody is subscribed any more, a look waits for nothing and would never end.
    assert!(looking.await.unwrap_err().is_cancelled());
    node.catches_up(&mut operator).await;
    assert_eq!(operator.cursor, 1_000);
}

#[derive(Clone, Debug)]
enum Deed {
    /// Of this node, told at once.
    WriteAndPublish(Option<u128>),
    /// Of another node, or told later.
    Write(Option<u128>),
    /// Told, maybe again, maybe late.
    Publish(prop::sample::Index),
    Reached(prop::sample::Index),
    Look,
    Join(usize),
    Leave(prop::sample::Index),
    Fail(usize),
    /// Others get to work.
    Yield(usize),
}

fn told() -> impl Strategy<Value = Option<u128>> {
    prop::option::of(1..3_u128)
}

/// All that happens on the only node.
fn own_deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        5 => told().prop_map(Deed::WriteAndPublish),
        3 => (0..5_usize).prop_map(Deed::Join),
        2 => any::<prop::sample::Index>().prop_map(Deed::Leave),
        5 => (1..4_usize).prop_map(Deed::Yield),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => own_deed(),
        1 => told().prop_map(Deed::Write),
        1 => any::<prop::sample::Index>().prop_map(Deed::Publish),
        1 => any::<prop::sample::Index>().prop_map(Deed::Reached),
        1 => Just(Deed::Look),
        1 => (1..3_usize).prop_map(Deed::Fail),
    ]
}

fn audience(number: usize) -> Audience {
    match number {
        0 => anna(),
        1 => Audience::Operator(SALES, OperatorId(8)),
        2 => Audience::Watcher(SALES, OperatorId(8)),
        number => Audience::Visitor(SALES, visitor(number as u128 - 2)),
    }
}

/// Those who are there or on their way.
type Readers = Vec<JoinHandle<Result<Reader, PortError>>>;

async fn act(node: &mut Node, readers: &mut Readers, deed: Deed) {
    match deed {
        Deed::WriteAndPublish(told) => {
            node.write(told);
            node.publish(node.written.len() - 1);
        }
        Deed::Write(told) => node.write(told),
        Deed::Publish(index) if !node.written.is_empty() => node.publish(index.index(node.written.len())),
        Deed::Reached(index) => node.reached(index.index(node.written.len() + 1) as Seq),
        // A look that fails is one that did not happen.
        Deed::Look => drop(node.feed.look().await),
        Deed::Join(number) => {
            let (feed, book) = (node.feed.clone(), Arc::clone(&node.book));
            readers.push(tokio::spawn(join(feed, book, audience(number))));
        }
        // Whoever is still on their way turns round.
        Deed::Leave(index) if !readers.is_empty() => {
            readers.swap_remove(index.index(readers.len())).abort();
        }
        Deed::Fail(reads) => node.book.fail(reads),
        Deed::Yield(times) => {
            for _ in 0..times {
                yield_now().await;
            }
        }
        Deed::Publish(_) | Deed::Leave(_) => {}
    }
}

fn play(deeds: Vec<Deed>, looks: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.unwrap().block_on(async {
        let (mut node, mut readers) = (Node::new(), Vec::new());
        for deed in deeds {
            act(&mut node, &mut readers, deed).await;
        }
        node.book.fail(0);
        if looks {
            node.feed.look().await.unwrap();
        }
        for reader in readers {
            // Who met a log that failed comes back another time.
            if let Ok(mut reader) = reader.await.unwrap() {
                node.catches_up(&mut reader).await;
            }
        }
        node.feed.deserted().await;
        assert!(node.feed.shared.rooms().is_empty(), "nothing is kept for nobody");
    });
}

proptest! {
    #[test]
    fn what_this_node_writes_needs_no_look(deeds in prop::collection::vec(own_deed(), 1..40)) {
        play(deeds, false);
    }

    #[test]
    fn every_event_is_told_once_and_in_order(deeds in prop::collection::vec(deed(), 1..60)) {
        play(deeds, true);
    }
}
