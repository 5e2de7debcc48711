//! Fan-out and leaving: the feed, beside the plainest list of mailboxes under one lock that does the same.

mod plain;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chathub_domain::{ChatId, ChatStatus, Event, OperatorId, OrganizationId, Seq, Timestamp, VisitorId};
use chathub_hub::log::feed::{Audience, Feed, Subscription};
use chathub_hub::ports::{Actor, Alone, Recorded};
use chathub_store::Sqlite;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::report::{Result, say};
use crate::stats::percentile;
use plain::Plain;

#[derive(clap::Args)]
pub struct Arguments {
    /// Visitors of one organization who leave, one after the other
    #[arg(long, default_value_t = 20_000)]
    visitors: usize,
    /// Operators of one organization who are told
    #[arg(long, default_value_t = 1_000)]
    operators: usize,
    /// Events that they are told
    #[arg(long, default_value_t = 1_000)]
    events: usize,
}

const ORGANIZATION: OrganizationId = OrganizationId(1);

pub fn run(arguments: &Arguments) -> Result<()> {
    Runtime::new()?.block_on(measure(arguments))
}

async fn measure(arguments: &Arguments) -> Result<()> {
    let directory = tempfile::tempdir()?;
    let feed = Feed::new(Arc::new(Sqlite::open(directory.path()).await?), Arc::new(Alone));
    let rival = Arc::<Plain>::default();

    let visitors: Vec<_> = (0..arguments.visitors).map(|_| VisitorId(Uuid::new_v4())).collect();
    let mut places = Vec::with_capacity(visitors.len());
    for visitor in &visitors {
        places.push(subscribe(&feed, Audience::Visitor(ORGANIZATION, *visitor)).await?);
    }
    let plain: Vec<_> = visitors.iter().map(|visitor| rival.add_visitor(*visitor)).collect();
    say("leaving, each from one lock | all ms | p50 µs | longest µs");
    say("-------------------------: | -----: | -----: | ---------:");
    say(&left("the feed", places));
    say(&left("a list with retain", plain));

    let mut places = Vec::with_capacity(arguments.operators);
    for number in (1..).take(arguments.operators) {
        places.push(subscribe(&feed, Audience::Operator(ORGANIZATION, OperatorId(number))).await?);
    }
    let plain: Vec<_> = places.iter().map(|_| rival.add_operator()).collect();
    let events: Vec<_> = (1..).take(arguments.events).map(event).collect();
    say("\ntelling, encoded once | all ms | p50 µs | longest µs");
    say("-------------------: | -----: | -----: | ---------:");
    say(&told("the feed", events.clone(), |event| feed.publish([event])));
    say(&told("a list", events, |event| rival.tell(&event)));
    drop((places, plain));
    Ok(())
}

async fn subscribe(feed: &Feed, audience: Audience) -> Result<Subscription> {
    Ok(feed.subscribe(audience, usize::MAX).await?.ok_or("there is no place")?)
}

fn event(seq: Seq) -> Recorded {
    let event = Event::ChatStatus { chat_id: ChatId(1), status: ChatStatus::Open, by: None };
    let organization_id = ORGANIZATION;
    Recorded { organization_id, seq, at: Timestamp(0), actor: Actor::Company, event, customer: None }
}

fn left<T>(name: &str, places: Vec<T>) -> String {
    told(name, places, drop)
}

/// What each took in which a lock was held: none was held longer than the longest.
fn told<T>(name: &str, all: Vec<T>, act: impl Fn(T)) -> String {
    let mut waits: Vec<Duration> = all
        .into_iter()
        .map(|one| {
            let start = Instant::now();
            act(one);
            start.elapsed()
        })
        .collect();
    let sum: Duration = waits.iter().sum();
    waits.sort_unstable();
    let micros = |percentage| percentile(&waits, percentage) * 1_000.0;
    format!("{name:>25} | {:>6.1} | {:>6.1} | {:>10.1}", sum.as_secs_f64() * 1_000.0, micros(50), micros(100))
}
