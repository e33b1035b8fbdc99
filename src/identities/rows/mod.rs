//! The tables of this folder, one file each.

pub mod account_owners;
pub mod accounts;
pub mod dkim_keys;
pub mod identities;
