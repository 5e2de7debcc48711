//! Rows by their key, in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Rows on one shelf: some 200 bytes each, so 10 MB at the most usual.
pub(super) const ROWS: usize = 50_000;

/// The std lock: it is held for looking up and putting in only, never over an await.
pub(super) struct Shelf<K, V> {
    /// How many rows a value is.
    rows: fn(&V) -> usize,
    held: RwLock<Held<K, V>>,
}

struct Held<K, V> {
    values: HashMap<K, Arc<V>>,
    rows: usize,
}

impl<K: Eq + Hash, V: Clone> Shelf<K, V> {
    pub(super) fn new(rows: fn(&V) -> usize) -> Self {
        Self { rows, held: RwLock::new(Held { values: HashMap::new(), rows: 0 }) }
    }

    /// Shared, so that it is copied after the lock was let go.
    pub(super) fn get(&self, key: &K) -> Option<Arc<V>> {
        self.read().values.get(key).map(Arc::clone)
    }

    /// Puts a value in if it is `still` true under the lock. A full shelf is emptied first: what is asked for often is
    /// back at once.
    pub(super) fn put(&self, key: K, value: &V, still: impl FnOnce() -> bool) {
        let rows = (self.rows)(value).max(1);
        if rows > ROWS {
            return;
        }
        let value = Arc::new(value.clone());
        let mut held = self.write();
        if !still() {
            return;
        }
        if held.rows + rows > ROWS {
            held.clear();
        }
        // Two may have read the same; then both count, and the shelf is full a little sooner.
        held.values.insert(key, value);
        held.rows += rows;
    }

    pub(super) fn clear(&self) {
        self.write().clear();
    }

    fn read(&self) -> RwLockReadGuard<'_, Held<K, V>> {
        // Nothing panics in between.
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Held<K, V>> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> Held<K, V> {
    fn clear(&mut self) {
        self.values.clear();
        self.rows = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_by_rows() {
        let shelf = Shelf::<usize, Vec<u8>>::new(Vec::len);
        for key in 0..5 {
            shelf.put(key, &vec![0; ROWS / 4], || true);
            assert!(shelf.get(&key).is_some());
        }
        assert!(shelf.get(&0).is_none(), "a full shelf is emptied");
        shelf.put(5, &vec![0; ROWS + 1], || true);
        assert!(shelf.get(&5).is_none(), "what is larger than a shelf is not kept");
        for key in 0..2 * ROWS {
            shelf.put(key, &Vec::new(), || true);
        }
        assert!(shelf.read().values.len() <= ROWS);
    }

    #[test]
    fn what_is_no_longer_true_is_not_kept() {
        let shelf = Shelf::<u8, u8>::new(|_| 1);
        shelf.put(1, &1, || false);
        assert!(shelf.get(&1).is_none());
    }
}
