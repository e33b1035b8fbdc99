//! quillgate: a WebSocket presence and compose-push gateway for mail.
#![forbid(unsafe_code)]

pub mod auth;
pub mod compose;
pub mod http;
pub mod identities;
pub mod ids;
pub mod presence;
pub mod session;
pub mod store;
