//! Passwords from a person or a pipe, never from an argument, where the process list would show them.

use std::io::{self, BufRead, IsTerminal};

use super::error::CommandError;

/// Asks twice at a terminal; else takes the first line of standard input.
pub(super) fn new_password() -> Result<String, CommandError> {
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map_err(CommandError::Password)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let first = rpassword::prompt_password("New password: ").map_err(CommandError::Password)?;
    let second = rpassword::prompt_password("The same again: ").map_err(CommandError::Password)?;
    if first == second { Ok(first) } else { Err(CommandError::PasswordsDiffer) }
}
