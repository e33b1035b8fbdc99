//! Mailboxes: where copies of sent mail are kept.

pub mod maildir;
