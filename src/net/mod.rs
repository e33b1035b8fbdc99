//! What everything that speaks to a mail server shares: the server's URL, the way to it, TLS, and logins.

pub mod fault;
pub mod login;
pub mod public;
pub mod server;
pub mod stream;
pub mod tls;
