//! Who has a chat.

use chathub_domain::{ChatId, OperatorId};

use crate::door::access::OperatorAccess;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::rules::{Assign, Receipt};

impl Hub {
    /// Gives a chat to an operator of the same organization, or back to all.
    ///
    /// # Errors
    /// `not_found` for the chat or the operator.
    pub async fn assign(
        &self,
        by: &OperatorAccess,
        chat_id: ChatId,
        operator: Option<OperatorId>,
    ) -> Result<Receipt> {
        let operator = match operator {
            None => None,
            Some(id) => {
                let colleague = self.colleagues(by).await?.into_iter().find(|colleague| colleague.id == id);
                Some(colleague.ok_or_else(|| Error::not_found("operator"))?)
            }
        };
        self.inner.writer.execute(Assign { by: by.member(), chat_id, operator }).await
    }
}
