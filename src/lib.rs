//! quillgate: a WebSocket presence and compose-push gateway for mail.
#![forbid(unsafe_code)]

pub mod attachments;
pub mod auth;
pub mod cli;
pub mod compose;
pub mod config;
pub mod discovery;
pub mod draft;
pub mod files;
pub mod http;
pub mod identities;
pub mod ids;
pub mod mailbox;
pub mod net;
pub mod outbound;
pub mod presence;
pub mod push;
pub mod recipients;
pub mod server;
pub mod session;
pub mod shares;
pub mod store;
pub mod telemetry;
