//! Keeping a visitor out for a time, and letting them in again.

use chathub_domain::error::ErrorCode;
use chathub_domain::{ChatId, OrganizationId, Timestamp, VisitorId};

use crate::audit::{Action, Deed};
use crate::door::access::{Caller, VisitorAccess};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::peer::Peer;
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
        self.reload_blocks(organization).await?;
        // Other nodes keep their own list.
        self.inner.feed.recheck_visitors(organization);
        Ok(())
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
        Ok(self.inner.blocks.reload(&*self.inner.door, Some(organization), self.now()).await?)
    }

    async fn visitor_of(&self, by: &Caller, chat_id: ChatId) -> Result<(OrganizationId, VisitorId)> {
        let organization = self.clerk(by, chat_id).await?.organization_id;
        let visitor = self.inner.chats.chat_visitor(organization, chat_id).await?;
        Ok((organization, visitor.ok_or_else(|| Error::not_found("chat"))?))
    }

    /// An address as it is stored: another one in each organization.
    fn address_tag(&self, organization: OrganizationId, peer: Peer) -> Result<String> {
        self.inner.keys.tag("blocked address", &format!("{organization}\0{peer}"))
    }
}
