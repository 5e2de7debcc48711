//! Who hears what comes over a connection. Connections are numbered, so that a late word of a former one is told from
//! the present one's.

use chathub_domain::wire::ServerFrame;

pub(super) trait Receiver {
    fn is_current(&self, number: u32) -> bool;

    /// The connection can be spoken over.
    fn opened(&self);

    /// A frame came by itself, which shows that the connection is alive.
    fn heard(&self, text: &str);

    /// A frame came as an answer.
    fn answered(&self, text: &str);

    /// What a refused request means in a frame.
    fn refused(&self, frame: ServerFrame);

    /// The connection of this number failed, and closes in the same breath.
    fn failed(&self, number: u32);

    /// The connection of this number is gone.
    fn closed(&self, number: u32);

    /// Messages wait in the outbox, which sends them again in order.
    fn holds_back(&self) -> bool;

    /// A path of the hub's, in full.
    fn url(&self, path: &str) -> String;

    /// The token of now.
    fn token(&self) -> Option<String>;
}
