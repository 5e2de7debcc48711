//! Chats for those who look from outside, page by page: a company through all of its organizations, an operator in
//! their own.

use chathub_domain::{ChatId, ChatStatus, Message, OperatorId, OrganizationId, Seq, Source, Timestamp};

use crate::door::access::{Caller, OperatorAccess};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::phone::PhoneSearch;
use crate::ports::{ChatFilter, ChatHead, ChatPage, FoundPage, MessagePage, Portion, SearchText, Span};
use crate::rules::Receipt;

/// Which chats somebody asks for. What is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct ChatQuery {
    /// Words of the customer's name or of messages, or a phone number.
    pub search: Option<String>,
    pub source: Option<Source>,
    /// Created at this time or later.
    pub from: Option<Timestamp>,
    /// Created before this time.
    pub until: Option<Timestamp>,
    pub telegram_user: Option<i64>,
    pub phone: Option<String>,
    pub status: Option<ChatStatus>,
    pub organization: Option<OrganizationId>,
    /// Who has taken it.
    pub operator: Option<OperatorId>,
}

/// Bytes of the texts in one answer: thousands of usual messages, and no more than a client expects.
const ANSWER_BYTES: usize = 1024 * 1024;

/// A part of a chat.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub chat: ChatHead,
    /// Oldest first.
    pub messages: Vec<Message>,
    /// There are messages before these.
    pub older: bool,
    /// There are messages after these.
    pub newer: bool,
}

impl Hub {
    /// The chat, if the caller may see it.
    pub(crate) async fn chat(&self, by: &Caller, chat_id: ChatId) -> Result<ChatHead> {
        let found = self.inner.chats.chat(&self.scope(by).await?, chat_id).await?;
        found.ok_or_else(|| Error::not_found("chat"))
    }

    /// A page of the chats that the caller may see and asks for. An organization or an operator of somebody else has none.
    ///
    /// # Errors
    /// `unavailable` for a search that takes too long, or while the company's own searches take all of its share.
    pub async fn find_chats(&self, caller: &Caller, query: ChatQuery, page: ChatPage) -> Result<FoundPage> {
        let mut organizations = self.scope(caller).await?;
        if let Some(id) = query.organization {
            organizations.retain(|own| *own == id);
        }
        let filter = ChatFilter {
            organizations,
            reader: caller.operator().map(|operator| operator.id),
            search: query.search.as_deref().and_then(SearchText::parse),
            source: query.source,
            from: query.from,
            until: query.until,
            telegram_user: query.telegram_user,
            phone: query.phone.as_deref().and_then(PhoneSearch::of),
            status: query.status,
            operator: query.operator,
        };
        let company = match caller {
            Caller::Company(company) => company.id,
            Caller::Operator(operator) => operator.company_id,
        };
        let _turn = match filter.is_list() {
            true => None,
            false => Some(self.inner.searches.turn(company).await?),
        };
        Ok(self.inner.search.find(&filter, page).await?)
    }

    /// A part of a chat, at most `limit` messages (fewer, when they are long), and the chat as it is.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn conversation(
        &self,
        caller: &Caller,
        chat_id: ChatId,
        span: Span,
        limit: usize,
    ) -> Result<Conversation> {
        let chat = self.chat(caller, chat_id).await?;
        let portion = Portion { rows: limit, bytes: ANSWER_BYTES };
        let page = self.inner.chats.messages(chat.organization_id, chat_id, span, portion).await?;
        let MessagePage { messages, more } = page.ok_or_else(|| Error::not_found("chat"))?;
        let forward = matches!(span, Span::After(_));
        let beyond = match span {
            Span::Last => false,
            Span::Before(seq) => seq <= chat.last_seq,
            Span::After(seq) => seq > 0,
        };
        let (older, newer) = if forward { (beyond, more) } else { (more, beyond) };
        Ok(Conversation { chat, messages, older, newer })
    }

    /// The message that an operator's post came to, with the chat that it is in.
    ///
    /// # Errors
    /// `not_found` when it was erased meanwhile.
    pub async fn posted(&self, by: &OperatorAccess, receipt: &Receipt) -> Result<(ChatHead, Message)> {
        let gone = || Error::not_found("message");
        let chat_id = receipt.chat_id.ok_or_else(gone)?;
        let caller = Caller::Operator(by.clone());
        let after: Seq = receipt.seq.saturating_sub(1);
        let Conversation { chat, messages, .. } =
            self.conversation(&caller, chat_id, Span::After(after), 1).await?;
        let message = messages.into_iter().find(|message| message.seq == receipt.seq).ok_or_else(gone)?;
        Ok((chat, message))
    }
}
