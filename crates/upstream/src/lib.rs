//! The directory of companies, organizations and operators at a remote ChatHub.
//!
//! [`Upstream`] answers the hub's [`Directory`](chathub_hub::ports::Directory) port by the published calls of the
//! remote, and keeps what it learns in a [`Mirror`](chathub_hub::ports::Mirror), so that chats can refer to it and go on
//! while the remote is away. Between the two stand what a remote needs: time limits, retries, a circuit, caches, and a
//! token for each company, which leaves this crate only sealed or on its way to the one configured host.

mod accounts;
mod address;
mod calls;
mod circuit;
mod client;
mod directory;
mod mirrored;
mod seal;
mod settings;
mod sync;
mod trouble;
mod vouch;

pub use address::{Address, AddressError};
pub use directory::Upstream;
pub use mirrored::Mirrored;
pub use seal::Seal;
pub use settings::{Credentials, Settings, SettingsError};
