//! Erasing for good.

use std::sync::Arc;

use chathub_domain::ChatId;

use crate::door::access::Caller;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::rules::{Erase, Receipt};

impl Hub {
    /// Erases a chat for good: what was said in it, its place in the search, and what its customer is called if it was
    /// their only one. When this returns, nothing of it is in the storage any more but its numbers in the log; whoever
    /// stops waiting stops nothing.
    ///
    /// # Errors
    /// `not_found`; `unavailable` when the chat is gone for everybody and the storage can't be cleaned just now.
    pub async fn erase(&self, by: &Caller, chat_id: ChatId) -> Result<Receipt> {
        let by = self.clerk(by, chat_id).await?;
        let inner = Arc::clone(&self.inner);
        let erasing = tokio::spawn(async move {
            let receipt = inner.writer.execute(Erase { by, chat_id }).await?;
            inner.eraser.done().await?;
            Ok(receipt)
        });
        erasing.await.map_err(|error| Error::internal("erasing a chat", error))?
    }
}
