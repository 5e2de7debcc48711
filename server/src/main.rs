//! The command line: reads what is wanted, does it, and says in one line what went wrong.

use std::process::ExitCode;

use clap::Parser;

use chathub_server::commands::{self, Arguments};

#[tokio::main]
async fn main() -> ExitCode {
    match commands::run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the one line for whoever typed the command")]
            {
                eprintln!("chathub: {error}");
            }
            ExitCode::FAILURE
        }
    }
}
