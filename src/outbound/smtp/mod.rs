//! The client's side of SMTP, with lettre's commands and its parser for answers, over a stream of our own: single
//! recipients may be refused, TLS and sign-in are as the account wants them, and every step has a time limit.

mod connection;
mod dialogue;
mod features;
mod opening;
pub mod probe;
mod reply;
mod sign_in;
mod transfer;

pub use features::Features;
pub use reply::Reply;

pub(super) use connection::Connection;
pub(super) use reply::{CLOSING, Fault};
pub(super) use transfer::TransferFault;
