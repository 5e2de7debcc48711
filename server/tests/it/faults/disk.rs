//! The disk beneath a server that is a process of its own: it fails when it is told to, and a power cut takes what was
//! not synced. Half of it is C (`shim.c`, built here), because it sits between the server and the system.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use chathub_hub::contract::dice::Dice;

/// What a disk writes whole or not at all, as far as anybody relies on it.
const PAGE: usize = 4_096;

/// Which calls fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    Writes = 1,
    Syncs = 2,
}

/// What a power cut leaves of all that was not synced.
#[derive(Clone, Copy, Debug)]
pub enum Left {
    Nothing,
    /// Some pages and not others.
    Some,
}

/// A disk for one data directory.
pub struct Disk {
    under: PathBuf,
    folder: TempDir,
}

impl Disk {
    pub fn new(under: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let disk = Self { under: under.canonicalize().unwrap(), folder };
        fs::write(disk.orders(), [0; 16]).unwrap();
        disk
    }

    fn orders(&self) -> PathBuf {
        self.folder.path().join("orders")
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    /// What a process needs in its environment to be on this disk.
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        vec![
            ("LD_PRELOAD", shim().to_owned()),
            ("CHATHUB_DISK_UNDER", self.under.clone()),
            ("CHATHUB_DISK_ORDERS", self.orders()),
            ("CHATHUB_DISK_JOURNAL", self.journal()),
        ]
    }

    /// From now on, so many calls of these fail with this error of the system's; all of them, without a number.
    pub fn fail(&self, error: i32, calls: Calls, count: Option<i32>) {
        // The number of calls last: with it the order takes effect.
        self.order(0, error);
        self.order(2, calls as i32);
        self.order(3, 0);
        self.order(1, count.unwrap_or(-1));
    }

    pub fn heal(&self) {
        self.order(1, 0);
    }

    /// How many calls were refused since the last order.
    pub fn refused(&self) -> i32 {
        let orders = fs::read(self.orders()).unwrap();
        i32::from_ne_bytes(orders[12..16].try_into().unwrap())
    }

    fn order(&self, place: u64, number: i32) {
        let orders = OpenOptions::new().write(true).open(self.orders()).unwrap();
        orders.write_all_at(&number.to_ne_bytes(), place * 4).unwrap();
    }

    /// Forgets what was written before: the next process finds all of it synced.
    pub fn settle(&self) {
        fs::write(self.journal(), "").unwrap();
    }

    /// What a power cut does, after the process has been killed: of what no sync has confirmed, nothing or some is left.
    /// Returns how many writes were at stake.
    pub fn cut(&self, left: Left, dice: &mut Dice) -> usize {
        let unsynced = self.unsynced();
        let at_stake = unsynced.values().map(Vec::len).sum();
        for (path, writes) in unsynced {
            let Ok(written) = fs::read(&path) else { continue };
            let mut synced = written.clone();
            for write in writes.iter().rev() {
                write.undo(&mut synced);
            }
            fs::write(&path, mixed(&synced, &written, left, dice)).unwrap();
        }
        // Memory, for SQLite.
        let _ = fs::remove_file(self.under.join("chathub.db-shm"));
        self.settle();
        at_stake
    }

    /// By file, the writes since its last sync.
    fn unsynced(&self) -> BTreeMap<PathBuf, Vec<Replaced>> {
        let journal = fs::read(self.journal()).unwrap();
        let (mut files, mut rest) = (BTreeMap::<PathBuf, Vec<Replaced>>::new(), journal.as_slice());
        // A record that the kill has cut off is of a write that was not begun.
        while let Some((path, record)) = record(&mut rest) {
            let writes = files.entry(path).or_default();
            match record {
                Record::Wrote(replaced) => writes.push(replaced),
                Record::Synced => writes.clear(),
            }
        }
        files
    }
}

enum Record {
    Wrote(Replaced),
    Synced,
}

/// Takes the journal's next record, in the layout of `note` in `shim.c`.
fn record(rest: &mut &[u8]) -> Option<(PathBuf, Record)> {
    let mut number = || {
        let bytes = rest.split_off(..8)?.try_into().unwrap();
        Some(usize::try_from(u64::from_ne_bytes(bytes)).unwrap())
    };
    let [kind, path, offset, size, length] = [number()?, number()?, number()?, number()?, number()?];
    let path = PathBuf::from(str::from_utf8(rest.split_off(..path)?).unwrap());
    let bytes = rest.split_off(..length)?.to_vec();
    let record = if kind == 1 { Record::Wrote(Replaced { offset, size, bytes }) } else { Record::Synced };
    Some((path, record))
}

/// What stood where a write went, and how long the file was.
struct Replaced {
    offset: usize,
    size: usize,
    bytes: Vec<u8>,
}

impl Replaced {
    fn undo(&self, file: &mut Vec<u8>) {
        file.resize(self.size, 0);
        file[self.offset.min(self.size)..][..self.bytes.len()].copy_from_slice(&self.bytes);
    }
}

/// The file as it was synced, with what is left of the writes since.
fn mixed(synced: &[u8], written: &[u8], left: Left, dice: &mut Dice) -> Vec<u8> {
    let mut file = synced.to_vec();
    if matches!(left, Left::Nothing) {
        return file;
    }
    if dice.coin() {
        file.resize(written.len(), 0);
    }
    for (page, new) in file.chunks_mut(PAGE).zip(written.chunks(PAGE)) {
        if dice.coin() {
            let length = page.len().min(new.len());
            page[..length].copy_from_slice(&new[..length]);
        }
    }
    file
}

/// The C half, built once for all tests.
fn shim() -> &'static Path {
    static SHIM: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, library) = SHIM.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("shim.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/faults/shim.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
            .arg(&library)
            .args([source, "-ldl", "-lpthread"])
            .status()
            .unwrap();
        assert!(built.success());
        (folder, library)
    });
    library
}

#[test]
fn a_power_cut_takes_what_was_not_synced_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    let disk = Disk::new(folder.path());
    let run = |script: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-c", script, "sh"]).arg(&file).envs(disk.environment());
        shell.output().unwrap().status.success()
    };
    fs::write(&file, "kept".repeat(2_048)).unwrap();
    assert!(run("printf soon | dd of=$1 conv=notrunc,fsync"));
    assert!(run("printf lost | dd of=$1 conv=notrunc"));
    assert!(run("printf more | dd of=$1 conv=notrunc bs=1 seek=9000"));
    assert!(run("truncate -s 5000 $1"));
    // A byte at a time, where it is beyond the end.
    assert_eq!(disk.cut(Left::Nothing, &mut Dice::new(1)), 6);
    let synced = ["soon".to_owned(), "kept".repeat(2_047)].concat();
    assert_eq!(fs::read_to_string(&file).unwrap(), synced);

    disk.fail(28, Calls::Syncs, Some(1));
    assert!(!run("dd if=/dev/null of=$1 conv=notrunc,fsync"));
    assert_eq!(disk.refused(), 1);
    assert!(run("dd if=/dev/null of=$1 conv=notrunc,fsync"));
}
