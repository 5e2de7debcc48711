//! The list of chats, as an operator sees it, and all that a panel begins with.

use chathub_domain::limits::{CHATS_PAGE, OPERATORS_PAGE};
use chathub_domain::lookalike::Lookalikes;
use chathub_domain::wire::{ChatsBefore, Snapshot};
use chathub_domain::{Chat, Cursor, OperatorId, OperatorRef};

use crate::door::access::OperatorAccess;
use crate::error::Result;
use crate::hub::Hub;
use crate::ports::{Overview, Unread};

impl Hub {
    /// A page of the list, newest first, and whether there are older ones.
    ///
    /// # Errors
    /// When the log can't be read.
    pub async fn chats(&self, by: &OperatorAccess, before: Option<ChatsBefore>) -> Result<(Vec<Chat>, bool)> {
        let (organization, operator) = (by.organization.id, by.operator.id);
        // The directory first, which may take its time: events go on after what was read from the log.
        let colleagues = self.colleagues(by).await?;
        let (mut chats, _) = self.inner.chats.chats(organization, operator, before, CHATS_PAGE + 1).await?;
        let more = trim(&mut chats, CHATS_PAGE);
        mark_lookalikes(&mut chats, &colleagues);
        Ok((chats, more))
    }

    /// A page of the active operators, by name, after the one that is named, and whether there are more. After one who
    /// is not there any more, the list begins anew.
    ///
    /// # Errors
    /// When the directory fails.
    pub async fn colleagues_after(
        &self,
        by: &OperatorAccess,
        after: Option<OperatorId>,
    ) -> Result<(Vec<OperatorRef>, bool)> {
        let mut all = self.colleagues(by).await?;
        let place = after.and_then(|after| all.iter().position(|colleague| colleague.id == after));
        all.drain(..place.map_or(0, |place| place + 1));
        let more = trim(&mut all, OPERATORS_PAGE);
        Ok((all, more))
    }

    /// All that a panel needs to begin, and where in the log it was true.
    ///
    /// # Errors
    /// When the log can't be read.
    pub async fn snapshot(&self, by: &OperatorAccess) -> Result<(Snapshot, Cursor)> {
        let (snapshot, cursor, _) = self.picture(by, 0).await?;
        Ok((snapshot, cursor))
    }

    /// The same, and what waits to be read, with so many of its chats.
    pub(crate) async fn picture(
        &self,
        by: &OperatorAccess,
        unread: usize,
    ) -> Result<(Snapshot, Cursor, Unread)> {
        let (organization, operator) = (by.organization.id, by.operator.id);
        let overview = self.inner.chats.overview(organization, operator, CHATS_PAGE + 1, unread).await?;
        let Overview { mut chats, unread, seq } = overview;
        let more = trim(&mut chats, CHATS_PAGE);
        let mut operators = self.colleagues(by).await?;
        mark_lookalikes(&mut chats, &operators);
        operators.truncate(OPERATORS_PAGE);
        let snapshot = Snapshot { chats, more, operators, unread: unread.messages };
        Ok((snapshot, Cursor { epoch: self.inner.epoch, seq }, unread))
    }
}

/// Marks the customers who could be taken for one of those who answer. Here and not in the panel, where the tables that it
/// takes would be a tenth of its WASM.
fn mark_lookalikes(chats: &mut [Chat], operators: &[OperatorRef]) {
    let names = Lookalikes::new(operators);
    for chat in chats {
        chat.looks_like_operator = names.of(&chat.customer).is_some();
    }
}

/// Cuts what was read beyond a page, and says whether there was more.
fn trim<T>(items: &mut Vec<T>, page: usize) -> bool {
    let more = items.len() > page;
    items.truncate(page);
    more
}
