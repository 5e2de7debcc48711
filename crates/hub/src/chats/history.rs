//! What was said before.

use chathub_domain::limits::{HISTORY_PAGE, PAGE_BYTES};
use chathub_domain::{ChatId, Seq};

use crate::door::access::{OperatorAccess, VisitorAccess};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::ports::{CustomerPage, MessagePage, Portion, Span};

/// Messages in one frame.
const PAGE: Portion = Portion { rows: HISTORY_PAGE, bytes: PAGE_BYTES };

impl Hub {
    /// A page of a chat's messages.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn history(
        &self,
        by: &OperatorAccess,
        chat_id: ChatId,
        before: Option<Seq>,
    ) -> Result<MessagePage> {
        let span = before.map_or(Span::Last, Span::Before);
        let page = self.inner.chats.messages(by.organization.id, chat_id, span, PAGE).await?;
        page.ok_or_else(|| Error::not_found("chat"))
    }

    /// A page of a visitor's thread.
    ///
    /// # Errors
    /// When the log can't be read.
    pub async fn customer_history(&self, by: &VisitorAccess, before: Option<Seq>) -> Result<CustomerPage> {
        Ok(self.inner.chats.visitor_page(by.organization.id, by.visitor_id, before, PAGE).await?)
    }
}
