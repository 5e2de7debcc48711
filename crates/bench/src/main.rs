//! Measures ChatHub beside the barest program that does the same, in one run on one machine: the ratio is what
//! counts, since absolute times are the machine's. One file a path that is measured.

mod log;
mod machine;
mod stats;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Parser)]
#[command(name = "bench", about = "Measures ChatHub beside the barest program that does the same")]
struct Arguments {
    #[command(subcommand)]
    path: Path,
}

#[derive(Subcommand)]
enum Path {
    /// Durable messages per second, beside raw SQLite that commits the same rows in the same batches.
    Log(log::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().path {
        Path::Log(arguments) => log::run(&arguments),
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
