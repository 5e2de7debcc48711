//! Visitors whom an organization does not want to hear from for a time: by who they say they are, and by the address
//! they write from, since whoever clears their browser is somebody else.
//!
//! Storage has them for the next start; here they are looked up at every message.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use chathub_domain::error::ErrorCode;
use chathub_domain::{ChatId, OrganizationId, Timestamp, VisitorId};

use super::lately::Lately;
use crate::Hub;
use crate::access::{Caller, VisitorAccess};
use crate::audit::{Action, Deed};
use crate::error::{Error, Result};
use crate::limits::Peer;
use crate::ports::Block;

/// Hours that a block may last: 30 days. Addresses change hands, and people change their minds.
pub const BLOCK_HOURS: u32 = 30 * 24;

/// Blocks of one organization; with more, those that end first go first. Some 150 bytes each.
const BLOCKS: usize = 10_000;

const HOUR_MS: i64 = 60 * 60 * 1_000;

/// What came of blocking a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocked {
    pub until: Timestamp,
    /// Whether their address is blocked too: it may have been asked for and not be known any more.
    pub address: bool,
}

pub(crate) struct Blocks {
    /// The std lock is held for looking up and putting in only.
    organizations: RwLock<HashMap<OrganizationId, OfOrganization>>,
    /// One change at a time, from storage to here: else a later one could be overtaken.
    changing: tokio::sync::Mutex<()>,
    lately: Lately,
}

#[derive(Default)]
struct OfOrganization {
    visitors: HashMap<VisitorId, Timestamp>,
    addresses: HashMap<String, Timestamp>,
}

impl Blocks {
    pub(crate) fn new(all: Vec<Block>) -> Self {
        let mut organizations: HashMap<OrganizationId, OfOrganization> = HashMap::new();
        for block in all {
            organizations.entry(block.organization).or_default().add(block);
        }
        let organizations = RwLock::new(organizations);
        Self { organizations, changing: tokio::sync::Mutex::default(), lately: Lately::new() }
    }

    /// Puts these in place of what was known of the organization.
    fn replace(&self, organization: OrganizationId, all: Vec<Block>) {
        let mut blocks = OfOrganization::default();
        for block in all {
            blocks.add(block);
        }
        let mut organizations = self.organizations.write().unwrap_or_else(PoisonError::into_inner);
        match blocks.visitors.is_empty() {
            true => organizations.remove(&organization),
            false => organizations.insert(organization, blocks),
        };
    }

    /// `address` is only asked for when some are blocked.
    fn holds(
        &self,
        organization: OrganizationId,
        visitor: VisitorId,
        now: Timestamp,
        address: impl FnOnce() -> Option<String>,
    ) -> bool {
        let organizations = self.organizations.read().unwrap_or_else(PoisonError::into_inner);
        let Some(blocks) = organizations.get(&organization) else { return false };
        if blocks.visitors.get(&visitor).is_some_and(|until| *until > now) {
            return true;
        }
        if blocks.addresses.is_empty() {
            return false;
        }
        address().is_some_and(|address| blocks.addresses.get(&address).is_some_and(|until| *until > now))
    }
}

impl OfOrganization {
    fn add(&mut self, Block { visitor, address, until, .. }: Block) {
        self.visitors.insert(visitor, until);
        if let Some(address) = address {
            // One address may be blocked with several visitors.
            let end = self.addresses.entry(address).or_insert(until);
            *end = until.max(*end);
        }
    }
}

impl Hub {
    /// Blocks the visitor of a chat in its organization, and everybody who comes from the address that they have
    /// written from if that is asked for and known. Their open windows close.
    ///
    /// # Errors
    /// `not_found`; a time that is none, or beyond [`BLOCK_HOURS`].
    pub async fn block(&self, by: &Caller, chat_id: ChatId, hours: u32, address: bool) -> Result<Blocked> {
        if !(1..=BLOCK_HOURS).contains(&hours) {
            return Err(Error::field("/hours", format!("must be 1 to {BLOCK_HOURS}.")));
        }
        let (organization, visitor) = self.visitor_of(by, chat_id).await?;
        let now = self.now();
        let until = now.plus(i64::from(hours) * HOUR_MS);
        let peer = address.then(|| self.inner.blocks.lately.peer(organization, visitor)).flatten();
        let mut tag = peer.map(|peer| self.address_tag(organization, peer)).transpose()?;
        let changing = self.inner.blocks.changing.lock().await;
        if address && tag.is_none() {
            // Who is blocked writes no more, and is not known by where they come from for long: it stays as it was.
            let blocks = self.inner.door.blocks(Some(organization), now).await?;
            tag = blocks.into_iter().find(|block| block.visitor == visitor).and_then(|block| block.address);
        }
        let blocked = Blocked { until, address: tag.is_some() };
        let block = Block { organization, visitor, address: tag, until };
        self.inner.door.block(&block, BLOCKS, now).await?;
        self.reload_blocks(organization).await?;
        drop(changing);
        self.note_block(Action::Block, by, organization);
        self.inner.feed.recheck_visitors(organization);
        Ok(blocked)
    }

    /// Lets the visitor of a chat write again, and their address.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn unblock(&self, by: &Caller, chat_id: ChatId) -> Result<()> {
        let (organization, visitor) = self.visitor_of(by, chat_id).await?;
        let _changing = self.inner.blocks.changing.lock().await;
        self.inner.door.unblock(organization, visitor).await?;
        self.note_block(Action::Unblock, by, organization);
        self.reload_blocks(organization).await
    }

    fn note_block(&self, action: Action, by: &Caller, organization: OrganizationId) {
        let operator = by.operator().map(|operator| operator.id);
        let deed =
            Deed { organization: Some(organization), operators: operator.as_slice(), ..Deed::default() };
        self.inner.audit.done(action, by.company_id(), &deed);
    }

    /// # Errors
    /// `blocked`.
    pub(crate) fn check_not_blocked(&self, visitor: &VisitorAccess) -> Result<()> {
        let organization = visitor.organization.id;
        let address = || self.address_tag(organization, visitor.peer).ok();
        match self.inner.blocks.holds(organization, visitor.visitor_id, self.now(), address) {
            true => Err(Error::new(
                ErrorCode::Blocked,
                "You can’t write here at the moment. If this is a mistake, please get in touch another way.",
            )),
            false => Ok(()),
        }
    }

    /// The visitor writes, from their address.
    pub(crate) fn note_visitor(&self, visitor: &VisitorAccess) {
        self.inner.blocks.lately.note(visitor.organization.id, visitor.visitor_id, visitor.peer);
    }

    async fn reload_blocks(&self, organization: OrganizationId) -> Result<()> {
        let all = self.inner.door.blocks(Some(organization), self.now()).await?;
        self.inner.blocks.replace(organization, all);
        Ok(())
    }

    async fn visitor_of(&self, by: &Caller, chat_id: ChatId) -> Result<(OrganizationId, VisitorId)> {
        let organization = self.clerk(by, chat_id).await?.organization_id;
        let visitor = self.inner.log.chat_visitor(organization, chat_id).await?;
        Ok((organization, visitor.ok_or_else(|| Error::not_found("chat"))?))
    }

    /// An address as it is stored: another one in each organization.
    fn address_tag(&self, organization: OrganizationId, peer: Peer) -> Result<String> {
        self.inner.keys.tag("blocked address", &format!("{organization}\0{peer}"))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn blocks_are_an_organizations_own_and_end() {
        let block = |organization, visitor, address: Option<&str>, until| Block {
            organization: OrganizationId(organization),
            visitor: VisitorId(Uuid::from_u128(visitor)),
            address: address.map(str::to_owned),
            until: Timestamp(until),
        };
        let blocks =
            Blocks::new(vec![block(1, 1, None, 10), block(1, 2, Some("a"), 20), block(1, 3, Some("a"), 5)]);
        let holds = |organization, visitor, address: &str, now| {
            let (organization, visitor) = (OrganizationId(organization), VisitorId(Uuid::from_u128(visitor)));
            blocks.holds(organization, visitor, Timestamp(now), || Some(address.to_owned()))
        };
        assert!(holds(1, 1, "b", 9) && !holds(1, 1, "b", 10) && !holds(2, 1, "b", 9));
        assert!(holds(1, 9, "a", 19) && !holds(1, 9, "a", 20) && !holds(2, 9, "a", 9));
        assert!(!holds(1, 9, "b", 0));
        blocks.replace(OrganizationId(1), vec![block(1, 2, None, 20)]);
        assert!(!holds(1, 1, "a", 0) && holds(1, 2, "a", 0));
        blocks.replace(OrganizationId(1), Vec::new());
        assert!(blocks.organizations.read().unwrap().is_empty());
    }
}
