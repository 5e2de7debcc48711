//! How far a chat has come.

use chathub_domain::{ChatId, ChatStatus};

use crate::door::access::Caller;
use crate::error::Result;
use crate::hub::Hub;
use crate::rules::{Clerk, Receipt, SetStatus};

impl Hub {
    /// # Errors
    /// `not_found`, or `conflict` when the customer has begun another chat.
    pub async fn set_status(&self, by: &Caller, chat_id: ChatId, status: ChatStatus) -> Result<Receipt> {
        let by = self.clerk(by, chat_id).await?;
        self.inner.writer.execute(SetStatus { by, chat_id, status }).await
    }

    /// Who acts in the chat's organization. A company's chat is looked for in all of its own.
    pub(crate) async fn clerk(&self, by: &Caller, chat_id: ChatId) -> Result<Clerk> {
        let organization_id = match by {
            Caller::Operator(operator) => operator.organization.id,
            Caller::Company(_) => self.chat(by, chat_id).await?.organization_id,
        };
        Ok(Clerk { organization_id, operator: by.operator().cloned() })
    }
}
