//! quillgate: a WebSocket presence and compose-push gateway for mail.
#![forbid(unsafe_code)]

pub mod compose;
pub mod config;
pub mod http;
pub mod ids;
