//! An organization, as calls answer it.

use chathub_domain::OrganizationId;
use serde::Serialize;
use utoipa::ToSchema;

use super::schemas;

/// An organization of the company: a department or a brand, with its own operators and chats.
#[derive(Serialize, ToSchema)]
pub(crate) struct Organization {
    #[schema(value_type = schemas::Id)]
    id: OrganizationId,
    #[schema(example = "Sales")]
    name: String,
}

impl From<chathub_domain::OrganizationRef> for Organization {
    fn from(chathub_domain::OrganizationRef { id, name }: chathub_domain::OrganizationRef) -> Self {
        Self { id, name }
    }
}

impl From<chathub_domain::Organization> for Organization {
    fn from(organization: chathub_domain::Organization) -> Self {
        Self { id: organization.id, name: organization.name }
    }
}
