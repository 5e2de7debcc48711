//! Durable messages per second: the hub's writer over the store, beside raw SQLite.
//!
//! Both start from copies of one database file in one directory, store the same messages, and take turns; in the
//! end their tables must agree, or the comparison is worth nothing.

mod hub;
mod raw;
mod scene;

use std::path::PathBuf;

use tempfile::{Builder, TempDir};
use tokio::runtime::Runtime;

use crate::machine;
use crate::report::{Result, say};
use crate::stats::{Run, median};
pub use scene::LINES;
use scene::{FILE, Scene};

#[derive(clap::Args)]
pub struct Arguments {
    /// Messages of one run; small batches take fewer, see --commits
    #[arg(long, default_value_t = 65_536)]
    messages: usize,
    /// Commits of one run at most: what makes small batches take long is waiting for the disk
    #[arg(long, default_value_t = 1_000)]
    commits: usize,
    /// How many posts are on their way at once; raw SQLite commits as many in one transaction
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 64, 512])]
    batch: Vec<usize>,
    /// Runs of each, of which the medians are reported
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Where to make the databases; the system's directory for temporary files when absent
    #[arg(long)]
    directory: Option<PathBuf>,
}

/// One round at one batch size.
struct Round {
    hub: Run,
    raw: Run,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let place = arguments.directory.clone().unwrap_or_else(std::env::temp_dir);
    let fresh = || Builder::new().prefix("chathub-bench-").tempdir_in(&place);
    // As the server's: the writer, the senders and the database's thread share the cores.
    let runtime = Runtime::new()?;
    let seed = fresh()?;
    let scene = runtime.block_on(Scene::seed(seed.path()))?;
    let copy = || -> Result<TempDir> {
        let directory = fresh()?;
        std::fs::copy(seed.path().join(FILE), directory.path().join(FILE))?;
        Ok(directory)
    };
    say(&machine::describe(seed.path())?);
    say(HEADER);
    for &batch in &arguments.batch {
        if batch == 0 || arguments.rounds == 0 {
            return Err("--batch and --rounds count from 1".into());
        }
        let messages = arguments.messages.min(batch * arguments.commits).next_multiple_of(batch);
        let mut rounds = Vec::with_capacity(arguments.rounds);
        for round in 0..arguments.rounds {
            let posts = scene.posts(messages);
            let (ours, theirs) = (copy()?, copy()?);
            let hub = || runtime.block_on(hub::run(ours.path(), &scene, &posts, batch));
            let raw = || raw::run(theirs.path(), &posts, batch);
            // Whoever goes second finds the disk as the first has left it.
            let (hub, raw) = if round % 2 == 0 {
                let hub = hub()?;
                (hub, raw()?)
            } else {
                let raw = raw()?;
                (hub()?, raw)
            };
            let (ours, theirs) = (raw::tally(ours.path())?, raw::tally(theirs.path())?);
            if ours != theirs {
                return Err(format!("the two did not store the same: {ours:?} and {theirs:?}").into());
            }
            rounds.push(Round { hub, raw });
        }
        say(&line(batch, &rounds));
    }
    Ok(())
}

const HEADER: &str = "
in flight | true batch | ChatHub msg/s | raw msg/s | ratio | ack p50 / p99 ms | raw commit p50 / p99 ms | p99 ratio
--------: | ---------: | ------------: | --------: | ----: | ---------------: | ----------------------: | --------:";

fn line(batch: usize, rounds: &[Round]) -> String {
    format!(
        "{:>9} | {:>10.1} | {:>13.0} | {:>9.0} | {:>5.2} | {:>7.2} / {:>6.2} | {:>13.2} / {:>7.2} | {:>9.2}",
        batch,
        median(rounds, |round| round.hub.batch()),
        median(rounds, |round| round.hub.per_second()),
        median(rounds, |round| round.raw.per_second()),
        median(rounds, |round| round.hub.per_second() / round.raw.per_second()),
        median(rounds, |round| round.hub.percentile(50)),
        median(rounds, |round| round.hub.percentile(99)),
        median(rounds, |round| round.raw.percentile(50)),
        median(rounds, |round| round.raw.percentile(99)),
        median(rounds, |round| round.hub.percentile(99) / round.raw.percentile(99)),
    )
}
