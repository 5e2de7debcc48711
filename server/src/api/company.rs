//! Companies: their token, their organizations.

pub(super) mod get_token;
pub(super) mod list_organizations;
