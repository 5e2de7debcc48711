//! The port that erases for good.

use async_trait::async_trait;

use super::PortError;

/// Taking out what was said in chats that have been erased. Each call takes its turn among the batches.
#[async_trait]
pub trait Erase: Send + Sync {
    /// Removes a part of what was said in erased chats, small enough that no batch waits for it long. Whether there is
    /// more.
    async fn erase_some(&self) -> Result<bool, PortError>;

    /// Removes what erased chats may have left in the storage beneath the tables: the end of erasing, which goes on
    /// after a crash where it was.
    ///
    /// # Errors
    /// [`PortError::Unavailable`] while somebody reads what would go.
    async fn scrub(&self) -> Result<(), PortError>;
}
