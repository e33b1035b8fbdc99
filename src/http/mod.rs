//! Words that every HTTP handler shares: answers, errors, strict JSON, request bodies, budgets, `Prefer`,
//! files, where the gateway is reached and which paths are its own.

pub mod accept;
pub mod answer;
pub mod body;
pub mod budget;
pub mod client;
pub mod connection;
pub mod date;
pub mod error;
pub mod file;
pub mod json;
pub mod origin;
pub mod prefer;
pub mod public_url;
pub mod reserved;
pub mod serving;
pub mod share_host;
