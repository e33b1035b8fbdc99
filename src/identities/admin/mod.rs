//! What an administrator does to accounts and identities. As in `auth::admin`, each operation works inside the
//! transaction that it is handed and tells which changes it made.

pub mod accounts;
mod default;
pub mod dkim_keys;
mod folders;
pub mod identities;
pub mod import;
pub mod new_identity;
pub mod newcomer;
pub mod owners;
pub mod secrets;
pub mod servers;
#[cfg(test)]
mod tests;
