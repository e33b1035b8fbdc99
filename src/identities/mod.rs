//! Who one may send as: identities, and the accounts with the servers that their mail goes through.

pub mod rows;
pub mod server_url;
