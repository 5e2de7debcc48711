//! The command line: reads what is wanted, does it, and says in one line what went wrong.

use std::io::ErrorKind;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use chathub_server::commands::{self, Arguments, CommandError, one_line, usage};

/// What was typed is no command.
const MISTAKE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Arguments::try_parse() {
        Ok(arguments) => commands::run(arguments).await,
        Err(error) if error.use_stderr() => {
            complain(&usage::told(&error, &Arguments::command()));
            return ExitCode::from(MISTAKE);
        }
        // Help and the version.
        Err(asked) => asked.print().map_err(CommandError::Output),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read it has enough.
        Err(CommandError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "the one line for whoever typed the command")]
fn complain(reason: &str) {
    eprintln!("chathub: {}", one_line(reason));
}
