//! How far somebody has read.

use chathub_domain::{ChatId, Seq};

use crate::door::access::{OperatorAccess, VisitorAccess};
use crate::error::Result;
use crate::hub::Hub;
use crate::rules::{Read, ReadByCustomer, Receipt};

impl Hub {
    /// The operator has read the chat up to `seq`.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn read(&self, by: &OperatorAccess, chat_id: ChatId, seq: Seq) -> Result<Receipt> {
        self.inner.writer.execute(Read { by: by.member(), chat_id, seq }).await
    }

    /// The customer has read up to `seq` of their own counting.
    ///
    /// # Errors
    /// When it can't be stored.
    pub async fn read_by_customer(&self, by: &VisitorAccess, seq: Seq) -> Result<Receipt> {
        self.inner.writer.execute(ReadByCustomer { by: by.guest(), seq }).await
    }
}
