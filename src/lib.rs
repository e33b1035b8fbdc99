//! quillgate: a WebSocket presence and compose-push gateway for mail.
#![forbid(unsafe_code)]

pub mod compose;
pub mod draft;
pub mod http;
pub mod identities;
pub mod ids;
pub mod mailbox;
pub mod outbound;
