//! Who hears what comes over a connection. Connections are numbered, so that a late word of a former one is told from
//! the present one's.

use js_sys::Promise;

pub(super) trait Receiver {
    fn is_current(&self, number: u32) -> bool;

    /// The connection can be spoken over.
    fn opened(&self);

    /// A frame came by itself, which shows that the connection is alive.
    fn heard(&self, text: &str);

    /// A frame came as an answer.
    fn answered(&self, text: &str);

    /// The connection of this number failed, and closes in the same breath.
    fn failed(&self, number: u32);

    /// The connection of this number is gone.
    fn closed(&self, number: u32);

    /// Messages wait in the outbox, which sends them again in order.
    fn holds_back(&self) -> bool;

    /// The hub's origin, or nothing for the page's own.
    fn hub(&self) -> String;

    /// A module that the panel does not come with: what the page around it brings, as this build's server has named it.
    fn part(&self, name: &str) -> Option<Promise>;

    /// Such a module did not come, or is not what it must be.
    fn part_missing(&self);

    /// The token of now.
    fn token(&self) -> Option<String>;
}
