//! What can be asked for, and what must be loaded to judge it.

use chathub_domain::wire::Introduction;
use chathub_domain::{
    ChatId, ChatStatus, ClientId, MessageId, OperatorRef, OrganizationId, Seq, Source, VisitorId,
};

use crate::ports::{MarkAt, Sender, Wanted};

/// Something that somebody wants done.
#[derive(Clone, Debug)]
pub enum Command {
    /// An operator's message.
    Answer {
        by: Member,
        chat_id: ChatId,
        client_id: ClientId,
        text: String,
    },
    /// A customer's message.
    Ask {
        by: Guest,
        client_id: ClientId,
        text: String,
        source: Source,
    },
    SetStatus {
        by: Clerk,
        chat_id: ChatId,
        status: ChatStatus,
    },
    /// Removes a chat and all that was said in it.
    Erase {
        by: Clerk,
        chat_id: ChatId,
    },
    /// The operator, if any, has been looked up in this organization.
    Assign {
        by: Member,
        chat_id: ChatId,
        operator: Option<OperatorRef>,
    },
    /// An operator has read the chat up to `seq`.
    Read {
        by: Member,
        chat_id: ChatId,
        seq: Seq,
    },
    /// A customer has read up to `seq` of their own counting.
    ReadByCustomer {
        by: Guest,
        seq: Seq,
    },
}

/// An operator at work in their organization.
#[derive(Clone, Debug)]
pub struct Member {
    pub organization_id: OrganizationId,
    pub operator: OperatorRef,
}

/// An operator in their organization, or the company in one of its own.
#[derive(Clone, Debug)]
pub struct Clerk {
    pub organization_id: OrganizationId,
    pub operator: Option<OperatorRef>,
}

impl From<Member> for Clerk {
    fn from(Member { organization_id, operator }: Member) -> Self {
        Self { organization_id, operator: Some(operator) }
    }
}

/// A visitor of an organization.
#[derive(Clone, Debug)]
pub struct Guest {
    pub organization_id: OrganizationId,
    pub visitor_id: VisitorId,
    /// What their page says of them: taken over, where it says something, with their next message.
    pub introduction: Introduction,
}

/// What a command came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub chat_id: Option<ChatId>,
    /// The message, where there is one.
    pub message_id: Option<MessageId>,
    /// Where in the log it is; for a command that changed nothing, the head.
    pub seq: Seq,
    /// The same place as the customer counts.
    pub customer_seq: Seq,
}

impl Command {
    /// Adds what must be loaded before this can be decided.
    pub fn want(&self, wanted: &mut Wanted) {
        match self {
            Self::Answer { by, chat_id, client_id, .. } => {
                by.want(*chat_id, wanted);
                wanted.posts.insert((Sender::Operator(by.operator.id), *client_id));
            }
            Self::Ask { by, client_id, .. } => {
                by.want(wanted);
                wanted.posts.insert((Sender::Visitor(by.visitor_id), *client_id));
            }
            Self::Assign { by, chat_id, .. } => by.want(*chat_id, wanted),
            Self::SetStatus { by, chat_id, .. } | Self::Erase { by, chat_id } => {
                want_chat(by.organization_id, *chat_id, wanted);
            }
            Self::Read { by, chat_id, seq } => {
                by.want(*chat_id, wanted);
                wanted.positions.insert((*chat_id, by.operator.id));
                wanted.marks.insert(MarkAt::Chat(by.organization_id, *chat_id, *seq));
            }
            Self::ReadByCustomer { by, seq } => {
                by.want(wanted);
                wanted.marks.insert(MarkAt::Visitor(by.organization_id, by.visitor_id, *seq));
            }
        }
    }
}

impl Member {
    fn want(&self, chat: ChatId, wanted: &mut Wanted) {
        want_chat(self.organization_id, chat, wanted);
    }
}

fn want_chat(organization: OrganizationId, chat: ChatId, wanted: &mut Wanted) {
    wanted.organizations.insert(organization);
    wanted.chats.insert((organization, chat));
}

impl Guest {
    fn want(&self, wanted: &mut Wanted) {
        wanted.organizations.insert(self.organization_id);
        wanted.visitors.insert((self.organization_id, self.visitor_id));
    }
}
