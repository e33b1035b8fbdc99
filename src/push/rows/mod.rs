//! Tables of Web Push.

pub mod push_keys;
pub mod push_subscriptions;
