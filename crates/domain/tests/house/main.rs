//! How the house is built: no circle of files, and no arrow up.
//!
//! A file that names something of another one's draws an arrow to it. Where arrows lead round in a circle, none of
//! its files can be read, tested or moved without all the others.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod circles;
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use source::{Arrows, Source};

/// The hub's rooms, the lowest floor first: a room names rooms of its own floor and of those before.
const FLOORS: &[&[&str]] = &[
    // What is known of the world without asking anybody.
    &["clock", "folding", "links", "peer", "phone", "request", "unreadable"],
    &["ports"],
    // It says what a port's failure means for whoever asked.
    &["error"],
    &["audit", "pace", "rules", "unread"],
    &["log"],
    &["hub", "chats", "door", "people"],
    &["session"],
    // The front, and the suite that adapters pass.
    &["lib", "contract"],
];

/// The folder that everything is in.
fn house() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("crates/domain is two floors up")
        .to_owned()
}

/// Where the code of each crate is.
fn folders() -> Vec<PathBuf> {
    let house = house();
    let crates = fs::read_dir(house.join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let others = ["app", "frontend", "server"].map(|name| house.join(name));
    let mut folders: Vec<_> = crates.chain(others).map(|folder| folder.join("src")).collect();
    folders.sort();
    folders
}

/// As it is told: from the folder that everything is in.
fn named(file: &Path) -> PathBuf {
    file.strip_prefix(house()).expect("a file of ours").to_owned()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every arrow in a crate; none of its files is overlooked.
fn arrows(folder: &Path) -> Arrows {
    let roots = ["lib.rs", "main.rs"].map(|root| folder.join(root));
    let sources: Vec<_> = roots.iter().filter(|root| root.exists()).map(|root| Source::read(root)).collect();
    let mut files = Vec::new();
    rust_files(folder, &mut files);
    for file in &files {
        assert!(
            sources.iter().any(|source| source.files().contains(file.as_path()) || source.is_of_tests(file)),
            "{}: no `mod` leads to it",
            named(file).display()
        );
    }
    let arrows = sources.iter().flat_map(|source| source.arrows());
    arrows.map(|((from, to), names)| ((named(&from), named(&to)), names)).collect()
}

#[test]
fn no_files_stand_in_a_circle() {
    let mut told = String::new();
    for folder in folders() {
        let arrows = arrows(&folder);
        for circle in circles::circles(&arrows) {
            told += &circles::told(&circle, &arrows);
        }
    }
    assert!(
        told.is_empty(),
        "These files stand in a circle. Move what is named into a file of its own that both may name, or to the one \
         of them that it belongs to; what is below is told what it needs as an argument.\n{told}"
    );
}

#[test]
fn no_arrow_leads_up_in_the_hub() {
    let hub = house().join("crates/hub/src");
    let mut rooms: BTreeSet<String> = FLOORS.iter().copied().flatten().map(ToString::to_string).collect();
    let mut files = Vec::new();
    rust_files(&hub, &mut files);
    for file in files {
        let room = room(file.strip_prefix(&hub).unwrap());
        assert!(floor(&room).is_some(), "crates/hub/src/{room} is on no floor: give it one in FLOORS");
        rooms.remove(&room);
    }
    assert!(
        rooms.is_empty(),
        "there are no rooms in crates/hub/src called {rooms:?}: take them out of FLOORS"
    );

    let mut told = String::new();
    for ((from, to), names) in arrows(&hub) {
        let of = |file: &Path| floor(&room(file.strip_prefix("crates/hub/src").unwrap()));
        if of(&from) < of(&to) {
            told += &format!("{} → {}  by {}\n", from.display(), to.display(), circles::by(&names));
        }
    }
    assert!(
        told.is_empty(),
        "These files name something from a floor above theirs. Move it down to the lowest room that needs it, or hand \
         it in as an argument or through a port.\n{told}"
    );
}

/// The room of a file, by its path in the hub's folder.
fn room(path: &Path) -> String {
    let first = path.iter().next().expect("a path has words");
    Path::new(first).file_stem().expect("it is named").to_string_lossy().into_owned()
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn names_are_followed_to_where_they_are_declared() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/house/sample");
    let arrows = Source::read(&folder.join("lib.rs")).arrows();
    let name = |file: &Path| file.strip_prefix(&folder).unwrap().display().to_string();
    let told = arrows
        .iter()
        .map(|((from, to), names)| format!("{} → {} by {}", name(from), name(to), circles::by(names)));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "attic.rs → cellar.rs by below::Coal",
            "attic.rs → rooms/bath.rs by Tub",
            "attic.rs → rooms/kitchen.rs by crate::rooms::Stove, kitchen::boil",
            "rooms/bath.rs → rooms/mod.rs by super::Key",
            "rooms/kitchen.rs → cellar.rs by cellar::light",
        ]
    );
    assert!(circles::circles(&arrows).is_empty(), "a facade is no circle");
}
