//! How many chats, places and messages were looked at. The tests count them, to see that nobody walks through all.

#[cfg(test)]
use std::cell::Cell;

#[cfg(test)]
thread_local! {
    static STEPS: Cell<usize> = const { Cell::new(0) };
}

/// So many more were looked at.
#[inline]
pub(super) fn step(count: usize) {
    #[cfg(test)]
    STEPS.with(|steps| steps.set(steps.get() + count));
    #[cfg(not(test))]
    let _ = count;
}

/// So many were looked at since the last time.
#[cfg(test)]
pub(super) fn taken() -> usize {
    STEPS.with(Cell::take)
}
