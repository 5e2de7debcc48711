//! Chats: what operators and customers say, read and decide. Every function names its tenant by the access it is
//! given; none loads a chat by id alone.

use std::sync::Arc;

use chathub_domain::limits::{CHATS_PAGE, HISTORY_PAGE, OPERATORS_PAGE, PAGE_BYTES};
use chathub_domain::lookalike::Lookalikes;
use chathub_domain::wire::{ChatsBefore, CustomerFrame, ServerFrame, Snapshot};
use chathub_domain::{Chat, ChatId, ChatStatus, ClientId, Cursor, OperatorId, OperatorRef, Seq, Source};

use crate::Hub;
use crate::access::{Caller, OperatorAccess, VisitorAccess};
use crate::decide::{Clerk, Command, Receipt};
use crate::error::{Error, Result};
use crate::ports::{ChatHead, CustomerPage, MessagePage, Overview, Portion, Span, Unread};
use crate::writer::{Lane, Pending};

/// Messages in one frame.
pub(crate) const PAGE: Portion = Portion { rows: HISTORY_PAGE, bytes: PAGE_BYTES };

impl Hub {
    /// An operator's message takes its place; what the place's outcome is, `Pending` tells.
    ///
    /// # Errors
    /// `too_many_requests`, or when the server is stopping.
    pub async fn answer(
        &self,
        by: &OperatorAccess,
        chat_id: ChatId,
        client_id: ClientId,
        text: String,
    ) -> Result<Pending> {
        self.answer_in(&Lane::default(), by, chat_id, client_id, text).await
    }

    /// The same, behind the earlier ones of a connection.
    pub(crate) async fn answer_in(
        &self,
        lane: &Lane,
        by: &OperatorAccess,
        chat_id: ChatId,
        client_id: ClientId,
        text: String,
    ) -> Result<Pending> {
        let place = lane.enter(client_id, || self.inner.limits.operator_message(by.operator.id))?;
        let command = Command::Answer { by: by.member(), chat_id, client_id, text };
        self.inner.writer.enqueue_at(place, command).await
    }

    /// A customer's message takes its place.
    ///
    /// # Errors
    /// `too_many_requests`, `blocked`, or when the server is stopping.
    pub async fn ask(&self, by: &VisitorAccess, client_id: ClientId, text: String) -> Result<Pending> {
        self.ask_in(&Lane::default(), by, client_id, text).await
    }

    /// The same, behind the earlier ones of a connection.
    pub(crate) async fn ask_in(
        &self,
        lane: &Lane,
        by: &VisitorAccess,
        client_id: ClientId,
        text: String,
    ) -> Result<Pending> {
        self.check_not_blocked(by)?;
        let place = lane.enter(client_id, || {
            self.inner.limits.visitor_message(by.organization.id, by.visitor_id, by.peer, text.len())
        })?;
        self.note_visitor(by);
        let command = Command::Ask { by: by.guest(), client_id, text, source: Source::Website };
        self.inner.writer.enqueue_at(place, command).await
    }

    /// # Errors
    /// `not_found`, or `conflict` when the customer has begun another chat.
    pub async fn set_status(&self, by: &Caller, chat_id: ChatId, status: ChatStatus) -> Result<Receipt> {
        let by = self.clerk(by, chat_id).await?;
        self.inner.writer.execute(Command::SetStatus { by, chat_id, status }).await
    }

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
            let receipt = inner.writer.execute(Command::Erase { by, chat_id }).await?;
            inner.eraser.done().await?;
            Ok(receipt)
        });
        erasing.await.map_err(|error| Error::internal("erasing a chat", error))?
    }

    /// Who acts in the chat's organization. A company's chat is looked for in all of its own.
    pub(crate) async fn clerk(&self, by: &Caller, chat_id: ChatId) -> Result<Clerk> {
        let organization_id = match by {
            Caller::Operator(operator) => operator.organization.id,
            Caller::Company(_) => self.chat(by, chat_id).await?.organization_id,
        };
        Ok(Clerk { organization_id, operator: by.operator().cloned() })
    }

    /// The chat, if the caller may see it.
    pub(crate) async fn chat(&self, by: &Caller, chat_id: ChatId) -> Result<ChatHead> {
        let found = self.inner.log.chat(&self.scope(by).await?, chat_id).await?;
        found.ok_or_else(|| Error::not_found("chat"))
    }

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
        self.inner.writer.execute(Command::Assign { by: by.member(), chat_id, operator }).await
    }

    /// The operator has read the chat up to `seq`.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn read(&self, by: &OperatorAccess, chat_id: ChatId, seq: Seq) -> Result<Receipt> {
        self.inner.writer.execute(Command::Read { by: by.member(), chat_id, seq }).await
    }

    /// The customer has read up to `seq` of their own counting.
    ///
    /// # Errors
    /// When it can't be stored.
    pub async fn read_by_customer(&self, by: &VisitorAccess, seq: Seq) -> Result<Receipt> {
        self.inner.writer.execute(Command::ReadByCustomer { by: by.guest(), seq }).await
    }

    /// An operator is writing: shown to the customer and to the colleagues, and forgotten.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn operator_types(&self, by: &OperatorAccess, chat_id: ChatId) -> Result<()> {
        let organization = by.organization.id;
        let visitor = self.inner.log.chat_visitor(organization, chat_id).await?;
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
        if let Some(chat_id) = self.inner.log.open_chat(organization, by.visitor_id).await? {
            let frame = ServerFrame::Typing { chat_id, operator: None };
            self.inner.feed.signal_operators(organization, None, &frame);
        }
        Ok(())
    }

    /// A page of the list, newest first, and whether there are older ones.
    ///
    /// # Errors
    /// When the log can't be read.
    pub async fn chats(&self, by: &OperatorAccess, before: Option<ChatsBefore>) -> Result<(Vec<Chat>, bool)> {
        let (organization, operator) = (by.organization.id, by.operator.id);
        // The directory first, which may take its time: events go on after what was read from the log.
        let colleagues = self.colleagues(by).await?;
        let (mut chats, _) = self.inner.log.chats(organization, operator, before, CHATS_PAGE + 1).await?;
        let more = trim(&mut chats, CHATS_PAGE);
        mark_lookalikes(&mut chats, &colleagues);
        Ok((chats, more))
    }

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
        let page = self.inner.log.messages(by.organization.id, chat_id, span, PAGE).await?;
        page.ok_or_else(|| Error::not_found("chat"))
    }

    /// A page of a visitor's thread.
    ///
    /// # Errors
    /// When the log can't be read.
    pub async fn customer_history(&self, by: &VisitorAccess, before: Option<Seq>) -> Result<CustomerPage> {
        let log = &self.inner.log;
        Ok(log.visitor_page(by.organization.id, by.visitor_id, before, PAGE).await?)
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
        let overview = self.inner.log.overview(organization, operator, CHATS_PAGE + 1, unread).await?;
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
