//! Who is writing now: shown, and forgotten.

use chathub_domain::ChatId;
use chathub_domain::wire::{CustomerFrame, ServerFrame};

use crate::door::access::{OperatorAccess, VisitorAccess};
use crate::error::{Error, Result};
use crate::hub::Hub;

impl Hub {
    /// An operator is writing: shown to the customer and to the colleagues, and forgotten.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn operator_types(&self, by: &OperatorAccess, chat_id: ChatId) -> Result<()> {
        let organization = by.organization.id;
        let visitor = self.inner.chats.chat_visitor(organization, chat_id).await?;
        let visitor = visitor.ok_or_else(|| Error::not_found("chat"))?;
        let feed = &self.inner.feed;
        let frame = CustomerFrame::Typing { operator: by.operator.name.clone() };
        feed.signal_visitor(organization, visitor, &frame);
        let frame = ServerFrame::Typing { chat_id, operator: Some(by.operator.clone()) };
        feed.signal_operators(organization, Some(by.operator.id), &frame);
        Ok(())
    }

    /// A customer is writing.
    ///
    /// # Errors
    /// When the log can't be read.
    pub async fn customer_types(&self, by: &VisitorAccess) -> Result<()> {
        let organization = by.organization.id;
        // Before the first message there is no chat that anybody could see them write in.
        if let Some(chat_id) = self.inner.chats.open_chat(organization, by.visitor_id).await? {
            let frame = ServerFrame::Typing { chat_id, operator: None };
            self.inner.feed.signal_operators(organization, None, &frame);
        }
        Ok(())
    }
}
