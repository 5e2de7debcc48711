//! Circles among arrows.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use crate::source::Arrows;

/// So many of a large circle's rounds are told; the shortest say the most.
const TOLD: usize = 12;

/// The files that each lead to all others of their circle.
pub fn circles(arrows: &Arrows) -> Vec<BTreeSet<PathBuf>> {
    let mut next: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
    for (from, to) in arrows.keys() {
        next.entry(from).or_default().push(to);
    }
    let reached: BTreeMap<&Path, BTreeSet<&Path>> = next
        .keys()
        .map(|start| {
            let (mut reached, mut waiting) = (BTreeSet::new(), vec![*start]);
            while let Some(file) = waiting.pop() {
                waiting.extend(next.get(file).into_iter().flatten().filter(|file| reached.insert(**file)));
            }
            (*start, reached)
        })
        .collect();
    let mut circles = BTreeSet::new();
    for (file, there) in &reached {
        let leads_back = |other: &&&Path| reached.get(**other).is_some_and(|back| back.contains(file));
        let circle: BTreeSet<PathBuf> = there.iter().filter(leads_back).map(|file| file.into()).collect();
        if !circle.is_empty() {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

/// A circle in words: its shortest rounds.
pub fn told(circle: &BTreeSet<PathBuf>, arrows: &Arrows) -> String {
    let inside: Vec<(&Path, &Path)> = arrows
        .keys()
        .filter(|(from, to)| circle.contains(from) && circle.contains(to))
        .map(|(from, to)| (from.as_path(), to.as_path()))
        .collect();
    let mut rounds: BTreeMap<BTreeSet<&Path>, Vec<&Path>> = BTreeMap::new();
    for &(from, to) in &inside {
        let mut round = way(to, from, &inside);
        round.push(to);
        rounds.entry(round.iter().copied().collect()).or_insert(round);
    }
    let mut rounds: Vec<_> = rounds.into_values().collect();
    rounds.sort_by_key(Vec::len);
    let mut told = format!("\n{} files:\n", circle.len());
    for file in circle {
        told += &format!("{}\n", file.display());
    }
    for round in rounds.iter().take(TOLD) {
        told += &format!("  {}", round[0].display());
        for pair in round.windows(2) {
            let names = &arrows[&(pair[0].to_owned(), pair[1].to_owned())];
            told += &format!("\n    → {}  by {}", pair[1].display(), by(names));
        }
        told += "\n";
    }
    if rounds.len() > TOLD {
        told += &format!("  and {} more rounds\n", rounds.len() - TOLD);
    }
    told
}

/// By which names; one that was imported is told as that.
pub fn by(names: &BTreeSet<String>) -> String {
    let imported = |name: &str| names.iter().any(|longer| longer.ends_with(&format!("::{name}")));
    let told: Vec<_> = names.iter().map(String::as_str).filter(|name| !imported(name)).collect();
    told.join(", ")
}

/// The shortest way, both ends with it.
fn way<'a>(from: &'a Path, to: &Path, arrows: &[(&'a Path, &'a Path)]) -> Vec<&'a Path> {
    let mut before: BTreeMap<&Path, &'a Path> = BTreeMap::new();
    let mut waiting = VecDeque::from([from]);
    while let Some(file) = waiting.pop_front() {
        if file == to {
            let mut way = vec![file];
            while let Some(previous) = before.get(way[way.len() - 1]).filter(|_| way[way.len() - 1] != from) {
                way.push(previous);
            }
            way.reverse();
            return way;
        }
        for &(_, next) in arrows.iter().filter(|(start, _)| *start == file) {
            if !before.contains_key(next) {
                before.insert(next, file);
                waiting.push_back(next);
            }
        }
    }
    unreachable!("all of a circle lead to each other")
}
