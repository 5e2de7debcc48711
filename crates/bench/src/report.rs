//! What came of a measurement: lines on the terminal, or why there are none.

use std::error::Error;

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[expect(clippy::print_stdout, reason = "the report is what the program is for")]
pub fn say(line: &str) {
    println!("{line}");
}
