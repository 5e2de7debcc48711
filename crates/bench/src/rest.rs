//! Requests per second of two REST calls, beside bare axum handlers that say the same behind the same middleware;
//! and how long they take while somebody floods the sign-in.
//!
//! Both are servers of ours on loopback sockets, in one process with those who call them, so the ratio is between
//! what the handlers do: tokens, the directory and its database on one side, a constant on the other.

mod client;
mod scene;

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::machine;
use crate::report::{Result, say};
use crate::stats::{Run, median};
use client::{Address, Client};
use scene::{Call, Scene};

#[derive(clap::Args)]
pub struct Arguments {
    /// Requests of one run
    #[arg(long, default_value_t = 20_000)]
    requests: usize,
    /// Connections, each with one request on its way
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Runs of each, of which the medians are reported
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Attempts to sign in a second, from eight addresses at one login, while the calls are made
    #[arg(long, default_value_t = 1_000)]
    flood: u32,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    Runtime::new()?.block_on(measure(arguments))
}

async fn measure(arguments: &Arguments) -> Result<()> {
    let scene = Scene::start(true).await?;
    say(&machine::describe(scene.directory())?);
    say("
call                              | ChatHub req/s | bare req/s | ratio | p50 / p99 ms | bare p50 / p99 ms
--------------------------------: | ------------: | ---------: | ----: | -----------: | ----------------:");
    for call in scene.calls() {
        let mut rounds = Vec::with_capacity(arguments.rounds);
        for round in 0..arguments.rounds {
            // Whoever goes second finds the machine as the first has left it.
            let (ours, bare) = if round % 2 == 0 {
                let ours = calls(scene.ours, call, arguments).await?;
                (ours, calls(scene.bare, call, arguments).await?)
            } else {
                let bare = calls(scene.bare, call, arguments).await?;
                (calls(scene.ours, call, arguments).await?, bare)
            };
            rounds.push((ours, bare));
        }
        say(&format!(
            "{:>32} | {:>13.0} | {:>10.0} | {:>5.2} | {:>5.2} / {:>4.2} | {:>10.2} / {:>4.2}",
            call.name,
            median(&rounds, |(ours, _)| ours.per_second()),
            median(&rounds, |(_, bare)| bare.per_second()),
            median(&rounds, |(ours, bare)| ours.per_second() / bare.per_second()),
            median(&rounds, |(ours, _)| ours.percentile(50)),
            median(&rounds, |(ours, _)| ours.percentile(99)),
            median(&rounds, |(_, bare)| bare.percentile(50)),
            median(&rounds, |(_, bare)| bare.percentile(99)),
        ));
    }
    let unlimited = Scene::start(false).await?;
    say(&format!(
        "
p99 ms while {} attempts a second   | quiet | flooded | flooded, without a limit on sign-ins
--------------------------------: | ----: | ------: | ---------------------------------:",
        arguments.flood
    ));
    for (call, other) in scene.calls().iter().zip(unlimited.calls()) {
        let mut rounds = Vec::with_capacity(arguments.rounds);
        for _ in 0..arguments.rounds {
            let quiet = calls(scene.ours, call, arguments).await?;
            let flooded = flooded(&scene, call, arguments).await?;
            rounds.push([quiet, flooded, self::flooded(&unlimited, other, arguments).await?]);
        }
        let [quiet, flooded, free] =
            [0, 1, 2].map(|column| median(&rounds, |round| round[column].percentile(99)));
        say(&format!("{:>32} | {quiet:>5.2} | {flooded:>7.2} | {free:>34.2}", call.name));
    }
    Ok(())
}

/// Makes the call again and again on every connection, and checks each answer.
async fn calls(server: Address, call: &Call, arguments: &Arguments) -> Result<Run> {
    let each = arguments.requests.div_ceil(arguments.connections.max(1));
    let mut callers = JoinSet::new();
    let mut clients = Vec::with_capacity(arguments.connections);
    for _ in 0..arguments.connections {
        clients.push(Client::connect([127, 0, 0, 1].into(), server).await?);
    }
    let start = Instant::now();
    for mut client in clients {
        let call = call.clone();
        callers.spawn(async move {
            let mut waits = Vec::with_capacity(each);
            for _ in 0..each {
                let start = Instant::now();
                let answer = client.send(&call.request).await?;
                waits.push(start.elapsed());
                if answer.status != 200 || answer.body != *call.answer {
                    return Err(std::io::Error::other(format!("another answer: {}", answer.status)));
                }
            }
            Ok(waits)
        });
    }
    let mut waits = Vec::with_capacity(arguments.requests);
    while let Some(done) = callers.join_next().await {
        waits.extend(done??);
    }
    Ok(Run::new(waits.len(), 1, start.elapsed(), waits))
}

/// The same while others try to sign in.
async fn flooded(scene: &Scene, call: &Call, arguments: &Arguments) -> Result<Run> {
    const ADDRESSES: u8 = 8;
    const AT_ONCE: u32 = 8;
    let mut flood = JoinSet::new();
    for connection in 0..ADDRESSES * 8 {
        let from = [127, 0, 1, 1 + connection % ADDRESSES].into();
        let mut client = Client::connect(from, scene.ours).await?;
        let (attempt, rate) = (scene.attempt.clone(), arguments.flood.max(1));
        flood.spawn(async move {
            let every = Duration::from_secs(1) * u32::from(ADDRESSES) * AT_ONCE / rate;
            let mut ticks = tokio::time::interval(every);
            loop {
                ticks.tick().await;
                if client.send(&attempt).await.is_err() {
                    return;
                }
            }
        });
    }
    let run = calls(scene.ours, call, arguments).await;
    flood.shutdown().await;
    run
}
