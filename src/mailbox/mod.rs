//! Mailboxes: where copies of sent mail are kept, on this machine's disk or on a mail server.

pub mod imap;
pub mod maildir;
