//! What an administrator does to accounts and identities. As in `auth::admin`, each operation works inside the
//! transaction that it is handed and tells which changes it made.

pub mod accounts;
pub mod identities;
pub mod import;
#[cfg(test)]
mod tests;
