//! The tables of this folder, one file each.

pub mod tokens;
pub mod users;
pub mod web_sessions;
