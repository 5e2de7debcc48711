//! Operators: the list, the staff's changes, and tokens.

pub(super) mod get_console_token;
pub(super) mod get_token;
pub(super) mod list;
pub(super) mod set_status;
pub(super) mod synchronize;
pub(super) mod validate_token;
