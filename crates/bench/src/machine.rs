//! The machine that the figures belong to.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::thread::available_parallelism;
use std::time::Instant;

use crate::report::Result;
use crate::stats::percentile;

/// A page of SQLite's log with its header, as each sync of a small commit finds at least one.
const PAGE: [u8; 4_120] = [7; 4_120];
const SYNCS: usize = 300;

/// Cores, SQLite's version and what a sync costs in `directory`, in a line.
pub fn describe(directory: &Path) -> Result<String> {
    let mut file = File::create(directory.join("sync"))?;
    let mut waits = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        file.write_all(&PAGE)?;
        let start = Instant::now();
        file.sync_data()?;
        waits.push(start.elapsed());
    }
    waits.sort_unstable();
    Ok(format!(
        "{} cores, SQLite {}, fdatasync after a page p50 {:.2} ms, p99 {:.2} ms in {}",
        available_parallelism()?,
        rusqlite::version(),
        percentile(&waits, 50),
        percentile(&waits, 99),
        directory.parent().unwrap_or(directory).display(),
    ))
}
