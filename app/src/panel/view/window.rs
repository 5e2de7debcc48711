//! What of the list is in the page: the rows near those that are seen, the one that has the focus, and the one that the Tab
//! key stops at. The others stand there in blocks, as plain text of the same height, so that the browser's own search finds them.

use chathub_domain::ChatId;

use crate::panel::state::View;

/// Rows in one block.
pub(super) const ROWS: usize = 25;

/// The blocks that are near, from and to. Before anything was scrolled, more than the tallest screen shows.
pub(super) type Near = (usize, usize);
pub(super) const AT_FIRST: Near = (0, 4);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Item {
    Row(ChatId),
    /// The rows of the block of this number.
    Far(usize),
}

/// The items of a list. `places` are those of rows that must be there.
pub(super) fn items(view: &View, near: Near, places: [Option<usize>; 2]) -> Vec<Item> {
    let mut items = Vec::new();
    for block in 0..view.len().div_ceil(ROWS) {
        if (near.0..near.1).contains(&block)
            || places.into_iter().flatten().any(|place| place / ROWS == block)
        {
            items.extend(rows(view, block).map(Item::Row));
        } else {
            items.push(Item::Far(block));
        }
    }
    items
}

/// The chats of a block.
pub(super) fn rows(view: &View, block: usize) -> impl Iterator<Item = ChatId> {
    (block * ROWS..(block + 1) * ROWS).map_while(|place| view.at(place))
}

/// The blocks within a screen of what is seen, of a list of `rows` that are equally high, and `height` together. All in
/// pixels: `top` is how far it was scrolled, `seen` how much of it is seen.
#[cfg_attr(not(any(feature = "hydrate", test)), expect(dead_code, reason = "nothing scrolls on a server"))]
pub(super) fn near(top: i32, seen: i32, height: i32, rows: usize) -> Near {
    let block = |pixel: i32| {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        let row = i64::from(pixel.max(0)) * rows / i64::from(height.max(1));
        usize::try_from(row).unwrap_or(usize::MAX) / ROWS
    };
    (block(top - seen), block(top + 2 * seen) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_what_is_seen_and_a_screen_around_it() {
        // 10,000 rows of 61 pixels, 600 of them seen: ten rows.
        let height = 610_000;
        assert_eq!(near(0, 600, height, 10_000), (0, 1));
        assert_eq!(near(305_000, 600, height, 10_000), (199, 201));
        assert_eq!(near(height - 600, 600, height, 10_000), (399, 401));
        // A window that is not shown yet, and a list that is empty.
        assert_eq!(near(0, 0, 0, 0), (0, 1));
    }

    #[test]
    fn few_rows_are_there_however_many_a_list_has() {
        let rows = |near: Near| near.1.min(400) - near.0;
        for top in (0..610_000).step_by(6_100) {
            assert!(rows(near(top, 1_200, 610_000, 10_000)) <= 5, "at {top}");
        }
    }
}
