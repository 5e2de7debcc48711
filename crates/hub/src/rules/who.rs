//! Who wants something done.

use chathub_domain::wire::Introduction;
use chathub_domain::{ChatId, OperatorRef, OrganizationId, VisitorId};

use crate::ports::{Actor, Wanted};

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

/// A visitor of an organization.
#[derive(Clone, Debug)]
pub struct Guest {
    pub organization_id: OrganizationId,
    pub visitor_id: VisitorId,
    /// What their page says of them: taken over, where it says something, with their next message.
    pub introduction: Introduction,
}

impl Member {
    pub(super) fn actor(&self) -> Actor {
        Actor::Operator(self.operator.id)
    }

    pub(super) fn want(&self, chat: ChatId, wanted: &mut Wanted) {
        wanted.chat(self.organization_id, chat);
    }
}

impl Clerk {
    pub(super) fn actor(&self) -> Actor {
        self.operator.as_ref().map_or(Actor::Company, |operator| Actor::Operator(operator.id))
    }

    pub(super) fn want(&self, chat: ChatId, wanted: &mut Wanted) {
        wanted.chat(self.organization_id, chat);
    }
}

impl Guest {
    pub(super) fn want(&self, wanted: &mut Wanted) {
        wanted.organizations.insert(self.organization_id);
        wanted.visitors.insert((self.organization_id, self.visitor_id));
    }
}

impl From<Member> for Clerk {
    fn from(Member { organization_id, operator }: Member) -> Self {
        Self { organization_id, operator: Some(operator) }
    }
}
