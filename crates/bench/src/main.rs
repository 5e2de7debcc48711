//! Measures ChatHub beside the barest program that does the same, in one run on one machine: the ratio is what
//! counts, since absolute times are the machine's. One file a path that is measured.

mod feed;
mod fill;
mod log;
mod machine;
mod panel;
mod report;
mod rest;
mod stats;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "bench", about = "Measures ChatHub beside the barest program that does the same")]
struct Arguments {
    #[command(subcommand)]
    path: Path,
}

#[derive(Subcommand)]
enum Path {
    /// Subscribers of one organization who leave and who are told, beside a plain list under one lock.
    Feed(feed::Arguments),
    /// Fills a data directory with what `end2end/bench/run` measures the panel with.
    Fill(fill::Arguments),
    /// Durable messages per second, beside raw SQLite that commits the same rows in the same batches.
    Log(log::Arguments),
    /// What an event, and a key, cost the state of a panel with a lot in it.
    Panel(panel::Arguments),
    /// REST requests per second, beside bare handlers behind the same middleware; and while sign-ins are flooded.
    Rest(rest::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().path {
        Path::Feed(arguments) => feed::run(&arguments),
        Path::Fill(arguments) => fill::run(&arguments),
        Path::Log(arguments) => log::run(&arguments),
        Path::Panel(arguments) => panel::run(&arguments),
        Path::Rest(arguments) => rest::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the one line for whoever typed the command")]
            {
                eprintln!("bench: {error}");
            }
            ExitCode::FAILURE
        }
    }
}
