//! Visitors whom an organization does not want to hear from for a time: by who they say they are, and by the address
//! they write from, since whoever clears their browser is somebody else.
//!
//! Storage has them for the next start; here they are looked up at every message.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use chathub_domain::{OrganizationId, Timestamp, VisitorId};

use super::lately::Lately;
use crate::ports::{Block, Door, PortError};

pub(crate) struct Blocks {
    /// The std lock is held for looking up and putting in only.
    organizations: RwLock<HashMap<OrganizationId, OfOrganization>>,
    /// One change at a time, from storage to here: else a later one could be overtaken.
    pub changing: tokio::sync::Mutex<()>,
    pub(super) lately: Lately,
}

#[derive(Default)]
struct OfOrganization {
    visitors: HashMap<VisitorId, Timestamp>,
    addresses: HashMap<String, Timestamp>,
}

impl Blocks {
    pub fn new(all: Vec<Block>) -> Self {
        let organizations = RwLock::new(by_organization(all));
        Self { organizations, changing: tokio::sync::Mutex::default(), lately: Lately::new() }
    }

    /// Reads again what storage has for an organization, or for all of them. Nobody else is `changing` it meanwhile.
    pub async fn reload(
        &self,
        door: &dyn Door,
        organization: Option<OrganizationId>,
        now: Timestamp,
    ) -> Result<(), PortError> {
        let all = door.blocks(organization, now).await?;
        match organization {
            Some(organization) => self.replace(organization, all),
            None => {
                let all = by_organization(all);
                *self.organizations.write().unwrap_or_else(PoisonError::into_inner) = all;
            }
        }
        Ok(())
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
    pub fn holds(
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

fn by_organization(all: Vec<Block>) -> HashMap<OrganizationId, OfOrganization> {
    let mut organizations: HashMap<OrganizationId, OfOrganization> = HashMap::new();
    for block in all {
        organizations.entry(block.organization).or_default().add(block);
    }
    organizations
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
